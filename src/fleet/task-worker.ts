/** The side of the queue that carries tasks out: BullMQ in Redis or Valkey. */
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Job as QueueJob } from 'bullmq'
import type { Redis } from 'ioredis'
import { JobError, asJobError } from '../errors.ts'
import { announceMachine, machineName } from './machines.ts'
import { type TaskWorker, failureText, isOfTask } from './queue.ts'
import { type QueueSettings, bullConnection, complainer } from './redis.ts'

/** Progress is reported at most this often. */
const PROGRESS_EVERY_MS = 500
/** A task that was lost with its machine this often is given up: it may be what kills the machines. */
const MOST_STALLS = 5
/** How long a machine takes no tasks after one has failed for a reason of its own, such as a full disk. */
const UNWELL_MS = 10_000
/** What Redis is told at the end, if it can be reached. */
const END_WITHIN_MS = 800
/** Pause after a failed command before tasks are asked for again. */
const ASK_AGAIN_MS = 1000
const KEPT_SECONDS = 7 * 86_400

/** The reason with which a cancelled task fails. */
export const CANCELLED = 'cancelled'

/** Channel on which the ids of cancelled tasks are published. */
export const cancelChannel = (prefix: string, queue: string) => `${prefix}:${queue}:cancel`

/** Why a task under way is stopped: its machine ends, its job is over, or another machine has it. */
type Stop = 'handBack' | 'cancelled' | 'lost'

/**
 * Takes tasks from the queue until it is told to hand back.
 * @param redis a connection; stays open
 * @param options.carryOut carries out a task, and returns what whoever waits for it is told, if anything. @throws JobError
 */
export async function openTaskWorker<T extends { readonly jobId: string }>(
  redis: Redis,
  settings: QueueSettings,
  options: {
    /** Of the queue. */
    name: string
    concurrency: number
    /** Version of the machine's ffmpeg, for those who look at the fleet. */
    ffmpeg?: string
    /** Called for each task that another machine has lost. */
    onStalled?: () => void
    carryOut: (
      task: T,
      how: { readonly id: string; readonly moved: (outMs: number) => void; readonly signal: AbortSignal },
    ) => Promise<unknown>
  },
): Promise<TaskWorker> {
  const { Worker, WaitingError, UnrecoverableError } = await import('bullmq')
  const { url, prefix, lockMs, log } = settings
  const { name, concurrency, carryOut, ffmpeg, onStalled } = options
  const running = new Map<string, AbortController>()
  const stop = (id: string, why: Stop) => running.get(id)?.abort(why)
  let isEnding = false

  const process = async (job: QueueJob<T>, token?: string): Promise<unknown> => {
    const { id = '', data } = job
    const stopping = new AbortController()
    running.set(id, stopping)
    if (isEnding) stop(id, 'handBack')
    let toldMs = -Infinity
    const moved = (outMs: number) => {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS || redis.status !== 'ready') return
      toldMs = performance.now()
      void job.updateProgress(outMs).catch(() => undefined)
    }
    try {
      return await carryOut(data, { id, moved, signal: stopping.signal })
    } catch (thrown) {
      const why = stopping.signal.reason as Stop | undefined
      if (why === 'handBack') {
        await job.moveToWait(token)
        throw new WaitingError()
      }
      if (why === 'cancelled') throw new UnrecoverableError(CANCELLED)
      const error = asJobError(thrown)
      log.warn({ jobId: data.jobId, id, isLost: why === 'lost', err: error }, 'task not done')
      if (isOfTask(error)) throw new UnrecoverableError(failureText(error))
      if (why === undefined) rest()
      const params = { host: hostname(), detail: error.message }
      throw new Error(failureText(new JobError({ code: 'taskFailedThere', params }, { retryable: true })))
    } finally {
      running.delete(id)
    }
  }

  const connection = bullConnection(url)
  const worker = new Worker<T>(name, process, {
    connection: connection.options,
    prefix,
    name: machineName({ host: hostname(), pid: globalThis.process.pid }),
    concurrency,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3),
    maxStalledCount: MOST_STALLS,
    runRetryDelay: ASK_AGAIN_MS,
    removeOnFail: { age: KEPT_SECONDS },
    removeOnComplete: { age: KEPT_SECONDS, count: 1000 },
  })
  const subscriber = redis.duplicate()
  const complain = complainer(log)
  worker.on('error', complain)
  worker.on('stalled', () => onStalled?.())
  subscriber.on('error', complain)
  // A task whose lock was lost is another machine's by now.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => stop(id, 'lost')))
  subscriber.on('message', (_channel, id) => stop(id, 'cancelled'))
  await subscriber.subscribe(cancelChannel(prefix, name))
  await worker.waitUntilReady()
  const machine = {
    id: worker.id,
    host: hostname(),
    pid: globalThis.process.pid,
    queue: name,
    tasks: concurrency,
    ffmpeg,
  }
  const leave = announceMachine(redis, { machine, prefix })

  /** Leaves tasks to other machines for a while. */
  function rest(): void {
    void worker.pause(true)
    setTimeout(() => {
      if (!isEnding) void worker.resume()
    }, UNWELL_MS).unref()
  }

  return {
    async handBack() {
      isEnding = true
      const end = async () => {
        for (const id of running.keys()) stop(id, 'handBack')
        // Pausing waits for those under way.
        await Promise.all([leave(), worker.pause()])
      }
      // Without Redis, the tasks are lost with their locks.
      await Promise.race([end().catch(complain), wait(END_WITHIN_MS)])
      subscriber.disconnect()
      connection.end()
      // Other ways to close wait for Redis before they stop the timers, which keep a process alive.
      await worker.close(true).catch(complain)
    },
  }
}
