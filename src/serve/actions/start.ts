/** job.start: validates the whole job at once and queues it; a job of Mode 0 is only kept. */
import { JobError } from '../../errors.ts'
import { codeOfProblems, isObject, problemsWithin } from '../cfg.ts'
import { CODES } from '../codes.ts'
import { SECTIONS, type ServedJob, type TimedUpdate, isEnded } from '../served-job.ts'
import {
  type Action,
  type Asked,
  type Outcome,
  isOutcome,
  newJob,
  refused,
  sectionsOf,
  withUpdates,
} from './action.ts'
import { DATA } from './data-schemas.ts'

const ECHOED = SECTIONS.filter((name) => name !== 'NotifyConfig')

/** An object key without placeholders; `..` could leave the bucket. */
const INDEX_KEY = /^[^{}\p{Cc}\\]{1,1000}$/u

export const start: Action = {
  name: 'job.start',
  ack: 'job.stat',
  data: DATA.start,
  isOfJob: true,
  apply(asked) {
    const { request, job: before, owner, world } = asked
    const { jobId } = request
    if (jobId === undefined) return refused(CODES.badParameters, 'Internal.JobId: missing')
    if (before?.state === 'queued' || before?.state === 'running')
      return refused(CODES.jobExists, `the job is ${before.state}`)
    if (world.noRoom !== undefined && (!before || isEnded(before.state)))
      return refused(CODES.failed, world.noRoom)
    const changed = withRequest(before ?? newJob(request, { owner, nowMs: world.nowMs }, jobId), asked)
    if (isOutcome(changed)) return changed
    const outcome = changed.mode === 0 ? kept(changed, asked) : queued(changed, asked)
    const replaced = replacedUpdates(before?.updates ?? [], changed.updates)
    if (outcome.code !== CODES.ok || replaced === 0) return outcome
    const warning = `Data.Updates: replaces timed updates that were kept before; left out: ${replaced}`
    return { ...outcome, warnings: [...(outcome.warnings ?? []), warning] }
  },
}

/** The job with what the request says about it. */
function withRequest(job: ServedJob, { request, world }: Asked): ServedJob | Outcome {
  const { data } = request
  const { Index, IndexKey, Updates } = data
  const given = SECTIONS.filter((name) => data[name] !== undefined && data[name] !== null)
  if (Index !== undefined && IndexKey !== undefined)
    return refused(CODES.badParameters, 'Data.Index, Data.IndexKey: give one of the two')
  if (IndexKey !== undefined && !isKey(IndexKey))
    return refused(CODES.badParameters, 'Data.IndexKey: give an object key in the bucket, without ".."')
  const updates = updatesOf(Updates, world.nowMs)
  if (updates === undefined)
    return refused(CODES.badParameters, 'Data.Updates: give an array of { At, Action, Data }')
  const { index, indexKey, asked: _asked, exitCode: _exit, error: _error, endedAtMs: _ended, ...rest } = job
  const named =
    Index === undefined && IndexKey === undefined ? { index, indexKey } : { index: Index, indexKey: IndexKey }
  const changed = {
    ...rest,
    appId: request.appId ?? job.appId,
    roomId: request.roomId ?? job.roomId,
    mode: request.mode ?? job.mode,
    channelType: request.channelType ?? job.channelType,
    requestId: request.requestId,
    state: 'acquired',
    sections: { ...job.sections, ...Object.fromEntries(given.map((name) => [name, data[name]])) },
    index: named.index,
    ...(named.indexKey !== undefined && { indexKey: named.indexKey as string }),
    isForced: request.isForced,
    crashes: 0,
  } as const
  // Like a section, so that one which does not fit can be taken back, and a request that is sent again changes nothing.
  const isGiven = Updates !== undefined && Updates !== null
  const base = isGiven ? { ...changed, updates: [] } : changed
  return withUpdates(base, updates, { world, isRequest: false })
}

/** How many kept updates a new list leaves out. */
function replacedUpdates(before: readonly TimedUpdate[], now: readonly TimedUpdate[]): number {
  const named = new Set(now.map((one) => JSON.stringify(one)))
  return before.filter((one) => !named.has(JSON.stringify(one))).length
}

/** A job whose recordings are still being made: what is said about it is kept. */
function kept(job: ServedJob, { request, world }: Asked): Outcome {
  const given = SECTIONS.filter((name) => request.data[name] !== undefined)
  const wrong = problemsWithin(world.examine(job).problems, given)
  if (wrong.length > 0) return refused(codeOfProblems(wrong), wrong.map(({ message }) => message).join('; '))
  return { code: CODES.ok, job, data: sectionsOf(job, ECHOED) }
}

function queued(job: ServedJob, { world }: Asked): Outcome {
  const { problems, warnings, against } = world.examine(job)
  if (problems.length > 0)
    return refused(codeOfProblems(problems), problems.map(({ message }) => message).join('; '))
  if (job.index !== undefined) {
    try {
      const wrong = against?.(world.readIndex(job.index, job.jobId)) ?? []
      if (wrong.length > 0) return refused(CODES.noStream, wrong.map(({ message }) => message).join('; '))
    } catch (error) {
      if (!(error instanceof JobError)) throw error
      return refused(CODES.noSuchJob, `Data.Index: ${error.message}`)
    }
  }
  const waiting = { ...job, state: 'queued', queuedAtMs: world.nowMs } as const
  return { code: CODES.ok, job: waiting, data: sectionsOf(job, ECHOED), warnings }
}

const isKey = (key: unknown): boolean =>
  typeof key === 'string' && INDEX_KEY.test(key) && !key.split('/').includes('..')

/** @returns undefined if it is not a list of updates */
function updatesOf(value: unknown, nowMs: number): TimedUpdate[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return undefined
  const updates: TimedUpdate[] = []
  for (const one of value) {
    if (!isObject(one) || typeof one['Action'] !== 'string' || !isObject(one['Data'])) return undefined
    const at = one['At'] === 'now' ? nowMs : typeof one['At'] === 'string' ? Number(one['At']) : one['At']
    if (typeof at !== 'number' || !Number.isFinite(at)) return undefined
    updates.push({ At: at, Action: one['Action'], Data: one['Data'] })
  }
  return updates
}
