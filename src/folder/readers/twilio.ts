/**
 * Twilio Video. Fields: Recordings API. Clock: gist feedsbrain/c3e799df and twilio-video.js#187: the delay is in the
 * timestamps, which count from the room's creation. `date_created` and `duration` are whole seconds, `offset` counts on
 * an arbitrary clock: none of them is used.
 */
import { asObject, asText, baseName, ifAny, isMedia, objectsIn } from '../files.ts'
import type { Reader, Recorded } from '../model.ts'

export const twilio: Reader = (folder) => {
  const known = new Map<string, Readonly<Record<string, unknown>>>()
  for (const { object } of objectsIn(folder.files)) {
    const sid = asText(object['sid'])
    if (sid?.startsWith('RT') && asObject(object['grouping_sids'])) known.set(sid, object)
  }
  const sids = [...known.keys()]
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    // Downloaders choose the names; the recording's sid is somewhere in them.
    const sid = sids.find((one) => baseName(file.path).includes(one))
    const facts = sid === undefined ? undefined : known.get(sid)
    const grouping = asObject(facts?.['grouping_sids'])
    if (!facts || !grouping) return []
    return {
      path: file.path,
      ...(asText(grouping['room_sid']) !== undefined && {
        session: asText(grouping['room_sid']) as string,
      }),
      user: asText(grouping['participant_sid']) ?? (sid as string),
      userBy: 'manifest',
      kind: /screen/i.test(asText(facts['track_name']) ?? '') ? 'screen' : 'camera',
      kindBy: 'manifest',
      startMs: 0,
      startBy: 'container',
      isRoomClock: true,
    }
  })
  return ifAny({ vendor: 'Twilio Video', recorded, isUnixTime: false })
}
