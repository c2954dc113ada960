/** Validates a cfg.json and its index without reading a recording. */
import { dirname, resolve } from 'node:path'
import { type Cfg, parseCfg } from '../config/cfg.ts'
import type { Conf } from '../config/conf.ts'
import { type ExaminedJob, examineJob } from '../config/read-job.ts'
import type { Lettering } from '../config/resolve/watermark.ts'
import { examineIndex } from '../config/room-index.ts'
import { type Finding, findingOf, findingsOfError } from '../config/validation.ts'
import { EXIT, type ExitCode, JobError, asJobError } from '../errors.ts'
import { readCfg, refuseIndex } from '../files/read-cfg.ts'
import { readRegularText } from '../files/read-file.ts'
import { lookAtDestination } from '../job/destination.ts'
import { wantedEntries } from '../job/fetch-recordings.ts'
import { type IndexPlace, findIndex } from '../job/find-index.ts'
import { findUpdates } from '../job/find-updates.ts'
import { letteringOf } from '../job/read-font.ts'
import { type Message, say } from '../messages/index.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import type { IndexEntry } from '../model/room.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import { missingPictures, missingRecordings } from './missing-files.ts'
import { examineUpdates, exitCodeOfUpdates, placed } from '../updates/read.ts'
import { applyUpdates, unknownInUpdates } from '../updates/stretches.ts'

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
  /** Path of the timed updates; located by the documented rules if undefined. */
  readonly updates: string | undefined
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
  const isRoomKnown = jobId !== undefined || request.index !== undefined
  const room: Room = isRoomKnown
    ? await roomSteps({ request, examined, cfg, lettering, jobId: jobId ?? '', into })
    : { steps: [] }
  const job = room.job ?? examined.job
  if (job) steps.push(await picturesStep(request, job))
  for (const step of room.steps) steps.push(step)
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

/** Checks whether the watermark pictures are there, as far as they are on this machine. */
async function picturesStep({ cfgPath, conf, strict }: ValidateRequest, job: Job): Promise<Step> {
  if (job.storage.kind !== 'local') return { findings: [], exitCode: EXIT.done }
  const storage = openStorage(job.storage, storageSettings(conf))
  try {
    const missing = await missingPictures(storage, job, dirname(resolve(cfgPath)))
    return missingStep(missing, { file: cfgPath, strict })
  } finally {
    storage.close()
  }
}

/** What a run would leave out, which fails it under `--strict`. */
function missingStep(missing: readonly Message[], { file, strict }: { file: string; strict: boolean }): Step {
  const severity = strict ? 'error' : 'warning'
  return {
    findings: missing.map((one) => ({ severity, code: one.code, message: say(one), file, path: '' })),
    exitCode: strict && missing.length > 0 ? EXIT.failed : EXIT.done,
  }
}

/** Checks whether a local bucket has the recordings that a run would read. */
async function recordingsStep(
  wanted: readonly IndexEntry[],
  of: { request: ValidateRequest; target: StorageTarget; file: string; jobId: string },
): Promise<Step> {
  const { request, target, file, jobId } = of
  const { conf, strict } = request
  const storage = openStorage(target, storageSettings(conf))
  try {
    const missing = await missingRecordings(storage, wanted)
    const step = missingStep(missing, { file, strict })
    if (missing.length < wanted.length) return step
    const params = { jobId, skipped: missing.length }
    const error = new JobError({ code: 'noUsableStream', params }, { exitCode: EXIT.noStream })
    return {
      findings: [...step.findings, ...findingsOfError(error, file)],
      exitCode: step.exitCode || error.exitCode,
    }
  } finally {
    storage.close()
  }
}

/** What was found in the index and the timed updates. */
interface Room {
  readonly steps: readonly Step[]
  /** The job with its timed updates, if there are any. */
  readonly job?: Job
}

interface Reading {
  readonly request: ValidateRequest
  readonly examined: ExaminedJob
  readonly cfg: Cfg
  readonly lettering: Lettering
  readonly jobId: string
  readonly into: Noted
}

