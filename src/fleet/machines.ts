/** The machines that take tasks and the jobs that are run at the moment, as they announce themselves in Redis. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { announce, listPresent } from './presence.ts'

const machineSchema = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  /** The queue that it takes tasks from. */
  queue: z.string(),
  /** How many tasks it carries out at once. */
  tasks: z.number(),
  /** Version of its ffmpeg. */
  ffmpeg: z.string().optional(),
  /** Unix time in ms by its own clock. */
  sinceMs: z.number(),
})

const jobSchema = z.object({
  jobId: z.string(),
  appId: z.string(),
  /** The machine that runs it. */
  host: z.string(),
  /** Unix time in ms by the clock of that machine. */
  sinceMs: z.number(),
  /** How many tasks it has been cut into, and how many of them are done. */
  tasks: z.number(),
  done: z.number(),
})

export type Machine = z.infer<typeof machineSchema>
export type RunningJob = z.infer<typeof jobSchema>

/** How a machine is called where it says that it carries out a task. */
export const machineName = ({ host, pid }: Pick<Machine, 'host' | 'pid'>): string => `${host}:${pid}`

/**
 * Announces a machine until it is told to stop; one that is killed is forgotten by itself.
 * @returns a function that ends it
 */
export function announceMachine(
  redis: Redis,
  { machine, prefix }: { machine: Omit<Machine, 'sinceMs'>; prefix: string },
): () => Promise<void> {
  const facts: Machine = { ...machine, sinceMs: Date.now() }
  return announce(redis, { prefix, kind: 'machines', id: machine.id, facts: () => facts })
}

/** @returns the machines that take tasks */
export async function listMachines(redis: Redis, prefix: string): Promise<readonly Machine[]> {
  return usable(machineSchema, await listPresent(redis, prefix, 'machines'))
}

/**
 * Announces a job until it is told to stop.
 * @param of.id identifies the job; the same job run again has the same
 * @returns a function that ends it
 */
export function announceJob(
  redis: Redis,
  of: { prefix: string; id: string; facts: () => RunningJob },
): () => Promise<void> {
  return announce(redis, { ...of, kind: 'jobs' })
}

/** @returns the jobs that are run with the queue */
export async function listJobs(redis: Redis, prefix: string): Promise<readonly RunningJob[]> {
  return usable(jobSchema, await listPresent(redis, prefix, 'jobs'))
}

/** Those of other versions of the worker may look different. */
function usable<T>(schema: z.ZodType<T>, all: readonly unknown[]): readonly T[] {
  return all.flatMap((one) => {
    const parsed = schema.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
}
