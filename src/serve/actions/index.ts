/** All actions, by the name that a request gives. */
import type { Conf } from '../../config/conf-schema.ts'
import { acquire } from './acquire.ts'
import type { Action } from './action.ts'
import { checkServer } from './check-server.ts'
import { mixerUpdate } from './mixer-update.ts'
import { notifyUpdate } from './notify-update.ts'
import { query } from './query.ts'
import { recordStart } from './record-start.ts'
import { recordStop } from './record-stop.ts'
import { restart } from './restart.ts'
import { start } from './start.ts'
import { stop } from './stop.ts'
import { streamUpdate } from './stream-update.ts'
import { subscribeUpdate } from './subscribe-update.ts'
import { transcodingUpdate } from './transcoding-update.ts'
import { update } from './update.ts'
import { workerList } from './worker-list.ts'

export const ACTIONS: readonly Action[] = [
  acquire,
  start,
  recordStart,
  recordStop,
  subscribeUpdate,
  mixerUpdate,
  transcodingUpdate,
  streamUpdate,
  notifyUpdate,
  update,
  query,
  stop,
  workerList,
  restart,
  checkServer,
]

/** The Ack of a request whose action is not known. */
export const UNKNOWN_ACK = 'job.stat'

/** Acks of the vendor's actions that are not offered: what a client waits for names its request all the same. */
export const NOT_OFFERED: ReadonlyMap<string, string> = new Map([
  ['job.live.start', 'job.live.stat'],
  ['job.live.stop', 'job.live.stat'],
])

/** Actions with the Acks that the settings choose where the documents contradict themselves. */
export function actionsBy(
  acks: Pick<Conf['serve'], 'stopAck' | 'streamAck' | 'workerAck'>,
): ReadonlyMap<string, Action> {
  const chosen = new Map<string, string>([
    [stop.name, acks.stopAck],
    [streamUpdate.name, acks.streamAck],
    [workerList.name, acks.workerAck],
  ])
  return new Map(
    ACTIONS.map((action) => [action.name, { ...action, ack: chosen.get(action.name) ?? action.ack }]),
  )
}
