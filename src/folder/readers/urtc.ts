/**
 * UCloud URTC. Index: UCloudDoc-Team/urtc cloudRecord/RestfulAPI.md, section 11. The names are those of this project's
 * samples: no document fixes them.
 */
import { isTimeOfDay } from '../../model/room.ts'
import {
  asList,
  asNumber,
  asObject,
  asText,
  baseName,
  byName,
  folderOf,
  ifAny,
  isMedia,
  jsonOf,
  matched,
} from '../files.ts'
import type { Folder, FolderFile, Kind, LeftFile, Reader, Recorded, Slice } from '../model.ts'
import { unixMs } from '../times.ts'

const NAME = /^(?=.{1,255}$)(?<room>.+)_(?<user>.+)_(?<type>[12])_(?<ms>1\d{12})\.(webm|mp4)$/

export const urtc: Reader = (folder) => fromIndex(folder) ?? fromNames(folder)

function slicesOf(
  value: unknown,
  find: (name: string) => FolderFile | undefined,
): readonly Slice[] | undefined {
  if (!Array.isArray(value)) return undefined
  return asList(value).flatMap((one): Slice[] => {
    const slice = asObject(one)
    const file = find(asText(slice?.['Name']) ?? '')
    const startMs = unixMs(asNumber(slice?.['StartTime']))
    return file ? [{ path: file.path, startMs }] : []
  })
}

const turnOf = (value: unknown): Pick<Recorded, 'rotation'> =>
  value === 90 || value === 180 || value === 270 ? { rotation: value } : {}

const kindOf = (type: string): Kind => (type === '2' ? 'screen' : 'camera')

function fromIndex(folder: Folder): ReturnType<Reader> {
  // Films that were made of this index before.
  const isResult = ({ path }: FolderFile) => path.startsWith('output/')
  const media = folder.files.filter((file) => isMedia(file) && !isResult(file))
  const find = byName(media)
  const recorded: Recorded[] = []
  const left: LeftFile[] = []
  let earliest = Infinity
  for (const file of folder.files) {
    const index = asObject(jsonOf(file))
    const entries = asList(index?.['Files']).map(asObject)
    if (!index || entries.length === 0 || !entries.every((one) => asText(one?.['StreamId']))) continue
    for (const entry of entries) {
      const [streamId = '', name = ''] = [asText(entry?.['StreamId']), asText(entry?.['Name'])]
      const [, user, type] = /^(.+)_(\d+)$/.exec(streamId) ?? []
      const written = asNumber(entry?.['StartTime'])
      const startMs = written === 0 ? 0 : unixMs(written)
      const slices = slicesOf(entry?.['Slices'], find)
      const known = slices
        ? undefined
        : (media.find(({ path }) => path === name || path.endsWith(`/${name}`)) ?? find(name))
      const path = slices && slices.length > 0 ? name : known?.path
      if (path === undefined) left.push({ path: name, why: 'missing' })
      if (path === undefined || user === undefined || type === undefined) continue
      if (startMs !== undefined) earliest = Math.min(earliest, startMs)
      recorded.push({
        path,
        slices,
        session: asText(index['JobId']) ?? file.path,
        user,
        userBy: 'manifest',
        kind: kindOf(type),
        kindBy: 'manifest',
        startMs,
        startBy: 'manifest',
        ...(entry?.['Clock'] === 'room' && { isRoomClock: true as const }),
        ...turnOf(entry?.['Rotation']),
      })
    }
  }
  if (recorded.length === 0) return undefined
  for (const { path } of folder.files.filter(isResult)) left.push({ path, why: 'result' })
  return { vendor: 'UCloud URTC', recorded, left, isUnixTime: isTimeOfDay(earliest) }
}

function fromNames(folder: Folder): ReturnType<Reader> {
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    const name = matched(file, NAME)
    if (!name) return []
    const { type = '1', ms } = name
    const both = baseName(file.path).slice(
      0,
      -`_${type}_${ms}.webm`.length + (file.path.endsWith('.mp4') ? 1 : 0),
    )
    const { room, user, isSure } = split(both, parentOf(folder, file.path))
    return {
      path: file.path,
      session: room,
      user,
      userBy: isSure ? 'name' : 'guess',
      kind: kindOf(type),
      kindBy: 'name',
      startMs: Number(ms),
      startBy: 'name',
    }
  })
  return ifAny({ vendor: 'UCloud URTC', recorded, isUnixTime: true })
}

const parentOf = (folder: Folder, path: string): string =>
  folderOf(path) === '' ? folder.name : baseName(folderOf(path))

/** Room and user may both contain `_`: the folder is named after the room, else the room ends at the first one. */
function split(both: string, parent: string): { room: string; user: string; isSure: boolean } {
  if (both.startsWith(`${parent}_`))
    return { room: parent, user: both.slice(parent.length + 1), isSure: true }
  const at = both.indexOf('_')
  return { room: both.slice(0, at), user: both.slice(at + 1), isSure: both.indexOf('_', at + 1) < 0 }
}
