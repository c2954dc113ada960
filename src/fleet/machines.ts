/** The machines that take tasks at the moment, as they announce themselves in Redis. */
import type { Redis } from 'ioredis'
import { z } from 'zod'

const machineSchema = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  /** The queue that it takes tasks from. */
  queue: z.string(),
  /** How many tasks it carries out at once. */
  tasks: z.number(),
})

export type Machine = z.infer<typeof machineSchema>

/** By the clock of the server: those of the machines may differ. */
const BEAT = "return redis.call('zadd', KEYS[1], redis.call('time')[1] + ARGV[1], ARGV[2])"
const LIST = `redis.call('zremrangebyscore', KEYS[1], '-inf', redis.call('time')[1])
return redis.call('zrange', KEYS[1], 0, -1)`

/** A machine that gives no sign for this long counts as gone. */
const GONE_AFTER_S = 10

const keyOf = (prefix: string): string => `${prefix}:machines`

/**
 * Announces a machine until it is told to stop; one that is killed is forgotten by itself.
 * @returns a function that ends it
 */
export function announceMachine(
  redis: Redis,
  { machine, prefix }: { machine: Machine; prefix: string },
): () => Promise<void> {
  const member = JSON.stringify(machine)
  const beat = () => {
    // Commands for a connection that is away would all be sent at once later.
    if (redis.status === 'ready')
      void redis.eval(BEAT, 1, keyOf(prefix), GONE_AFTER_S, member).catch(() => undefined)
  }
  beat()
  const beating = setInterval(beat, (GONE_AFTER_S * 1000) / 3)
  return async () => {
    clearInterval(beating)
    if (redis.status === 'ready') await redis.zrem(keyOf(prefix), member)
  }
}

/** @returns the machines that take tasks */
export async function listMachines(redis: Redis, prefix: string): Promise<readonly Machine[]> {
  const members = (await redis.eval(LIST, 1, keyOf(prefix))) as readonly string[]
  return members.flatMap((member) => {
    const machine = machineSchema.safeParse(JSON.parse(member))
    return machine.success ? [machine.data] : []
  })
}
