/** `validate`: checks a cfg.json and its index without reading a recording. */
import type { Invocation } from '../cli/invocation.ts'
import { type Settings, fontOf } from '../cli/settings.ts'
import { type Shown, showable } from '../config/excerpt.ts'
import { colours, findingsText, plain } from '../config/findings-text.ts'
import { type Finding, hiddenPlaces } from '../config/validation.ts'
import type { ExitCode } from '../errors.ts'
import type { Text } from '../host/validate/step.ts'
import { type Validation, validateJob } from '../host/validate-job.ts'
import { say } from '../messages/index.ts'
import { updateLines } from '../report/plan-text.ts'
import { harmlessJson } from '../text/harmless.ts'

/** @returns the exit code of a run, as far as it can be determined without the recordings */
export async function validate(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { cfgPath, index, updates, strict } = invocation
  const { conf, error: settingsError } = settings
  const fontFile = fontOf(conf)
  const found = await validateJob({ cfgPath, index, updates, strict, conf, settingsError, fontFile })
  print(invocation, found)
  return found.exitCode
}

function print(invocation: Invocation, found: Validation): void {
  const out = process.stdout
  const { cfgPath: file, json, quiet } = invocation
  const { findings, exitCode } = found
  if (json) {
    const { index, updates } = found
    const report = { file, index, updates, exitCode, problems: findings }
    out.write(`${harmlessJson(report, 2)}\n`)
    return
  }
  const isColourful = out.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
  const text = findingsText({
    findings: quiet ? findings.filter(({ severity }) => severity === 'error') : findings,
    sources: sourcesOf(findings, found.texts),
    paint: isColourful ? colours : plain,
  })
  const count = (severity: Finding['severity']) => findings.filter((f) => f.severity === severity).length
  const params = { file, errors: count('error'), warnings: count('warning') }
  const closing = quiet && params.errors === 0 ? '' : `${say({ code: 'validated', params })}\n`
  const updates = quiet
    ? ''
    : updateLines(found)
        .map((line) => `${line}\n`)
        .join('')
  out.write(`${text === '' ? '' : `${text}\n`}${updates}${closing}`)
}

/** The files that findings refer to, prepared for display. */
function sourcesOf(findings: readonly Finding[], texts: readonly Text[]): Map<string, Shown> {
  const sources = new Map<string, Shown>()
  for (const { file, text } of texts) {
    const ofFile = findings.filter((finding) => finding.file === file)
    if (ofFile.length > 0) sources.set(file, showable(text, hiddenPlaces(ofFile)))
  }
  return sources
}
