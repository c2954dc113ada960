/** The right to run a job, held in Redis: the same job started on two machines is run by one of them. */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { EXIT, JobError } from '../errors.ts'
import type { QueueSettings } from './redis.ts'
import { hashOf } from './task.ts'

const LOOK_AGAIN_MS = 500
/** Removes or renews a key only while it is one's own. */
const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
const RENEW =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"

export interface Lease {
  /** Aborts when another machine has taken the job over, after this one was cut off or suspended. */
  readonly lost: AbortSignal
  readonly release: () => Promise<void>
}

/**
 * Takes a job's lease. That of a killed machine expires and is waited for.
 * @param of.place identifies where the job's tasks lie
 * @throws JobError `jobElsewhere` with exit code 2 if another machine runs the job; the signal's reason
 */
export async function holdLease(
  redis: Redis,
  { prefix, lockMs }: Pick<QueueSettings, 'prefix' | 'lockMs'>,
  { place, jobId, signal }: { place: string; jobId: string; signal: AbortSignal },
): Promise<Lease> {
  const key = `${prefix}:lease:${hashOf(place, 32)}`
  const own = randomBytes(16).toString('hex')
  const take = async () => (await redis.set(key, own, 'PX', lockMs, 'NX')) === 'OK'
  const giveUpAt = performance.now() + lockMs + LOOK_AGAIN_MS
  while (!(await take())) {
    if (performance.now() > giveUpAt) {
      const said = { code: 'jobElsewhere', params: { jobId } } as const
      throw new JobError(said, { exitCode: EXIT.running, fault: 'config' })
    }
    await wait(LOOK_AGAIN_MS, undefined, { signal })
  }
  const lost = new AbortController()
  const renew = async () => {
    if (redis.status !== 'ready' || (await redis.eval(RENEW, 1, key, own, lockMs)) === 1) return
    // Redis may have been emptied, or been away for longer than the lease lasts.
    if (await take()) return
    lost.abort(new JobError({ code: 'jobElsewhere', params: { jobId } }, { retryable: true }))
  }
  const renewing = setInterval(() => void renew().catch(() => undefined), lockMs / 3)
  return {
    lost: lost.signal,
    async release() {
      clearInterval(renewing)
      if (redis.status === 'ready') await redis.eval(RELEASE, 1, key, own).catch(() => undefined)
    },
  }
}
