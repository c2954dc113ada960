/** Sends callbacks that earlier runs of a job could not deliver. */
import {
  type CallbackOptions,
  type FinishOptions,
  type Summary,
  openDeliveryQueue,
} from './delivery-queue.ts'

/**
 * Sends a job's undelivered callbacks and keeps those still not acknowledged. The caller holds the job's lock. A run
 * whose process was killed stays resumable.
 */
export function replayCallbacks(
  options: CallbackOptions & { folder: string },
  finish?: FinishOptions,
): Promise<Summary> {
  return openDeliveryQueue({ ...options, newRun: undefined }).finish(finish)
}
