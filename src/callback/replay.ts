/** Sending by hand what runs of a job could not deliver. */
import {
  type CallbackOptions,
  type FinishOptions,
  type Summary,
  openDeliveryQueue,
} from './delivery-queue.ts'

/**
 * Sends a job's undelivered callbacks and keeps what is still not acknowledged. Whoever does holds the job's lock.
 * A run whose process was killed is left to be gone on with.
 */
export function replayCallbacks(
  options: CallbackOptions & { folder: string },
  finish?: FinishOptions,
): Promise<Summary> {
  return openDeliveryQueue({ ...options, newRun: undefined }).finish(finish)
}
