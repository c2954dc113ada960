/** Sending requests: tried again where that can help, named where it cannot. */
import type { S3 } from '@aws-sdk/client-s3'
import { pauseMs, waitMs } from './backoff.ts'
import { errorCode } from '../files/file-error.ts'
import { httpStatus, isClockCorrected, isExpired, retryAfterMs, storageError } from './s3-errors.ts'
import type { S3Session } from './s3-session.ts'

/** A host that has never answered and that no name server knows is most likely misspelt. */
const UNKNOWN_HOST_ATTEMPTS = 3

interface Asked {
  readonly doing: 'read' | 'write'
  readonly key: string
  readonly signal: AbortSignal | undefined
}

/** Sends a request, or several that belong together, by the client and with the options it is given. */
export type Send<T> = (s3: S3, options: { abortSignal?: AbortSignal }) => Promise<T>

/**
 * Sends a request until it succeeds, cannot succeed, or has been sent as often as the settings say. A clock that is
 * off and credentials that have been renewed in the meantime are put right once, without a pause.
 * @throws JobError as `storageError` says; the signal's reason once it is aborted.
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
        ...(askedMs !== undefined && { askedMs }),
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
