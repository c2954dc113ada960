/** What is alive announces itself in Redis, with facts about itself, until it ends or is killed. */
import type { Redis } from 'ioredis'

/** By the clock of the server: those of the machines may differ. */
const BEAT = `redis.call('zadd', KEYS[1], redis.call('time')[1] + ARGV[1], ARGV[2])
return redis.call('hset', KEYS[2], ARGV[2], ARGV[3])`
const LEAVE = `redis.call('zrem', KEYS[1], ARGV[1])
return redis.call('hdel', KEYS[2], ARGV[1])`
const LIST = `for _, id in ipairs(redis.call('zrangebyscore', KEYS[1], '-inf', redis.call('time')[1])) do
  redis.call('zrem', KEYS[1], id)
  redis.call('hdel', KEYS[2], id)
end
return redis.call('hvals', KEYS[2])`

/** Whoever gives no sign for this long counts as gone. */
const GONE_AFTER_S = 10

/** When each was heard of last, and what it says of itself. */
const keysOf = (prefix: string, kind: string) => [`${prefix}:${kind}:alive`, `${prefix}:${kind}:facts`]

/**
 * Announces something until it is told to stop; what is killed is forgotten by itself.
 * @param of.kind "machines", "jobs"
 * @param of.facts about it as it is now; becomes JSON
 * @returns a function that ends it
 */
export function announce(
  redis: Redis,
  of: { prefix: string; kind: string; id: string; facts: () => object },
): () => Promise<void> {
  const { prefix, kind, id, facts } = of
  const keys = keysOf(prefix, kind)
  const beat = () => {
    // Commands for a connection that is away would all be sent at once later.
    if (redis.status === 'ready')
      void redis.eval(BEAT, 2, ...keys, GONE_AFTER_S, id, JSON.stringify(facts())).catch(() => undefined)
  }
  beat()
  const beating = setInterval(beat, (GONE_AFTER_S * 1000) / 3)
  return async () => {
    clearInterval(beating)
    if (redis.status === 'ready') await redis.eval(LEAVE, 2, ...keys, id)
  }
}

/** @returns the facts of everything of a kind that is alive */
export async function listPresent(redis: Redis, prefix: string, kind: string): Promise<readonly unknown[]> {
  const facts = (await redis.eval(LIST, 2, ...keysOf(prefix, kind))) as readonly string[]
  return facts.map((text) => JSON.parse(text) as unknown)
}
