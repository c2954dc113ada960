/** Reads the receivers from cfg.json even if the rest of it is invalid, since they are notified of that too. */
import type { Cfg } from '../config/cfg.ts'
import { notifyOf } from '../config/resolve.ts'
import type { Sender } from './dialect.ts'

/**
 * Returns the job as its receivers know it. It has no receivers if brackets or quotes are unbalanced, since an address
 * might then be in the wrong place.
 */
export function senderOf({ jobId, checked }: Pick<Cfg, 'jobId' | 'checked'>): Sender {
  const { wire = {} } = checked
  const { Internal = {}, Token = '', Data = {} } = wire
  return {
    jobId,
    roomId: Internal.RoomId ?? '',
    appId: Internal.AppId ?? '',
    requestId: Internal.RequestId ?? '',
    token: Token,
    // Problems in the entries are reported when the job is read.
    targets: notifyOf(Data, { problems: [], notices: [] }),
  }
}
