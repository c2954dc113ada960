/** `validate`: everything that is to be said of a cfg.json and its index, without reading a recording. */
import { dirname, resolve } from 'node:path'
import { parseCfg } from '../config/cfg.ts'
import type { Conf } from '../config/conf.ts'
import { type Shown, showable } from '../config/excerpt.ts'
import { colours, findingsText, plain } from '../config/findings-text.ts'
import { type ExaminedJob, examineJob } from '../config/read-job.ts'
import { examineIndex } from '../config/room-index.ts'
import { type Finding, findingOf, findingsOfError, hiddenPlaces } from '../config/validation.ts'
import { type Settings, fontOf } from '../cli/settings.ts'
import { lookAtDestination } from '../job/destination.ts'
import { EXIT, type ExitCode, JobError, asJobError } from '../errors.ts'
import { findIndex } from '../job/find-index.ts'
import { wantedEntries } from '../job/fetch-recordings.ts'
import { say } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { Invocation } from '../cli/options.ts'
import { readCfg } from '../files/read-cfg.ts'
import { readRegularText } from '../files/read-file.ts'
import { letteringOf } from '../job/read-font.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import { harmlessJson } from '../text/harmless.ts'

/** What one step found; its exit code is what a run would end with, 0 when it would go on. */
interface Step {
  readonly findings: readonly Finding[]
  readonly exitCode: ExitCode
}

interface Text {
  readonly file: string
  readonly text: string
}

/** What there is to print. */
interface Validation {
  readonly steps: Step[]
  /** The files that were read. */
  readonly texts: Text[]
  index?: string
}

/** @returns the exit code a run would give as far as it can be told without the recordings */
export async function validate(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const found: Validation = { steps: [], texts: [] }
  try {
    await examine({ invocation, settings, into: found })
  } catch (thrown) {
    found.steps.push(failed(asJobError(thrown), invocation.cfgPath))
  }
  // A run stops at the first step that fails.
  const exitCode = found.steps.find((step) => step.exitCode !== EXIT.done)?.exitCode ?? EXIT.done
  print(invocation, found, exitCode)
  return exitCode
}

async function examine(input: {
  invocation: Invocation
  settings: Settings
  into: Validation
}): Promise<void> {
  const { invocation, settings, into } = input
  const { steps, texts } = into
  const file = invocation.cfgPath
  const text = await readCfg(file)
  texts.push({ file, text })
  if (settings.error) {
    const ofConf = failed(settings.error, file)
    steps.push(ofConf)
    texts.push(...(await textsOf(ofConf.findings)))
  }
  const { conf } = settings
  const lettering = letteringOf(fontOf(conf), conf)
  const examined = examineJob({
    cfg: parseCfg({ text, file }),
    conf,
    cfgFolder: dirname(resolve(file)),
    lettering,
  })
  const problems = examined.problems.map((problem) => findingOf('error', problem))
  const notices = examined.notices.map((notice) => findingOf('warning', notice))
  steps.push({ findings: [...problems, ...notices], exitCode: examined.exitCode })
  if (examined.job) steps.push(await destinationStep(file, examined.job, conf))
  const { jobId } = examined.target
  if (jobId === undefined && invocation.index === undefined) return
  steps.push(await indexStep({ invocation, conf, examined, jobId: jobId ?? '', into }))
}

const failed = (error: JobError, file: string): Step => ({
  findings: findingsOfError(error, file),
  exitCode: error.exitCode,
})

/** Whether the files of a run could go where they are meant to, as far as it can be told without writing anything. */
async function destinationStep(file: string, job: Job, conf: Conf): Promise<Step> {
  const storage = openStorage(job.storage, storageSettings(conf))
  try {
    await lookAtDestination({ job, conf, storage, signal: new AbortController().signal })
    return { findings: [], exitCode: EXIT.done }
  } catch (thrown) {
    return failed(asJobError(thrown), file)
  } finally {
    storage.close()
  }
}

