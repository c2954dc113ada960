/** Small recordings whose timestamps are not what they should be. */
import { readFile } from 'node:fs/promises'
import { ffmpeg } from './frames.ts'
import { type Packet, type Track, readMatroska, writeMatroska } from './matroska.ts'

/** A wrapped 32-bit clock of 90 kHz, in ms. */
export const WRAP_MS = 2 ** 32 / 90

export interface Tracks {
  readonly video: { readonly track: Track; readonly packets: readonly Packet[] }
  readonly audio: { readonly track: Track; readonly packets: readonly Packet[] }
}

/** A picture of 15 frames a second with a keyframe each second, and a tone. @param stem of the files that it makes */
export async function makeTracks(stem: string, seconds: number): Promise<Tracks> {
  const lavfi = (source: string) => ['-v', 'error', '-y', '-f', 'lavfi', '-i', source]
  const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '15']
  await ffmpeg([...lavfi(`testsrc=s=160x120:r=15:d=${seconds}`), ...vp8, `${stem}-v.webm`])
  await ffmpeg([...lavfi(`sine=f=500:r=48000:d=${seconds}`), '-c:a', 'libopus', `${stem}-a.webm`])
  const [video, audio] = await Promise.all(
    ['v', 'a'].map(async (one) => readMatroska(await readFile(`${stem}-${one}.webm`))),
  )
  if (!video || !audio) throw new Error('nothing was encoded')
  const size = { video: { width: 160, height: 120 } }
  const rate = { audio: { sampleRate: 48_000, channels: 1 } }
  return {
    video: { ...video, track: { ...video.track, ...size } },
    audio: { ...audio, track: { ...audio.track, ...rate } },
  }
}

/** @param saysMs what a packet's timestamp is to be, by its medium and number; undefined leaves it */
export function webmOf(
  tracks: Partial<Tracks>,
  saysMs: (medium: 'video' | 'audio', i: number, ms: number) => number | undefined = () => undefined,
): Buffer {
  return writeMatroska({
    tracks: (['video', 'audio'] as const).flatMap((medium) => {
      const one = tracks[medium]
      if (!one) return []
      const packets = one.packets.map((packet, i) => {
        const says = saysMs(medium, i, packet.timeMs)
        return says === undefined ? packet : { ...packet, saysMs: says }
      })
      return [{ track: one.track, packets }]
    }),
    docType: 'webm',
    tickUs: 1000,
  })
}

/** A file of such tracks in this order, each with its packets or none of them. */
export function webmOfTracks(list: readonly Tracks['video'][]): Buffer {
  return writeMatroska({ tracks: list, docType: 'webm', tickUs: 1000 })
}

/** A fragmented MP4 in which one sample claims another duration, in the track's units. */
export function withSampleDuration(
  mp4: Buffer,
  at: { fragment: number; sample: number; duration: number },
): Buffer {
  const bytes = Buffer.from(mp4)
  let fragment = 0
  const walk = (from: number, to: number) => {
    for (let box = from; box + 8 <= to; box += bytes.readUInt32BE(box)) {
      const type = bytes.toString('latin1', box + 4, box + 8)
      const end = box + bytes.readUInt32BE(box)
      if (type === 'moof' || type === 'traf') walk(box + 8, end)
      if (type === 'moof') fragment++
      if (type === 'trun' && fragment === at.fragment) {
        const flags = bytes.readUInt32BE(box + 8)
        if ((flags & 0x100) === 0) throw new Error('its samples have no durations')
        const optional = [0x1, 0x4].filter((flag) => flags & flag).length
        const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length
        bytes.writeUInt32BE(at.duration, box + 16 + 4 * (optional + fields * at.sample))
      }
    }
  }
  walk(0, bytes.length)
  return bytes
}
