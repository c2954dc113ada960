/**
 * Daily raw-tracks. daily-co/raw-tracks-tools gen-manifest.zx.mjs and src/parse-events.js; GreyhavenHQ/reflector
 * server/docs. The first number in a name is the recording's beginning, from which the timestamps of all its files
 * count; the last one is not used. In a bucket the names have no extension.
 */
import { asObject, asText, ifAny, isMedia, matched, objectsIn } from '../files.ts'
import type { Folder, Reader, Recorded } from '../model.ts'

const NAME =
  /^(?<rec>1\d{12})-(?<pid>[0-9a-f-]{36})-(?<kind>(cam|screen)-(audio|video))-(?<ms>1\d{12})(\.(webm|wav|aac))?$/

export const daily: Reader = (folder) => {
  const names = namesIn(folder)
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    const found = matched(file, NAME)
    if (!found) return []
    const { rec = '', pid = '', kind = '' } = found
    const name = names.get(pid)
    return {
      path: file.path,
      session: rec,
      user: pid,
      userBy: 'name',
      name,
      kind: kind.startsWith('screen') ? 'screen' : 'camera',
      kindBy: 'name',
      startMs: Number(rec),
      startBy: 'name',
      isRoomClock: true,
    }
  })
  return ifAny({ vendor: 'Daily raw-tracks', recorded, isUnixTime: true })
}

/** Display names by participant, from `*.event.json`. */
function namesIn(folder: Folder): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { object } of objectsIn(folder.files.filter(({ path }) => path.endsWith('.event.json')))) {
    const [pid, name] = [asText(object['participant_id']), asText(asObject(object['data'])?.['displayName'])]
    if (pid !== undefined && name !== undefined) names.set(pid, name)
  }
  return names
}
