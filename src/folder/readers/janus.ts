/**
 * Janus. src/record.c, plugins/janus_videoroom.c, postprocessing/pp-avformat.c. `.mjr` are packets; janus-pp-rec makes
 * recordings of them and keeps their header in the tag `comment`, whose `u` is the first packet's time in µs.
 */
import { asNumber, asObject, isMedia, matched } from '../files.ts'
import type { FolderFile, LeftFile, Reader, Recorded } from '../model.ts'
import { unixMs } from '../times.ts'

const NAME =
  /^(videoroom|audiobridge)-(?<room>.+)-user-(?<user>.+)-(?<us>1\d{15})-(?<k>audio|video|data)(-(?<m>\d+))?\.(mjr|opus|ogg|mka|wav|webm|mkv|mp4)$/

export const janus: Reader = (folder) => {
  const recorded: Recorded[] = []
  // The time in a name is that of the file: it counts for all if one lacks the first packet's.
  const ofRoom = folder.files.filter((file) => isMedia(file) && matched(file, NAME))
  const isExact = ofRoom.every((file) => headerOf(file).firstMs !== undefined)
  const left: LeftFile[] = []
  for (const file of folder.files) {
    const name = matched(file, NAME)
    if (!isMedia(file) || !name) {
      if (file.path.endsWith('.mjr')) left.push({ path: file.path, why: 'notPlayable', tool: 'janus-pp-rec' })
      continue
    }
    const header = headerOf(file)
    if (header.isEncrypted) {
      left.push({ path: file.path, why: 'encrypted' })
      continue
    }
    const startMs = isExact ? header.firstMs : unixMs(Number(name['us']))
    recorded.push({
      path: file.path,
      session: name['room'] ?? '',
      user: name['user'] ?? '',
      userBy: 'name',
      kind: 'camera',
      kindBy: 'guess',
      startMs,
      startBy: isExact ? 'container' : 'name',
    })
  }
  return recorded.length + left.length > 0 ? { vendor: 'Janus', recorded, left, isUnixTime: true } : undefined
}

function headerOf({ facts }: FolderFile): { firstMs?: number | undefined; isEncrypted: boolean } {
  try {
    const header = asObject(JSON.parse(facts?.comment ?? '') as unknown)
    const firstMs = unixMs(asNumber(header?.['u']))
    return { firstMs, isEncrypted: header?.['e'] === true }
  } catch {
    return { isEncrypted: false }
  }
}
