/**
 * Agora cloud recording, individual mode. AgoraIO/Docs-Source cloud-recording/develop/manage-files.md. A screen is
 * another uid. `_<tick>_<index>.m3u8` is a spare copy of a playlist: the larger one counts.
 */
import { ifAny, isMedia, matched } from '../files.ts'
import type { Folder, FolderFile, LeftFile, Reader, Recorded, Slice } from '../model.ts'
import { type Playlist, pathsOf, playlistOf, sliceOf } from '../playlist.ts'
import { digitsMs } from '../times.ts'

const NAME =
  /^(?=.{1,255}$)(bak\d+_)?(?<sid>[^_]+)_(?<cname>.+)__uid_s_(?<uid>.+)__uid_e_((?<type>audio|video)(_(?<utc>\d{17})|_\d+_\d+)?|\d+)\.(m3u8|ts|webm|mp4)$/

export const agora: Reader = (folder) => {
  const files = pathsOf(folder.files)
  const recorded: Recorded[] = []
  const left: LeftFile[] = []
  const taken = new Set<string>()
  for (const { file, playlist } of playlistsOf(folder)) {
    const { uid = '', sid = '', cname = '' } = matched(file, NAME) ?? {}
    const slices = playlist.slices.flatMap(({ name }): Slice[] => {
      const slice = sliceOf(files, file, name)
      if (!slice || !isMedia(slice)) {
        left.push({ path: name, why: 'sliceMissing' })
        return []
      }
      taken.add(slice.path)
      const startMs = digitsMs(matched(slice, NAME)?.['utc'])
      return [{ path: slice.path, startMs }]
    })
    const begun = playlist.tags.find((tag) => tag.includes('TRACK-EVENT:EVENT=START'))
    const tagMs = digitsMs(/TIME=(\d{17})/.exec(begun ?? '')?.[1])
    const startMs = slices[0]?.startMs ?? tagMs
    const rotation = rotationOf(playlist)
    if (slices.length === 0) continue
    recorded.push({
      path: file.path,
      session: `${sid} ${cname}`,
      user: uid,
      userBy: 'name',
      kind: 'camera',
      kindBy: 'guess',
      startMs,
      startBy: 'name',
      rotation,
      slices,
    })
  }
  for (const file of folder.files.filter(isMedia)) {
    const name = matched(file, NAME)
    if (!name || taken.has(file.path)) continue
    const startMs = digitsMs(name['utc'])
    recorded.push({
      path: file.path,
      session: `${name['sid'] ?? ''} ${name['cname'] ?? ''}`,
      user: name['uid'] ?? '',
      userBy: 'name',
      kind: 'camera',
      kindBy: 'guess',
      startMs,
      startBy: 'name',
    })
  }
  return ifAny({ vendor: 'Agora cloud recording', recorded, left, isUnixTime: true })
}

/** One playlist per track: the larger of a playlist and its spare copies. */
function playlistsOf(folder: Folder): { file: FolderFile; playlist: Playlist }[] {
  const best = new Map<string, { file: FolderFile; playlist: Playlist }>()
  for (const file of folder.files) {
    const name = matched(file, NAME)
    const playlist = playlistOf(file)
    if (!name || !playlist) continue
    const key = [/^bak\d+_/.exec(file.path)?.[0], name['sid'], name['cname'], name['uid'], name['type']].join(
      ' ',
    )
    const other = best.get(key)
    if (!other || playlist.slices.length > other.playlist.slices.length) best.set(key, { file, playlist })
  }
  return [...best.values()]
}

/** The tag counts anticlockwise. Only the first counts: it holds from the beginning. */
function rotationOf({ tags }: Playlist): Recorded['rotation'] {
  const tag = tags.find((one) => one.includes('AGORA-ROTATE:'))
  const turned = Number(/,ROTATE=(\d{1,3})/.exec(tag ?? '')?.[1] ?? 0)
  const clockwise = (360 - turned) % 360
  return clockwise === 90 || clockwise === 180 || clockwise === 270 ? clockwise : undefined
}
