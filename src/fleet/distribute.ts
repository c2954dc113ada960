/** An executor that has a job's tasks carried out by the machines of a fleet. */
import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import { JobError } from '../errors.ts'
import type { DistributedJob, Executor, OpenExecutor, Task } from '../job/executor.ts'
import { versionOfFont } from '../job/read-font.ts'
import { kindOf } from './count.ts'
import { type Lease, holdLease } from './lease.ts'
import { announceJob } from './machines.ts'
import { publishTasks } from './publish.ts'
import { type QueuedTask, type TaskQueue, queueName } from './queue.ts'
import { type QueueSettings, connect, weaknesses } from './redis.ts'
import { openTaskBucket } from './task-bucket.ts'
import { openTaskQueue } from './task-queue.ts'
import { folderOf, hashOf, withoutCredentials } from './task.ts'

/** A job waits this long for a queue that cannot be reached. */
const CONNECT_WITHIN_MS = 10_000
/** A task that is said to be done, but whose output is not in the bucket, is tried this often. */
const TRIES = 3

/** @param settings of the queue; the log is the job's */
export function openDistributor(settings: Omit<QueueSettings, 'log'>): OpenExecutor {
  return async (of) => {
    const { log, warn, signal } = of
    const all = { ...settings, log }
    let redis: Redis
    try {
      redis = await connect(all, { withinMs: CONNECT_WITHIN_MS, signal })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof JobError && error.said.code === 'queueUnreachable') warn([error.said])
      return undefined
    }
    let lease: Lease | undefined
    try {
      warn(await weaknesses(redis))
      const place = JSON.stringify([withoutCredentials(of.job.storage), folderOf(of.job)])
      lease = await holdLease(redis, all, { place, jobId: of.job.jobId, signal })
      const font = await versionOfFont(of.at.font, signal)
      const name = queueName({ ...of.makers, font })
      const queue = await openTaskQueue<QueuedTask>(redis, all, {
        name,
        // The sound is one task, however long the room is.
        isLong: (task) => kindOf(task.name) !== 'video',
      })
      return executorOf(of, { place, prefix: settings.prefix, redis, lease, queue })
    } catch (error) {
      await lease?.release()
      redis.disconnect()
      throw error
    }
  }
}

function executorOf(
  of: DistributedJob,
  {
    place,
    prefix,
    redis,
    lease,
    queue,
  }: { place: string; prefix: string; redis: Redis; lease: Lease; queue: TaskQueue<QueuedTask> },
): Executor {
  const { job, conf, storage, warn, log } = of
  const bucket = openTaskBucket(storage, folderOf(job), conf.limits.fetches)
  const published = new Map<string, Promise<QueuedTask>>()
  const done = new Set<string>()
  let isAloneSaid = false
  const { jobId, appId } = job
  const about = { jobId, appId, host: hostname(), sinceMs: Date.now() }
  const leave = announceJob(redis, {
    prefix,
    id: hashOf(place, 32),
    facts: () => ({ ...about, tasks: published.size, done: done.size }),
  })

  const publish = (tasks: readonly Task[], signal: AbortSignal): void => {
    const added = tasks.filter(({ key }) => !published.has(key))
    if (added.length === 0) return
    const publishing = publishTasks({ of, tasks: added, signal })
    for (const [i, { key, command }] of added.entries()) {
      const task = { jobId, appId, name: command.name, number: i + 1 }
      const queued = publishing.then(({ plan }) => ({ ...task, plan }))
      // Published again by the next who asks.
      queued.catch(() => published.delete(key))
      published.set(key, queued)
    }
  }

  const carryOut: Executor['execute'] = async (task, { to, moved, here, signal: own }) => {
    const { key, command } = task
    const id = idOf(place, task)
    const signal = AbortSignal.any([own, lease.lost])
    for (let tries = 0; tries < TRIES;) {
      const undecoded = await bucket.fetch(task, to, signal)
      if (undecoded) {
        log.info({ command: command.name }, 'fetched')
        return undecoded
      }
      publish([task], of.signal)
      const queued = await published.get(key)
      if (!queued) continue
      if (await queue.run(id, queued, { moved, signal })) tries++
      else {
        if (!isAloneSaid) warn([{ code: 'queueUnserved', params: {} }])
        isAloneSaid = true
        // Without the queue, nobody tells that a machine has made it meanwhile.
        const made = await here(async () => !(await bucket.has(task, signal)) && queue.takeBack(id))
        if (made) return made
      }
    }
    const last = await bucket.fetch(task, to, signal)
    if (last) return last
    const params = { detail: command.name }
    throw new JobError({ code: 'taskGivenUp', params }, { retryable: true })
  }

  return {
    announce(tasks) {
      publish(tasks, of.signal)
    },
    async execute(task, how) {
      const made = await carryOut(task, how)
      done.add(task.key)
      return made
    },
    async close(isOver) {
      await leave().catch(() => undefined)
      await queue.close()
      await Promise.allSettled(published.values())
      // The film is done; what is left in the bucket is no reason to say otherwise.
      if (isOver)
        await bucket.clear().catch((error: unknown) => log.warn({ err: error }, 'tasks left in the bucket'))
      await lease.release()
      redis.disconnect()
    },
  }
}

/** Identifies a task on the queue: the same for every try of the job, another for a job elsewhere. */
function idOf(place: string, { key }: Task): string {
  return hashOf(JSON.stringify([place, key]), 32)
}
