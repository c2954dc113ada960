/**
 * GetStream raw recording. GetStream/stream-cli, branch raw_recording_cli: `*_timing_metadata.json` beside `.rtpdump`,
 * which stream-cli makes playable.
 */
import { asList, asNumber, asObject, asText, baseName, isMedia, jsonOf, matched } from '../files.ts'
import type { FolderFile, Kind, LeftFile, Reader, Recorded } from '../model.ts'
import { unixMs } from '../times.ts'

const MADE =
  /^individual_(?<type>[^_]+)_(?<call>[^_]+)_(?<user>.+)_(?<session>[^_]+)_(audio_video|audio_only|video_only)_(?<ts>\d+)\.(mkv|webm)$/

export const getstream: Reader = (folder) => {
  const left: LeftFile[] = folder.files
    .filter(({ path }) => path.endsWith('.rtpdump'))
    .map(({ path }) => ({ path, why: 'notPlayable', tool: 'stream-cli' }))
  const recorded: Recorded[] = []
  const media = folder.files.filter(isMedia)
  for (const manifest of folder.files.filter(({ path }) => path.endsWith('_timing_metadata.json'))) {
    const said = asObject(jsonOf(manifest))
    const segments = asObject(said?.['segments'])
    const user = asText(said?.['participant_id'])
    if (!segments || user === undefined) continue
    for (const one of [...asList(segments['audio']), ...asList(segments['video'])]) {
      const segment = asObject(one)
      const base = asText(segment?.['base_filename'])
      const file = base === undefined ? undefined : ofBase(media, base)
      const startMs = unixMs(asNumber(segment?.['first_rtp_unix_timestamp']))
      if (!file) continue
      const kind: Kind = /screen/i.test(asText(segment?.['track_type']) ?? '') ? 'screen' : 'camera'
      recorded.push({
        path: file.path,
        user,
        userBy: 'manifest',
        kind,
        kindBy: 'manifest',
        startMs,
        startBy: 'manifest',
      })
    }
  }
  if (recorded.length === 0) {
    for (const file of media) {
      const name = matched(file, MADE)
      const startMs = unixMs(Number(name?.['ts']))
      if (!name || startMs === undefined) continue
      recorded.push({
        path: file.path,
        session: name['call'] ?? '',
        user: name['user'] ?? '',
        userBy: 'name',
        kind: 'camera',
        kindBy: 'guess',
        startMs,
        startBy: 'name',
      })
    }
  }
  return recorded.length + left.length > 0
    ? { vendor: 'GetStream', recorded, left, isUnixTime: true }
    : undefined
}

const ofBase = (media: readonly FolderFile[], base: string): FolderFile | undefined =>
  media.find(
    ({ path }) => baseName(path) === baseName(base) || baseName(path).startsWith(`${baseName(base)}.`),
  )
