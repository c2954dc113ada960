/** What an action is: it takes the state of a job and a request, and gives the new state and a reply. Pure. */
import type { z } from 'zod'
import type { RoomIndex } from '../../model/room.ts'
import { MOST } from '../../config/schema/limits.ts'
import { type Examined, codeOfProblems } from '../cfg.ts'
import { CODES, type Refusal, type RetCode, refusal } from '../codes.ts'
import type { ApiRequest } from '../request.ts'
import type { Section, ServedJob, TimedUpdate } from '../served-job.ts'

/** What an action may depend on besides the job. */
export interface World {
  readonly nowMs: number
  /** Unguessable letters and digits. */
  readonly random: string
  /** Why no job can be started at the moment. */
  readonly noRoom: string | undefined
  readonly examine: (job: ServedJob) => Examined
  /** @throws JobError if the text is not an index */
  readonly readIndex: (index: unknown, jobId: string) => RoomIndex
}

export interface Asked {
  readonly request: ApiRequest
  readonly job: ServedJob | undefined
  /** The AppId that was authenticated; empty where everybody is let in. */
  readonly owner: string
  readonly world: World
}

/** The outcome of a request. */
export interface Outcome {
  readonly code: RetCode
  /** "OK" if absent. */
  readonly message?: string
  /** The new state; unchanged if absent. */
  readonly job?: ServedJob
  /** The job is gone. */
  readonly isGone?: true
  readonly data?: Readonly<Record<string, unknown>>
  /** What was accepted though it was probably not meant so. */
  readonly warnings?: readonly string[]
  /** What the handler adds to `Data`, since it has to be looked up. */
  readonly adds?: 'status' | 'workers'
}

export interface Action {
  readonly name: string
  readonly ack: string
  /** What `Data` holds, for the description of the API. */
  readonly data: z.ZodType
  /** Whether the request is about one job. */
  readonly isOfJob: boolean
  readonly apply: (asked: Asked) => Outcome
}

export const refused = (code: RetCode, message: string): Outcome & Refusal => refusal(code, message)

export const noSuchJob = (): Outcome => refused(CODES.noSuchJob, 'there is no such job')

export const alreadyRuns = (): Outcome =>
  refused(CODES.jobExists, 'the job is running; what it is made from cannot change now')

/** Sections of a job as a reply carries them, with JobConfig. */
export function sectionsOf(job: ServedJob, names: readonly Section[]): Readonly<Record<string, unknown>> {
  const wanted = new Set<Section>(['JobConfig', ...names])
  return Object.fromEntries(Object.entries(job.sections).filter(([name]) => wanted.has(name as Section)))
}

/** A job that nothing is known of yet. */
export function newJob(
  request: ApiRequest,
  { owner, nowMs }: { owner: string; nowMs: number },
  jobId: string,
): ServedJob {
  return {
    version: 1,
    jobId,
    appId: request.appId ?? owner,
    roomId: request.roomId ?? '',
    mode: request.mode ?? 1,
    channelType: request.channelType ?? 0,
    requestId: request.requestId,
    state: 'acquired',
    sections: {},
    updates: [],
    isForced: false,
    crashes: 0,
    acquiredAtMs: nowMs,
  }
}

/**
 * The job with more timed updates, which are refused if a run would not accept them.
 * @param options.isRequest whether they are the request itself rather than a list in it
 */
export function withUpdates(
  job: ServedJob,
  more: readonly TimedUpdate[],
  { world, isRequest }: { world: World; isRequest: boolean },
): ServedJob | Outcome {
  if (more.length === 0) return job
  const updates = [...job.updates, ...more]
  if (updates.length > MOST.updates)
    return refused(CODES.failed, `a job takes at most ${MOST.updates} timed updates`)
  const changed = { ...job, updates }
  const wrong = world.examine(changed).problems.flatMap(({ path, message }) => {
    const [whole = '', at] = UPDATE.exec(path) ?? []
    const n = Number(at) - job.updates.length
    if (at === undefined || n < 0) return []
    const here = path.slice(whole.length)
    const shown = isRequest ? here : `Data.Updates[${n}]${here === '' ? '' : '.'}${here}`
    return [{ path, message: `${shown}${message.slice(path.length)}` }]
  })
  if (wrong.length === 0) return changed
  return refused(codeOfProblems(wrong), wrong.map(({ message }) => message).join('; '))
}

/** The beginning of a path within a timed update. */
const UPDATE = /^Data\.Updates\[(\d+)\]\.?/

export const isOutcome = (one: ServedJob | Outcome): one is Outcome => 'code' in one
