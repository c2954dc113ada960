/** Validates a cfg.json and its index without reading a recording. */
import { dirname, resolve } from 'node:path'
import { parseCfg } from '../config/cfg.ts'
import { examineJob } from '../config/read-job.ts'
import { type Finding, findingOf } from '../config/validation.ts'
import { EXIT, type ExitCode, asJobError } from '../errors.ts'
import { readCfg, refuseNoRequest } from '../files/read-cfg.ts'
import { readRegularText } from '../files/read-file.ts'
import { letteringOf } from '../job/read-font.ts'
import type { Result } from '../report/result.ts'
import { type Text, type ValidateRequest, type Noted, failed } from './validate/step.ts'
import { destinationStep, picturesStep } from './validate/files.ts'
import { type Room, roomSteps } from './validate/room.ts'

export interface Validation {
  /** Where the index was found; absent if it was not read. */
  readonly index?: string | undefined
  /** The timed updates: when, by which requests, and what they change. */
  readonly updates?: Result['updates']
  /** The exit code of a run, as far as it can be determined without the recordings. */
  readonly exitCode: ExitCode
  readonly findings: readonly Finding[]
  /** The files that were read. */
  readonly texts: readonly Text[]
}

/** Never throws. */
export async function validateJob(request: ValidateRequest): Promise<Validation> {
  const noted: Noted = { steps: [], texts: [] }
  try {
    await examine(request, noted)
  } catch (thrown) {
    noted.steps.push(failed(asJobError(thrown), request.cfgPath))
  }
  const { steps, texts, index, updates } = noted
  // A run stops at the first step that fails.
  const exitCode = steps.find((step) => step.exitCode !== EXIT.done)?.exitCode ?? EXIT.done
  const findings = steps.flatMap((step) => step.findings)
  return { index, updates, exitCode, findings, texts }
}

async function examine(request: ValidateRequest, into: Noted): Promise<void> {
  const { steps, texts } = into
  const { cfgPath: file, conf, settingsError, fontFile } = request
  const text = request.cfgText ?? (await readCfg(file))
  const cfg = parseCfg({ text, file })
  if (request.cfgText === undefined) refuseNoRequest(file, cfg.parsed)
  texts.push({ file, text })
  if (settingsError) {
    const ofConf = failed(settingsError, file)
    steps.push(ofConf)
    texts.push(...(await textsOf(ofConf.findings)))
  }
  const lettering = letteringOf(fontFile, conf)
  const examined = examineJob({
    cfg,
    conf,
    cfgFolder: dirname(resolve(file)),
    lettering,
  })
  const problems = examined.problems.map((problem) => findingOf('error', problem))
  const notices = examined.notices.map((notice) => findingOf('warning', notice))
  steps.push({ findings: [...problems, ...notices], exitCode: examined.exitCode })
  if (examined.job) steps.push(await destinationStep(file, examined.job, conf))
  const { jobId } = examined.target
  const isRoomKnown = jobId !== undefined || request.index !== undefined
  const room: Room = isRoomKnown
    ? await roomSteps({ request, examined, cfg, lettering, jobId: jobId ?? '', into })
    : { steps: [] }
  into.updates = room.updates
  const job = room.job ?? examined.job
  if (job) steps.push(await picturesStep(request, job))
  for (const step of room.steps) steps.push(step)
}

/** The settings files that findings refer to. A finding about an environment variable has no line. */
async function textsOf(findings: readonly Finding[]): Promise<Text[]> {
  const files = new Set(findings.flatMap(({ file, line }) => (line === undefined ? [] : [file])))
  return Promise.all([...files].map(async (file) => ({ file, text: await readRegularText(file) })))
}
