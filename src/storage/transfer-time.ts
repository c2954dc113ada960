/** Limits the time of a transfer regardless of progress, so that a slow service cannot hold a job for days. */
import { JobError } from '../errors.ts'
import { withDeadline } from '../network/deadline.ts'
import type { StorageSettings, TransferOptions } from './storage.ts'
import type { S3Session } from './s3-session.ts'

export type Pace = Pick<
  StorageSettings,
  'attempts' | 'connectTimeoutMs' | 'requestTimeoutMs' | 'maxBackoffMs' | 'minBytesPerSecond'
>

/** Returns the time the bytes take at the minimum rate plus the time of all attempts; no limit without a rate. */
export function transferMs(pace: Pace, bytes: number): number {
  const { attempts, connectTimeoutMs, requestTimeoutMs, maxBackoffMs, minBytesPerSecond } = pace
  if (minBytesPerSecond === 0) return Infinity
  // Each attempt connects, waits for a response and is found to be too slow.
  const attemptMs = connectTimeoutMs + 2 * requestTimeoutMs + maxBackoffMs
  return attempts * attemptMs + (bytes / minBytesPerSecond) * 1000
}

interface Transfer {
  readonly session: Pick<S3Session, 'where' | 'settings'>
  readonly key: string
}

export function tookTooLong(
  { session, key }: Transfer,
  { doing, bytes }: { readonly doing: 'read' | 'write'; readonly bytes: number },
): JobError {
  const { where, settings } = session
  const minutes = Math.ceil(transferMs(settings, bytes) / 60_000)
  const params = { where, key, doing, minutes, bytesPerSecond: settings.minBytesPerSecond }
  const fault = doing === 'read' ? 'input' : 'destination'
  return new JobError({ code: 'transferTooLong', params }, { fault, retryable: true })
}

/**
 * Aborts an upload that exceeds its time limit.
 * @param use receives the options with a signal that also aborts at the limit
 * @throws JobError `transferTooLong`
 */
export async function withinTime<T>(
  transfer: Transfer & { readonly options: TransferOptions | undefined },
  bytes: number,
  use: (options: TransferOptions) => Promise<T>,
): Promise<T> {
  const { session, options } = transfer
  const reason = () => tookTooLong(transfer, { doing: 'write', bytes })
  const ms = transferMs(session.settings, bytes)
  return withDeadline({ signal: options?.signal, ms, reason }, (signal) => use({ ...options, signal }))
}
