/** The side of the queue that has tasks carried out: BullMQ in Redis or Valkey. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import pLimit from 'p-limit'
import { listMachines } from './machines.ts'
import { CANCELLED, cancelChannel } from './task-worker.ts'
import { type TaskQueue, errorOfFailure, turnOf } from './queue.ts'
import { type QueueSettings, bullConnection, complainer } from './redis.ts'

/** A task whose events were lost, with Redis or on the way, is looked at again after this long. */
const LOOK_AGAIN_MS = 2000
/** A stopped job waits at most this long for its tasks to be taken off the queue. */
const CANCEL_WITHIN_MS = 1000
/** Pause before a task is tried again that failed for a reason of a machine; doubled each time. */
const BACKOFF_MS = 2000

/** Tasks are added under one name. */
type QueueOf<T> = Queue<T, unknown, string, T, unknown, string>

/**
 * @param redis a connection; stays open
 * @param of.isShared whether others may wait for the same task: what came of it is kept for them
 * @param of.onAdd called before a task is added, or added anew
 * @param of.isLong whether a task takes as long as many others of its job, so that it has to begin before them
 */
export async function openTaskQueue<T>(
  redis: Redis,
  settings: QueueSettings,
  of: {
    readonly name: string
    readonly isShared?: boolean
    readonly onAdd?: (id: string) => Promise<unknown>
    readonly isLong?: (task: T) => boolean
  },
): Promise<TaskQueue<T>> {
  const { Queue: BullQueue, QueueEvents } = await import('bullmq')
  const { url, prefix, attempts, aloneMs, log } = settings
  const { name, isShared = false, onAdd, isLong } = of
  const connection = bullConnection(url)
  const options = { connection: connection.options, prefix }
  const queue: QueueOf<T> = new BullQueue(name, {
    ...options,
    defaultJobOptions: { attempts, backoff: { type: 'exponential', delay: BACKOFF_MS } },
  })
  const events = new QueueEvents(name, options)
  const complain = complainer(log)
  queue.on('error', complain)
  events.on('error', complain)

  const waiting = new Map<string, { moved: ((outMs: number) => void) | undefined; wake: () => void }>()
  const wake = ({ jobId }: { jobId: string }) => waiting.get(jobId)?.wake()
  events.on('completed', wake)
  events.on('failed', wake)
  events.on('progress', ({ jobId, data }) => {
    if (typeof data === 'number') waiting.get(jobId)?.moved?.(data)
  })

  let aloneSinceMs: number | undefined = performance.now()
  const lookAround = async () => {
    const machines = redis.status === 'ready' ? await listMachines(redis, prefix) : []
    if (machines.some((machine) => machine.queue === name)) aloneSinceMs = undefined
    else aloneSinceMs ??= performance.now()
  }
  const looking = setInterval(
    () => void lookAround().catch(() => undefined),
    Math.min(LOOK_AGAIN_MS, aloneMs),
  )
  const isAlone = () => aloneSinceMs !== undefined && performance.now() - aloneSinceMs >= aloneMs

  const inTurn = pLimit(1)
  let turn = 0
  const add = async (id: string, task: T): Promise<void> => {
    await onAdd?.(id)
    const [next] = await queue.getPrioritized(0, 0)
    const given = turnOf({ last: turn, next: next?.priority, isLong: isLong?.(task) ?? false })
    turn = given.last
    await queue.add('task', task, { jobId: id, priority: given.priority })
  }

  /**
   * What a task has returned if it is over. One that an earlier run left is added anew; one that the queue has lost,
   * again.
   */
  const look = async (id: string, task: T, isFirst: boolean): Promise<{ returned: unknown } | undefined> => {
    const job = await queue.getJob(id)
    const state = job ? await job.getState() : 'unknown'
    if (job && (state === 'completed' || state === 'failed')) {
      // A machine may be slow to end what an earlier try of this job has cancelled.
      const isAnew = isFirst || (state === 'failed' && job.failedReason === CANCELLED)
      if (isAnew || !isShared) await job.remove()
      if (!isAnew) {
        if (state === 'completed') return { returned: job.returnvalue }
        throw errorOfFailure(job.failedReason)
      }
    } else if (state !== 'unknown') return undefined
    await inTurn(() => add(id, task))
    return undefined
  }

  const cancel = async (id: string): Promise<void> => {
    if (redis.status !== 'ready') return
    await redis.publish(cancelChannel(prefix, name), id)
    const job = await queue.getJob(id)
    // One that a machine has is locked; that machine ends it.
    await job?.remove().catch(() => undefined)
  }
  const within = (work: Promise<unknown>) =>
    Promise.race([work.catch(() => undefined), wait(CANCEL_WITHIN_MS, undefined, { ref: false })])

  return {
    async run(id, task, { moved, there, signal, isFollowed = false }) {
      if (signal.aborted) {
        // An earlier process may have added it.
        if (isFollowed) await within(cancel(id))
        throw signal.reason
      }
      const over = new AbortController()
      const stopped = new Promise<void>((stop) =>
        signal.addEventListener('abort', () => stop(), { signal: over.signal }),
      )
      let isFirst = !isFollowed
      // While Redis is away, it takes until it is back.
      let looked: ReturnType<typeof look> | undefined
      try {
        for (;;) {
          const woken = new Promise<void>((wake) => waiting.set(id, { moved, wake }))
          looked ??= look(id, task, isFirst).finally(() => (looked = undefined))
          // Once it has been added, or found, what comes of it counts.
          const seen = looked.then((ended) => {
            isFirst = false
            there?.()
            return ended
          })
          seen.catch(() => undefined)
          const pause = new AbortController()
          const paused = wait(LOOK_AGAIN_MS, undefined, { signal: pause.signal }).catch(() => undefined)
          const ended = await Promise.race([seen, paused, stopped])
          if (!ended) await Promise.race([woken, paused, stopped])
          pause.abort()
          if (ended) return ended
          if (signal.aborted) {
            await within(cancel(id))
            throw signal.reason
          }
          if (isAlone()) return undefined
        }
      } finally {
        waiting.delete(id)
        over.abort()
      }
    },
    async takeBack(id) {
      if (!isAlone()) return false
      if (redis.status !== 'ready') return true
      const job = await queue.getJob(id)
      if (!job) return true
      return job.remove().then(
        () => true,
        () => false,
      )
    },
    async close() {
      clearInterval(looking)
      // Both wait for a connection that may be away.
      await within(Promise.all([events.close(), queue.close()]))
      connection.end()
    },
  }
}
