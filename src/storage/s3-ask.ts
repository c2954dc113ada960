/** Sends requests, retries those that may succeed later and explains those that cannot. */
import type { S3 } from '@aws-sdk/client-s3'
import { pauseMs, waitMs } from './backoff.ts'
import { errorCode } from '../files/file-error.ts'
import { httpStatus, isClockCorrected, isExpired, retryAfterMs } from './s3-errors.ts'
import { storageError } from './s3-explain.ts'
import type { S3Session } from './s3-session.ts'

/** If the service has never answered and DNS does not know the host, the name is probably misspelt. */
const UNKNOWN_HOST_ATTEMPTS = 3

interface Asked {
  readonly doing: 'read' | 'write'
  readonly key: string
  readonly signal: AbortSignal | undefined
}

/** Sends one request, or several that belong together, with the given client and options. */
export type Send<T> = (s3: S3, options: { abortSignal?: AbortSignal }) => Promise<T>

/**
 * Sends a request until it succeeds, cannot succeed, or has been sent `settings.attempts` times. A wrong clock or
 * expired credentials are corrected once, without a pause.
 * @throws JobError from `storageError`; the signal's reason once it is aborted
 */
export async function ask<T>(session: S3Session, about: Asked, send: Send<T>): Promise<T> {
  const { settings, learnt } = session
  const { signal } = about
  const options = signal === undefined ? {} : { abortSignal: signal }
  let isPutRight = false
  for (let failures = 0; ;) {
    signal?.throwIfAborted()
    const s3 = session.s3()
    try {
      const answer = await send(s3, options)
      learnt.hasAnswered = true
      return answer
    } catch (error) {
      signal?.throwIfAborted()
      learnt.hasAnswered ||= httpStatus(error) !== undefined
      if (!isPutRight && (isClockCorrected(error) || (isExpired(error) && session.renew(s3)))) {
        isPutRight = true
        continue
      }
      const failure = storageError(session, about, error)
      failures += 1
      const isUnknownHost = errorCode(error) === 'ENOTFOUND' && !learnt.hasAnswered
      const attempts = isUnknownHost ? Math.min(settings.attempts, UNKNOWN_HOST_ATTEMPTS) : settings.attempts
      if (!failure.retryable || failures >= attempts) throw failure
      const askedMs = retryAfterMs(error)
      const ms = pauseMs({
        failures,
        pace: settings,
        chance: Math.random(),
        askedMs,
      })
      const { doing, key } = about
      session.log?.warn(
        { where: session.where, doing, key, failures, pauseMs: Math.round(ms), err: failure },
        'storage asked again',
      )
      await waitMs(ms, signal)
    }
  }
}
