/** Who is told, read from cfg.json even where the rest of it cannot be used: that it cannot is told too. */
import { checkValue, without } from '../config/check.ts'
import { parseText } from '../config/load.ts'
import { notifyOf } from '../config/resolve.ts'
import { cfgSchema } from '../config/schema.ts'
import type { Sender } from './dialect.ts'

/**
 * The job as its receivers know it, with nobody to tell where the text is too broken to find out.
 * @param jobId the name under which the job runs
 */
export function senderOf({ text, jobId }: { text: string; jobId: string }): Sender {
  const parsed = parseText({ text, file: '' })
  const standIns = parsed.problems.filter(({ code }) => code === 'placeholder').map(({ path }) => path)
  // With brackets or quotes out of step a value may stand anywhere: nobody is told rather than somebody else.
  const value = parsed.isSound ? without(parsed.value, standIns) : {}
  const { wire = {} } = checkValue({ schema: cfgSchema, value })
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
