/** The part of `status` that shows the machines that share a queue. */
import type { Redis } from 'ioredis'
import { JobError } from '../errors.ts'
import { type QueueSettings, connect } from '../fleet/redis.ts'
import { type FleetState, fleetState } from '../fleet/state.ts'
import { type FleetView, openFleetView } from '../fleet/view.ts'
import { warningLine } from '../messages/line.ts'
import { noLog } from '../records/log.ts'

const CONNECT_WITHIN_MS = 5000

export interface FleetStatus {
  /** @returns undefined while the queue cannot be reached */
  readonly read: () => Promise<FleetState | undefined>
  readonly close: () => void
}

/** Connects to a queue. One that cannot be reached is warned of. */
export async function openFleetStatus(
  queue: Omit<QueueSettings, 'log'>,
  signal: AbortSignal,
): Promise<FleetStatus> {
  const settings = { ...queue, log: noLog() }
  let redis: Redis | undefined
  let view: FleetView | undefined
  try {
    redis = await connect(settings, { withinMs: CONNECT_WITHIN_MS, signal })
    view = await openFleetView(redis, settings)
  } catch (error) {
    if (!(error instanceof JobError) || error.said.code !== 'queueUnreachable') throw error
    const { params } = error.said
    process.stderr.write(`${warningLine({ code: 'fleetUnreachable', params })}\n`)
  }
  return {
    async read() {
      const facts = await view?.read()
      return facts && fleetState(facts, undefined)
    },
    close: () => redis?.disconnect(),
  }
}
