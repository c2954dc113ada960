/** Who is told, read from cfg.json even where the rest of it cannot be used: that it cannot is told too. */
import type { Cfg } from '../config/cfg.ts'
import { notifyOf } from '../config/resolve.ts'
import type { Sender } from './dialect.ts'

/**
 * The job as its receivers know it, with nobody to tell where the text is too broken to find out: with brackets or
 * quotes out of step an address may stand anywhere.
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
    // What is wrong with the entries is said where the job is read.
    targets: notifyOf(Data, { problems: [], notices: [] }),
  }
}