/** The index, from wherever a run would take it, but for a bucket on the network. */
async function indexStep(input: {
  invocation: Invocation
  conf: Conf
  examined: ExaminedJob
  jobId: string
  into: Validation
}): Promise<Step> {
  const { invocation, conf, examined, jobId, into } = input
  const { cfgPath, index: asked } = invocation
  const { storage: target, outputKey = '' } = examined.target
  let isElsewhere = false
  const unread = {
    name: '',
    readText: () => ((isElsewhere = true), Promise.resolve(undefined)),
    list: () => Promise.resolve([]),
  }
  const bucket = target?.bucket ?? ''
  try {
    const { text, from: file } = await findIndex({
      job: { jobId, outputKey, storage: { bucket } },
      cfgPath,
      ...(asked !== undefined && { asked }),
      storage: target?.kind === 'local' ? openStorage(target, storageSettings(conf)) : unread,
      keys: conf.index.keys,
      signal: new AbortController().signal,
    })
    into.texts.push({ file, text })
    into.index = file
    return examineText({ text, file, jobId, examined, conf, strict: invocation.strict })
  } catch (thrown) {
    if (!isElsewhere) return failed(asJobError(thrown), cfgPath)
    // Where the bucket is not known, that has been said already.
    if (!target) return { findings: [], exitCode: EXIT.done }
    const message = say({ code: 'indexNotRead', params: { bucket, jobId } })
    const note = { severity: 'note', code: 'indexNotRead', message, file: cfgPath, path: '' } as const
    return { findings: [note], exitCode: EXIT.done }
  }
}

function examineText(
  input: Text & { jobId: string; examined: ExaminedJob; conf: Conf; strict: boolean },
): Step {
  const { text, file, jobId, examined, conf, strict } = input
  // Without a JobId that can be read, that is what is wrong.
  const { index, problems, notices, leftOut } = examineIndex({
    ...{ text, file, mostEntries: conf.limits.maxRecordings },
    ...(jobId !== '' && { jobId }),
  })
  const findings = [
    ...problems.map((problem) => findingOf('error', problem)),
    ...leftOut.map((reason) => findingOf(strict ? 'error' : 'warning', reason)),
    ...notices.map((notice) => findingOf('warning', notice)),
  ]
  if (!index) return { findings, exitCode: EXIT.noSuchJob }
  const named = examined.against?.(index) ?? { problems: [], notices: [] }
  findings.push(...named.problems.map((problem) => findingOf('error', problem)))
  findings.push(...named.notices.map((notice) => findingOf('warning', notice)))
  const count = index.entries.length
  const maximum = conf.limits.maxRecordings
  const more = (error: JobError): Step => ({
    findings: [...findings, ...findingsOfError(error, file)],
    exitCode: error.exitCode,
  })
  if (count > maximum) return more(new JobError({ code: 'tooManyRecordings', params: { count, maximum } }))
  if (strict && leftOut.length > 0) return { findings, exitCode: EXIT.failed }
  if (named.problems.length > 0) return { findings, exitCode: EXIT.noStream }
  const wanted = examined.job ? wantedEntries(examined.job, index.entries) : index.entries
  if (wanted.length > 0) return { findings, exitCode: EXIT.done }
  const params = { skipped: leftOut.length }
  return more(new JobError({ code: 'noEntries', params }, { exitCode: EXIT.noStream }))
}

/** The settings' files that findings stand in; a variable has no line. */
async function textsOf(findings: readonly Finding[]): Promise<Text[]> {
  const files = new Set(findings.flatMap(({ file, line }) => (line === undefined ? [] : [file])))
  return Promise.all([...files].map(async (file) => ({ file, text: await readRegularText(file) })))
}

function print(invocation: Invocation, found: Validation, exitCode: ExitCode): void {
  const out = process.stdout
  const { cfgPath: file, json, quiet } = invocation
  const findings = found.steps.flatMap((step) => step.findings)
  if (json) {
    const { index } = found
    const report = { file, ...(index !== undefined && { index }), exitCode, problems: findings }
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
  out.write(text === '' ? closing : `${text}\n${closing}`)
}

/** The files that findings stand in, fit to be shown. */
function sourcesOf(findings: readonly Finding[], texts: readonly Text[]): Map<string, Shown> {
  const sources = new Map<string, Shown>()
  for (const { file, text } of texts) {
    const ofFile = findings.filter((finding) => finding.file === file)
    if (ofFile.length > 0) sources.set(file, showable(text, hiddenPlaces(ofFile)))
  }
  return sources
}
