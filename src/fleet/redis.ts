/** Connections to the Redis or Valkey that holds the queue. The packages are loaded when a queue is used. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis, RedisOptions } from 'ioredis'
import { withoutUserAndQuery } from '../config/findings.ts'
import { JobError } from '../errors.ts'
import type { Log } from '../events/channels.ts'
import type { Warning } from '../messages/index.ts'
import { withDeadline } from '../network/deadline.ts'

/** Repeated errors of a connection are logged at most this often. */
const COMPLAIN_EVERY_MS = 10_000
/** A connection is tried again at least this often. */
const MOST_PAUSE_MS = 1000
/** Longer than the longest command waits for something to happen. */
const SILENCE_MS = 30_000

export interface QueueSettings {
  /** `redis://...` or `rediss://...` */
  readonly url: string
  /** Prefix of all keys in Redis. */
  readonly prefix: string
  /** A machine that does not answer for this long has lost its tasks. */
  readonly lockMs: number
  /** How often a task is tried that fails for a reason of the machine. */
  readonly attempts: number
  /** A job whose tasks no machine takes for this long is done by the machine that runs it. */
  readonly aloneMs: number
  readonly log: Log
}

/** Commands wait for a connection that is away, rather than fail. */
const OPTIONS = {
  maxRetriesPerRequest: null,
  retryStrategy: (tries: number) => Math.min(tries * 100, MOST_PAUSE_MS),
  // A peer that is cut off sends nothing, not even the end of the connection.
  socketTimeout: SILENCE_MS,
} as const satisfies RedisOptions

/**
 * The connections of BullMQ classes. Without their own check of the server, which writes to the terminal. Closing them
 * waits for a server that is away: once `end` is called, none is connected again, and the process can end.
 */
export function bullConnection(url: string): { options: object; end: () => void } {
  let isEnded = false
  const retryStrategy = (tries: number) => (isEnded ? null : OPTIONS.retryStrategy(tries))
  return {
    options: { url, ...OPTIONS, retryStrategy, skipVersionCheck: true },
    end: () => (isEnded = true),
  }
}

/** Returns a listener for the errors of connections. */
export function complainer(log: Log): (error: Error) => void {
  let saidMs = -Infinity
  return (error) => {
    if (performance.now() - saidMs < COMPLAIN_EVERY_MS) return
    saidMs = performance.now()
    log.warn({ err: error }, 'trouble with the queue')
  }
}

/**
 * Connects, and connects again whenever the connection is lost.
 * @param options.withinMs how long the server may take to answer the first time
 * @throws JobError `queueUnreachable`; the signal's reason
 */
export async function connect(
  { url, log }: Pick<QueueSettings, 'url' | 'log'>,
  { withinMs, signal }: { withinMs: number; signal: AbortSignal },
): Promise<Redis> {
  const { Redis: Client } = await import('ioredis')
  const redis = new Client(url, OPTIONS)
  let last: Error | undefined
  const complain = complainer(log)
  redis.on('error', (error: Error) => {
    last = error
    complain(error)
  })
  const unreachable = () => new Error(`no answer within ${withinMs} ms`)
  try {
    await withDeadline({ signal, ms: withinMs, reason: unreachable }, async (giveUp) => {
      while (redis.status !== 'ready') await wait(20, undefined, { signal: giveUp })
    })
    return redis
  } catch {
    redis.disconnect()
    signal.throwIfAborted()
    const params = { address: withoutUserAndQuery(url), detail: last?.message ?? '' }
    throw new JobError({ code: 'queueUnreachable', params }, { retryable: true, cause: last })
  }
}

/** What a server's settings may cost: tasks that it forgets are made again. */
export async function weaknesses(redis: Redis): Promise<readonly Warning[]> {
  // Not every hosted server tells.
  const facts = await redis.info().catch(() => '')
  const is = (name: string, value: string) => new RegExp(`^${name}:${value}\\r?$`, 'm').test(facts)
  const [, policy = 'noeviction'] = /^maxmemory_policy:(.*?)\r?$/m.exec(facts) ?? []
  return [
    ...(is('aof_enabled', '0') ? [{ code: 'queueForgets', params: {} } as const] : []),
    ...(policy === 'noeviction' ? [] : [{ code: 'queueEvicts', params: { policy } } as const]),
  ]
}
