/**
 * Systems whose names hold a time of day in a zone that they do not name: only the differences count.
 *
 * - Ant Media Server: Muxer.java, `<stream>-yyyy-MM-dd_HH-mm-ss.SSS[_720p].mp4`; renditions are the same media.
 * - Alibaba ARTC (document): `<app>_<channel>_<user>_yyyy-MM-dd-HH:mm:ss.mp4`.
 * - OBS Studio: `YYYY-MM-DD hh-mm-ss.mkv`.
 */
import { folderOf, ifAny, isMedia, matched } from '../files.ts'
import type { Folder, LeftFile, Reader, Recorded } from '../model.ts'
import { utc } from '../times.ts'

const ANT =
  /^(?<user>.+)-(?<t>\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.\d{3})(?<form>_\d{3,4}p(\d+kbps)?)?\.(mp4|webm)$/
const ALIBABA = /^(?<app>[^_]+)_(?<channel>[^_]+)_(?<user>.+)_(?<t>\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d)\.mp4$/
const OBS = /^(?<t>\d{4}-\d\d-\d\d \d\d-\d\d-\d\d)\.(mkv|mp4|mov)$/

export const antMedia: Reader = (folder) => {
  const reading = readerOf({ vendor: 'Ant Media Server', pattern: ANT, offMs: 0 })(folder)
  if (!reading) return undefined
  const left: LeftFile[] = []
  // Of one stream and time the source comes first, then the largest rendition.
  const best = new Map<string, Recorded>()
  const bytes = (path: string) => folder.files.find((file) => file.path === path)?.bytes ?? 0
  const rank = ({ path }: Recorded) => (/_\d{3,4}p(\d+kbps)?\.\w+$/.test(path) ? bytes(path) : Infinity)
  for (const one of reading.recorded) {
    const key = `${one.user} ${one.startMs}`
    const other = best.get(key)
    if (other) left.push({ path: rank(one) > rank(other) ? other.path : one.path, why: 'sameMedia' })
    if (!other || rank(one) > rank(other)) best.set(key, one)
  }
  return { ...reading, recorded: [...best.values()], left }
}

export const alibaba: Reader = readerOf({ vendor: 'Alibaba ARTC', pattern: ALIBABA, offMs: 1000 })

export const obs: Reader = readerOf({ vendor: 'OBS Studio', pattern: OBS, offMs: 1000 })

function readerOf(of: { vendor: string; pattern: RegExp; offMs: number }): Reader {
  return (folder: Folder) => {
    const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
      const name = matched(file, of.pattern)
      const startMs = utc(name?.['t']?.match(/\d+/g) ?? [])
      if (!name || startMs === undefined) return []
      return {
        path: file.path,
        ...(name['channel'] !== undefined && { session: `${name['app'] ?? ''} ${name['channel']}` }),
        user: name['user'] ?? (folderOf(file.path) || folder.name),
        userBy: name['user'] === undefined ? 'folder' : 'name',
        kind: 'camera',
        kindBy: 'guess',
        startMs,
        startBy: 'name',
        ...(of.offMs > 0 && { offMs: of.offMs }),
      }
    })
    return ifAny({ vendor: of.vendor, recorded, isUnixTime: false })
  }
}
