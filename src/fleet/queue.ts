/** A queue of tasks that the machines of a fleet share. It only says who does what next: the bucket says what is done. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { JobError } from '../errors.ts'
import { CATALOGUES, type Message, type MessageCode } from '../messages/index.ts'
import type { TaskPlan } from './task.ts'

/** What travels on the queue. */
export interface QueuedTask {
  readonly jobId: string
  readonly appId: string
  /** "video 3/6" */
  readonly name: string
  readonly plan: Pick<TaskPlan, 'bucket'> & { readonly key: string }
  /** Number of the task in the plan, from 1. */
  readonly number: number
}

export interface TaskQueue<T> {
  /**
   * Has a task carried out by some machine. A task whose machine is killed or cut off is carried out by another.
   * @param id identifies the task: one that is on the queue already is not added again
   * @param how.there called once the task is on the queue
   * @param how.isFollowed whether an earlier process of this one has added the task: then what came of it counts
   * @returns what the machine returned; undefined if no machine takes tasks, and the task is still on the queue
   * @throws JobError as the machine did; the signal's reason, after the task was taken off the queue
   */
  readonly run: (
    id: string,
    task: T,
    how: {
      readonly moved?: (outMs: number) => void
      readonly there?: () => void
      readonly signal: AbortSignal
      readonly isFollowed?: boolean
    },
  ) => Promise<{ readonly returned: unknown } | undefined>
  /** Takes a task off the queue to be made here. @returns false if a machine has it, or there are machines again */
  readonly takeBack: (id: string) => Promise<boolean>
  readonly close: () => Promise<void>
}

/** A machine that takes tasks. */
export interface TaskWorker {
  /** Takes no more tasks and gives those under way back to the queue, for other machines. */
  readonly handBack: () => Promise<void>
}

/**
 * Each set of makers has a queue, so that no machine takes a task whose output would differ there.
 * @param makers versions of everything on a machine that makes outputs
 */
export function queueName(makers: Readonly<Record<string, string>>): string {
  const all = JSON.stringify(Object.entries(makers).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return `tasks-${createHash('sha256').update(all).digest('hex').slice(0, 12)}`
}

/**
 * The queue of whole jobs. Any machine may plan a job, as long as it reads the request in the same way; the tasks are
 * then for machines with the same makers as its own.
 */
export const jobsQueueName = (workerVersion: string): string => `jobs-${workerVersion}`

/** Failures that the same task would have on every machine. */
const OF_TASK: ReadonlySet<MessageCode> = new Set<MessageCode>([
  'ffmpegFailed',
  'ffmpegFenced',
  'ffmpegStalled',
  'framesWrong',
  'taskMissing',
  'taskPlanMissing',
  'taskPlanUnusable',
])

export function isOfTask({ code }: JobError): boolean {
  return OF_TASK.has(code)
}

const failure = z.object({
  said: z.object({
    code: z.string().refine((code) => Object.hasOwn(CATALOGUES.en, code)),
    params: z.record(z.string(), z.unknown()),
  }),
  exitCode: z.number(),
  fault: z.enum(['config', 'input', 'destination', 'internal']),
  retryable: z.boolean(),
  cause: z.string().optional(),
})

/** An error as text, to be thrown again on another machine. */
export function failureText({ said, exitCode, fault, retryable, cause }: JobError): string {
  const because = cause instanceof JobError ? failureText(cause) : undefined
  return JSON.stringify({ said, exitCode, fault, retryable, cause: because })
}

/** @param text of `failureText`, or what the queue itself says of a task that it gave up */
export function errorOfFailure(text: string): JobError {
  try {
    const { said, cause, ...rest } = failure.parse(JSON.parse(text))
    const because = cause === undefined ? {} : { cause: errorOfFailure(cause) }
    return new JobError(said as Message, { ...rest, ...because } as ConstructorParameters<typeof JobError>[1])
  } catch {
    return new JobError({ code: 'taskGivenUp', params: { detail: text } }, { retryable: true })
  }
}

/** BullMQ's largest. */
const MOST_PRIORITY = 2 ** 21 - 1

/**
 * Start-time fair queueing: the first task of a job comes right after the one that is next, and each further task one
 * turn later, so that a short job does not wait behind all tasks of a long one. A long task is added when it happens to
 * be, and does not wait for the others of its job.
 * @param options.last turn that was given to a task of this job; 0 before
 * @param options.next priority of the task that is next on the queue, if one waits
 */
export function turnOf(options: { last: number; next: number | undefined; isLong: boolean }): {
  /** The lower, the sooner. */
  readonly priority: number
  readonly last: number
} {
  const { last, next, isLong } = options
  if (isLong) return { priority: next ?? 1, last }
  const turn = next === undefined ? 1 : Math.max(last + 1, next)
  return { priority: Math.min(turn, MOST_PRIORITY), last: turn }
}
