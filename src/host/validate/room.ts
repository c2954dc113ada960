/** Validates the index and the timed updates. */
import type { Cfg } from '../../config/cfg.ts'
import type { ExaminedJob } from '../../config/read-job.ts'
import type { Lettering } from '../../config/resolve/watermark.ts'
import { examineIndex } from '../../config/room-index.ts'
import { type Finding, findingOf, findingsOfError } from '../../config/validation.ts'
import { EXIT, JobError, asJobError } from '../../errors.ts'
import { wantedEntries } from '../../job/fetch-recordings.ts'
import { type IndexPlace, findIndex } from '../../job/find-index.ts'
import { findUpdates } from '../../job/find-updates.ts'
import { say } from '../../messages/index.ts'
import type { Job } from '../../model/job.ts'
import type { IndexEntry } from '../../model/room.ts'
import { type Result, updatesOf } from '../../report/result.ts'
import { openStorage, storageSettings } from '../../storage/open.ts'
import { changesWithin } from '../../timeline/changes.ts'
import { examineTimeline } from '../../updates/examine.ts'
import { type Step, type ValidateRequest, type Noted, failed } from './step.ts'
import { recordingsStep } from './files.ts'

/** What was found in the index and the timed updates. */
export interface Room {
  readonly steps: readonly Step[]
  /** The job with its timed updates, if there are any. */
  readonly job?: Job
  /** The updates themselves, unless something is wrong with them. */
  readonly updates?: Result['updates']
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
export async function roomSteps(reading: Reading): Promise<Room> {
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
      asked,
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
    const { wire } = cfg.checked
    const timeline = examineTimeline({ source, job: examined.job, wire, index: room?.index, lettering })
    const { job, problems, notices } = timeline
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
    if (problems.length > 0)
      return { steps: [{ findings, exitCode: timeline.exitCode }], ...(job && { job }) }
    const steps = [{ findings, exitCode: EXIT.done }]
    if (!job) return { steps }
    // How long the output is can be known from the recordings alone.
    const { changes } = changesWithin(job, Infinity)
    return { steps, job, ...updatesOf({ changes, fps: job.canvas.fps }) }
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
