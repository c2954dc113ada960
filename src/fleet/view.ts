/** Looks at a fleet from outside: reads what its machines, jobs and queues hold in Redis, and changes nothing. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Job as QueueJob, JobType, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { kindOf } from './count.ts'
import { listJobs, listMachines } from './machines.ts'
import { type QueueSettings, complainer } from './redis.ts'
import type { FleetFacts, TaskOnQueue } from './state.ts'
import { CANCELLED } from './task-worker.ts'
import { readTotals } from './totals.ts'

const TYPES = {
  waiting: ['waiting', 'prioritized', 'delayed'],
  running: ['active'],
  failed: ['failed'],
} as const satisfies Record<TaskOnQueue['state'], readonly JobType[]>

const SCANNED = 1000
/** Longer than a busy server takes. */
const ANSWER_WITHIN_MS = 5000

export interface FleetView {
  /** @returns undefined if the server cannot be reached */
  readonly read: () => Promise<FleetFacts | undefined>
  /** The queues, by name. Each set of makers has its own. */
  readonly queues: () => Promise<readonly Queue[]>
}

/** @param redis a connection; stays open */
export async function openFleetView(
  redis: Redis,
  { prefix, log }: Pick<QueueSettings, 'prefix' | 'log'>,
): Promise<FleetView> {
  const { Queue: BullQueue } = await import('bullmq')
  const complain = complainer(log)
  const known = new Map<string, Queue>()
  const open = (name: string): Queue => {
    const queue = new BullQueue(name, {
      connection: redis,
      prefix,
      // It would write to the terminal.
      skipVersionCheck: true,
      skipMetasUpdate: true,
    })
    queue.on('error', complain)
    known.set(name, queue)
    return queue
  }
  const queues = async (): Promise<readonly Queue[]> => {
    const names = await queueNames(redis, prefix)
    return names.map((name) => known.get(name) ?? open(name))
  }
  return {
    queues,
    async read() {
      if (redis.status !== 'ready') return undefined
      const reading = Promise.all([
        listMachines(redis, prefix),
        listJobs(redis, prefix),
        readTotals(redis, prefix),
        queues().then((all) => Promise.all(all.map(tasksOn))),
      ])
      // Commands wait for a connection that is lost meanwhile.
      const late = wait(ANSWER_WITHIN_MS, undefined, { ref: false })
      const read = await Promise.race([reading.catch(complain), late])
      if (!read) return undefined
      const [machines, jobs, totals, tasks] = read
      return { machines, jobs, totals, tasks: tasks.flat() }
    },
  }
}

async function queueNames(redis: Redis, prefix: string): Promise<readonly string[]> {
  const names = new Set<string>()
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}:*:meta`, 'COUNT', SCANNED)
    cursor = next
    for (const key of keys) names.add(key.slice(prefix.length + 1, -':meta'.length))
  } while (cursor !== '0')
  return [...names].toSorted()
}

async function tasksOn(queue: Queue): Promise<readonly TaskOnQueue[]> {
  const states = Object.keys(TYPES) as (keyof typeof TYPES)[]
  const all = await Promise.all(
    states.map(async (state) => {
      const jobs = await queue.getJobs([...TYPES[state]])
      return (
        jobs
          // One that has ended meanwhile is gone; one that was cancelled has not failed.
          .filter((job): job is QueueJob => Boolean(job) && job.failedReason !== CANCELLED)
          .map((job) => taskOf(job, state, queue.name))
      )
    }),
  )
  return all.flat()
}

function taskOf(job: QueueJob, state: TaskOnQueue['state'], queue: string): TaskOnQueue {
  const data = (job.data ?? {}) as Readonly<Record<string, unknown>>
  const text = (field: string): string => (typeof data[field] === 'string' ? data[field] : '')
  const name = text('name') || queue
  return {
    jobId: text('jobId'),
    appId: text('appId'),
    name,
    kind: kindOf(name),
    state,
    addedMs: job.timestamp,
    startedMs: state === 'running' ? job.processedOn : undefined,
    by: state === 'running' ? job.processedBy : undefined,
    outMs: typeof job.progress === 'number' ? job.progress : undefined,
  }
}
