/**
 * Tencent TRTC, single stream. trtc.io "On-Cloud Recording"; cloud.tencent.com practice/647/111748. An MP4 has no time
 * in its name: the playlist beside it has, or a saved callback. Where a playlist's tag and its names differ (8 hours in
 * the documents), the tag counts.
 */
import { asNumber, asObject, asText, baseName, ifAny, isMedia, matched, objectsIn } from '../files.ts'
import type { Folder, FolderFile, LeftFile, Reader, Recorded, Slice } from '../model.ts'
import { pathsOf, playlistOf, sliceOf } from '../playlist.ts'
import { digitsMs, unixMs } from '../times.ts'

const NAME =
  /^(?=.{1,255}$)(.+__UserDefine_u_)?(ha[123]_)?(?<app>\d+)_(?<room>.+?)_{1,2}UserId_s_(?<u64>.+?)_{1,2}UserId_e_{1,2}(?<media>main|aux)(_(?<type>audiovideo|audio|video))?(_(?<utc>\d{17})|_(?<idx>\d{1,4}))?\.(m3u8|ts|mp4|aac)$/

type Name = Readonly<Record<string, string | undefined>>

/** One track of one person, whatever it is stored as. */
const trackOf = (name: Name): string => [name['app'], name['room'], name['u64'], name['media']].join(' ')

export const trtc: Reader = (folder) => {
  const files = pathsOf(folder.files)
  const callbacks = callbackTimes(folder)
  const recorded: Recorded[] = []
  const left: LeftFile[] = []
  const ofSlices = new Set<string>()
  const tagMs = new Map<string, number>()
  const playlists = folder.files.flatMap((file) => {
    const [name, playlist] = [matched(file, NAME), playlistOf(file)]
    if (!name || !playlist) return []
    const ms = unixMs(Number(/TRTC-START-REC-TIME:(\d+)/.exec(playlist.tags.join('\n'))?.[1] ?? 0))
    const slices = playlist.slices.map((slice) => sliceOf(files, file, slice.name))
    for (const slice of slices) if (slice) ofSlices.add(slice.path)
    if (ms !== undefined) tagMs.set(trackOf(name), Math.min(ms, tagMs.get(trackOf(name)) ?? Infinity))
    return [{ file, name, ms, slices, written: playlist.slices }]
  })
  const whole = folder.files.filter((file) => {
    const name = matched(file, NAME)
    return name && isMedia(file) && !ofSlices.has(file.path) && !name['utc']
  })
  const timeOf = (file: FolderFile, name: Name): number | undefined =>
    // The playlist's beginning is that of the first MP4 only.
    callbacks.get(baseName(file.path)) ??
    (Number(name['idx'] ?? 0) === 0 ? tagMs.get(trackOf(name)) : undefined)
  const wholes = new Set<string>()
  for (const file of whole) {
    const name = matched(file, NAME) as Name
    const startMs = timeOf(file, name)
    // Without a time the slices are better.
    if (startMs === undefined && playlists.some((one) => trackOf(one.name) === trackOf(name))) {
      left.push({ path: file.path, why: 'sameMedia' })
      continue
    }
    wholes.add(trackOf(name))
    recorded.push({
      ...personOf(name),
      path: file.path,
      startMs,
      startBy: 'playlist',
    })
  }
  for (const { file, name, ms, slices, written } of playlists) {
    if (wholes.has(trackOf(name))) {
      left.push({ path: file.path, why: 'sameMedia', slices: slices.flatMap((slice) => slice?.path ?? []) })
      continue
    }
    const found = slices.flatMap((slice, i): Slice[] => {
      if (slice && isMedia(slice)) {
        const startMs = digitsMs(matched(slice, NAME)?.['utc'])
        return [{ path: slice.path, startMs }]
      }
      left.push({ path: written[i]?.name ?? '', why: 'sliceMissing' })
      return []
    })
    const [first] = found
    if (!first) continue
    const startMs = ms ?? first.startMs
    const offMs = ms !== undefined && first.startMs !== undefined && slices[0] ? ms - first.startMs : 0
    recorded.push({
      ...personOf(name),
      path: file.path,
      startMs,
      startBy: 'playlist',
      slices: found.map((one) => ({
        ...one,
        ...(one.startMs !== undefined && { startMs: one.startMs + offMs }),
      })),
    })
  }
  return ifAny({ vendor: 'Tencent TRTC', recorded, left, isUnixTime: true })
}

function personOf(name: Name): Omit<Recorded, 'path'> {
  return {
    session: `${name['app'] ?? ''} ${name['room'] ?? ''}`,
    user: decoded(name['u64'] ?? ''),
    userBy: 'name',
    kind: name['media'] === 'aux' ? 'screen' : 'camera',
    kindBy: 'name',
  }
}

/** A name in Base64 in which `/` is `-` and `=` is `.`; as written if it is not that. */
function decoded(text: string): string {
  const base64 = text.replaceAll('-', '/').replaceAll('.', '=')
  const name = Buffer.from(base64, 'base64').toString('utf8')
  const isExact =
    Buffer.from(name, 'utf8').toString('base64').replaceAll('=', '') === base64.replaceAll('=', '')
  return isExact && name !== '' && !/\p{Cc}/u.test(name) ? name : text
}

/** Beginnings by file name, from saved callbacks of event 307. */
function callbackTimes(folder: Folder): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const { object } of objectsIn(folder.files)) {
    const payload = asObject(object['Payload'])
    const [name, ms] = [asText(payload?.['FileName']), unixMs(asNumber(payload?.['BeginTimeStamp']))]
    if (name !== undefined && ms !== undefined) times.set(baseName(name), ms)
  }
  return times
}
