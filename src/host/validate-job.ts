/** Validates a cfg.json and its index without reading a recording. */
import { dirname, resolve } from 'node:path'
import { parseCfg } from '../config/cfg.ts'
import type { Conf } from '../config/conf.ts'
import { type ExaminedJob, examineJob } from '../config/read-job.ts'
import { examineIndex } from '../config/room-index.ts'
import { type Finding, findingOf, findingsOfError } from '../config/validation.ts'
import { EXIT, type ExitCode, JobError, asJobError } from '../errors.ts'
import { readCfg, refuseIndex } from '../files/read-cfg.ts'
import { readRegularText } from '../files/read-file.ts'
import { lookAtDestination } from '../job/destination.ts'
import { wantedEntries } from '../job/fetch-recordings.ts'
import { findIndex } from '../job/find-index.ts'
import { letteringOf } from '../job/read-font.ts'
import { say } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import { openStorage, storageSettings } from '../storage/open.ts'

/** The findings of one step and the exit code that a run would end with; 0 if it would continue. */
interface Step {
  readonly findings: readonly Finding[]
  readonly exitCode: ExitCode
}

export interface Text {
  readonly file: string
  readonly text: string
}

interface Noted {
  readonly steps: Step[]
  readonly texts: Text[]
  index?: string
}

export interface Validation {
  /** Where the index was found; absent if it was not read. */
  readonly index?: string
  /** The exit code of a run, as far as it can be determined without the recordings. */
  readonly exitCode: ExitCode
  readonly findings: readonly Finding[]
  /** The files that were read. */
  readonly texts: readonly Text[]
}

export interface ValidateRequest {
  /** Path of cfg.json as shown in messages. */
  readonly cfgPath: string
  /** Content of cfg.json; read from the path if absent. */
  readonly cfgText?: string | undefined
  readonly index: string | undefined
  readonly conf: Conf
  readonly settingsError: JobError | undefined
  readonly strict: boolean
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
}

/** Never throws. */
export async function validateJob(request: ValidateRequest): Promise<Validation> {
  const noted: Noted = { steps: [], texts: [] }
  try {
    await examine(request, noted)
  } catch (thrown) {
    noted.steps.push(failed(asJobError(thrown), request.cfgPath))
  }
  const { steps, texts, index } = noted
  // A run stops at the first step that fails.
  const exitCode = steps.find((step) => step.exitCode !== EXIT.done)?.exitCode ?? EXIT.done
  const findings = steps.flatMap((step) => step.findings)
  return { ...(index !== undefined && { index }), exitCode, findings, texts }
}

async function examine(request: ValidateRequest, into: Noted): Promise<void> {
  const { steps, texts } = into
  const { cfgPath: file, conf, settingsError, fontFile } = request
  const text = request.cfgText ?? (await readCfg(file))
  const cfg = parseCfg({ text, file })
  if (request.cfgText === undefined) refuseIndex(file, cfg.parsed.value)
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
  if (jobId === undefined && request.index === undefined) return
  steps.push(await indexStep({ request, examined, jobId: jobId ?? '', into }))
}

const failed = (error: JobError, file: string): Step => ({
  findings: findingsOfError(error, file),
  exitCode: error.exitCode,
})

/** Checks whether the outputs of a run could be written, as far as possible without writing. */
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

/** Reads the index from wherever a run would, except from a remote bucket. */
async function indexStep(input: {
  request: ValidateRequest
  examined: ExaminedJob
  jobId: string
  into: Noted
}): Promise<Step> {
  const { request, examined, jobId, into } = input
  const { cfgPath, index: asked, conf, strict } = request
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
    return examineText({ text, file, jobId, examined, conf, strict })
  } catch (thrown) {
    if (!isElsewhere) return failed(asJobError(thrown), cfgPath)
    // If the bucket is unknown, that has already been reported.
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
  // A missing or unreadable JobId has already been reported.
  const { index, problems, notices, omissions } = examineIndex({
    text,
    file,
    mostEntries: conf.limits.maxRecordings,
    ...(jobId !== '' && { jobId }),
  })
  const findings = [
    ...problems.map((problem) => findingOf('error', problem)),
    ...omissions.map((reason) => findingOf(strict ? 'error' : 'warning', reason)),
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
  if (strict && omissions.length > 0) return { findings, exitCode: EXIT.failed }
  if (named.problems.length > 0) return { findings, exitCode: EXIT.noStream }
  const wanted = examined.job ? wantedEntries(examined.job, index.entries) : index.entries
  if (wanted.length > 0) return { findings, exitCode: EXIT.done }
  const params = { skipped: omissions.length }
  return more(new JobError({ code: 'noEntries', params }, { exitCode: EXIT.noStream }))
}

/** The settings files that findings refer to. A finding about an environment variable has no line. */
async function textsOf(findings: readonly Finding[]): Promise<Text[]> {
  const files = new Set(findings.flatMap(({ file, line }) => (line === undefined ? [] : [file])))
  return Promise.all([...files].map(async (file) => ({ file, text: await readRegularText(file) })))
}
