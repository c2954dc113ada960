/** The queue that a command uses, from its options and the settings. */
import type { Invocation } from '../cli/invocation.ts'
import type { Conf } from '../config/conf.ts'
import type { QueueSettings } from '../fleet/redis.ts'

/** @returns undefined if there is none */
export function queueSettings(
  { queue }: Invocation,
  { fleet }: Conf,
): Omit<QueueSettings, 'log'> | undefined {
  const { prefix, lockMs, attempts, aloneMs } = fleet
  const url = queue ?? fleet.queue
  return url === '' ? undefined : { url, prefix, lockMs, attempts, aloneMs }
}