/** Reads the index and the timed updates from wherever a run would, except from a remote bucket. */
async function roomSteps(reading: Reading): Promise<Room> {
  const { request, examined, jobId, into } = reading
  const { cfgPath, index: asked, conf } = request
  const { storage: target, outputKey = '' } = examined.target
  let isElsewhere = false
  const unread = {
    name: '',
    readText: () => ((isElsewhere = true), Promise.resolve(undefined)),
    list: () => Promise.resolve([]),
  }
  const bucket = target?.bucket ?? ''
  const storage = target?.kind === 'local' ? openStorage(target, storageSettings(conf)) : unread
  try {
    const { text, from, at } = await findIndex({
      job: { jobId, outputKey, storage: { bucket } },
      cfgPath,
      ...(asked !== undefined && { asked }),
      storage,
      keys: conf.index.keys,
      signal: new AbortController().signal,
    })
    into.texts.push({ file: from, text })
    into.index = from
    // A missing or unreadable JobId has already been reported.
    const room = examineIndex({
      text,
      file: from,
      mostEntries: conf.limits.maxRecordings,
      ...(jobId !== '' && { jobId }),
    })
    const updates = await updatesStep(reading, { storage, bucket, room, indexAt: at })
    const { wanted, ...ofIndex } = indexStep({ reading, file: from, room, job: updates.job ?? examined.job })
    const steps = [ofIndex, ...updates.steps]
    if (wanted && target?.kind === 'local')
      steps.push(await recordingsStep(wanted, { request, target, file: from, jobId }))
    return { ...updates, steps }
  } catch (thrown) {
    if (!isElsewhere) return { steps: [failed(asJobError(thrown), cfgPath)] }
    // If the bucket is unknown, that has already been reported.
    if (!target) return { steps: [] }
    const message = say({ code: 'indexNotRead', params: { bucket, jobId } })
    const note = { severity: 'note', code: 'indexNotRead', message, file: cfgPath, path: '' } as const
    const updates = await updatesStep(reading, { storage, bucket, room: undefined, indexAt: undefined })
    return { ...updates, steps: [{ findings: [note], exitCode: EXIT.done }, ...updates.steps] }
  }
}

type ExaminedRoom = ReturnType<typeof examineIndex>

/** Reads and applies the timed updates, if there are any. */
async function updatesStep(
  { request, examined, cfg, lettering, jobId, into }: Reading,
  where: {
    readonly storage: Parameters<typeof findUpdates>[0]['storage']
    readonly bucket: string
    readonly room: ExaminedRoom | undefined
    readonly indexAt: IndexPlace | undefined
  },
): Promise<Room> {
  const { storage, bucket, room, indexAt } = where
  try {
    const found = await findUpdates({
      asked: request.updates,
      cfg,
      jobId,
      bucket,
      ofIndex: room?.updates,
      indexAt,
      storage,
      signal: new AbortController().signal,
    })
    if (!found) return { steps: [] }
    const { source, text, warnings } = found
    if (text !== undefined) into.texts.push({ file: source.parsed.file, text })
    const read = examineUpdates(source)
    const { updates } = read
    const { job } = examined
    const { wire } = cfg.checked
    const roomStartMs = room?.index?.startMs
    const applied = job && applyUpdates({ job, wire, updates, roomStartMs, lettering })
    const unknown = room?.index ? unknownInUpdates(updates, room.index) : []
    const own = [...read.problems, ...(applied?.problems ?? [])]
    const { problems, notices } = placed(source, {
      problems: own,
      notices: [...read.notices, ...(applied?.notices ?? []), ...unknown],
    })
    const findings = [
      ...warnings.map((one): Finding => ({
        severity: 'warning',
        code: one.code,
        message: say(one),
        file: request.cfgPath,
        path: '',
      })),
      ...problems.map((problem) => findingOf('error', problem)),
      ...notices.map((notice) => findingOf('warning', notice)),
    ]
    const exitCode = own.length > 0 ? exitCodeOfUpdates(own) : EXIT.done
    return { steps: [{ findings, exitCode }], ...(applied && { job: applied.job }) }
  } catch (thrown) {
    return { steps: [failed(asJobError(thrown), request.cfgPath)] }
  }
}

/** @param input.job with its timed updates, which may take streams that cfg.json does not */
function indexStep(input: {
  reading: Reading
  file: string
  room: ExaminedRoom
  job: Job | undefined
}): Step & { readonly wanted?: readonly IndexEntry[] } {
  const { reading, file, room, job } = input
  const { examined, request } = reading
  const { conf, strict } = request
  const { index, problems, notices, omissions } = room
  const findings = [
    ...problems.map((problem) => findingOf('error', problem)),
    ...omissions.map((reason) => findingOf(strict ? 'error' : 'warning', reason)),
    ...notices.map((notice) => findingOf('warning', notice)),
  ]
  if (!index) return { findings, exitCode: EXIT.noSuchJob }
  const named = examined.against?.(index, job) ?? { problems: [], notices: [] }
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
  const wanted = job ? wantedEntries(job, index.entries) : index.entries
  if (wanted.length > 0) return { findings, exitCode: EXIT.done, wanted }
  const params = { skipped: omissions.length }
  return more(new JobError({ code: 'noEntries', params }, { exitCode: EXIT.noStream }))
}

/** The settings files that findings refer to. A finding about an environment variable has no line. */
async function textsOf(findings: readonly Finding[]): Promise<Text[]> {
  const files = new Set(findings.flatMap(({ file, line }) => (line === undefined ? [] : [file])))
  return Promise.all([...files].map(async (file) => ({ file, text: await readRegularText(file) })))
}
