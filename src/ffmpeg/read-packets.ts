/**
 * Reads the packets and pictures of recordings in one ffmpeg run (without ffprobe): it copies every packet to
 * `framecrc`, which prints times and flags, and decodes only the keyframes through `showinfo`, which prints sizes and
 * colours.
 *
 * ffmpeg's report also contains the recordings' own tags, which may be any text, including line breaks. So packets
 * arrive through one pipe per file, and only report lines tagged with a random word are used.
 */
import { randomBytes } from 'node:crypto'
import { openArgs } from '../model/command.ts'
import type { Fence } from '../model/fence.ts'
import { TIMES_AS_SUMS } from './packet-times.ts'
import { PacketReader } from './packets.ts'
import { PictureReader, type Pictures } from './pictures.ts'
import type { NotUsable } from './probe-outcome.ts'
import { type FfmpegEnd, runFfmpeg } from './process.ts'
import { type Sniffed, mostPackets } from './sniff-file.ts'
import { watchForStall } from './stall.ts'
import type { Probing } from './types.ts'

/**
 * ffmpeg's guess of a frame rate can reach the container's time base, and filters that repeat frames for part of a
 * second use it: a broken time base would keep them busy for hours. Recorders' time bases are far coarser.
 */
const MOST_FRAMES_PER_SECOND = 1e7

/** Additional outputs of the same pass, to avoid reading and decoding the file again. */
export interface Also {
  /** The output of the keyframes, in order: its filter, options and destination. */
  readonly keyframes?: { readonly filter: string; readonly args: readonly string[]; readonly to: string }
  /** Further outputs. A file without a track for one of them is probed with none of these. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string }[]
  /** Folders that their filters write to. */
  readonly writes?: readonly string[]
}

/** What one ffmpeg run reports about one of its files. */
export interface Facts {
  readonly packets: PacketReader
  /** Undefined if no picture was shown. */
  readonly pictures: Pictures | undefined
  /** Whether its frame rate is within what filters can handle. */
  readonly isPaced: boolean
}

/**
 * Which pictures are decoded. Keyframes are sufficient, at a fraction of the cost. With `claims` nothing is decoded,
 * and the declared picture size is not limited.
 */
export type Look = 'keyframes' | 'all' | 'none' | 'claims'
/** ffmpeg's maximum. */
const ANY_PIXELS = 2 ** 31 - 1

/** Reads the files in one run. */
export async function readPackets(
  files: readonly Sniffed[],
  options: Probing & { readonly look: Look; readonly also?: Also | undefined; readonly fence?: Fence },
) {
  const { ffmpeg, maxPixels, codecs, stallMs, mostMs, look, also, signal } = options
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const fence = options.fence ?? ffmpeg.fences.probe(bytes, files.length)
  const { filter, args, to } = also?.keyframes ?? { filter: 'null', args: ['-f', 'null'], to: '-' }
  const watch = watchForStall(stallMs, signal, mostMs)
  const lines = files.map(() => 0)
  const hasTooMany = (i: number) => (lines[i] ?? 0) > mostPackets(files[i]?.bytes ?? 0)
  const word = randomBytes(8).toString('hex')
  const seen = files.map(() => ({ packets: new PacketReader(), pictures: new PictureReader() }))
  let described: PictureReader | undefined
  const report = (line: string) => {
    for (const [i, { pictures }] of seen.entries()) {
      const showing = `[showinfo@${word}${i} @ `
      if (line.startsWith(showing)) return pictures.shown(line.slice(showing.length))
      // The output's description equals the recording's, without its tags and with the random word as language.
      const describing = `[info]   Stream #${i}:0(${word}): Video: `
      if (!line.startsWith(describing)) continue
      described = pictures
      return pictures.described(line.slice(describing.length))
    }
    // Indented lines continue the description.
    if (line.startsWith('[info]     ')) described?.describedFurther(line)
    else described = undefined
  }
  let firstError = ''
  const end = await runFfmpeg({
    ffmpeg,
    fence,
    inputs: files.map(({ path, demuxer, declared }) => ({
      args: [
        ...(look === 'claims'
          ? openArgs({ demuxer, codecs: [] }, ANY_PIXELS)
          : openArgs({ demuxer, codecs }, maxPixels)),
        ...['-reinit_filter', '0', '-noautorotate', '-threads', '1'],
        // Newer releases reject this option for a file without video.
        ...(look === 'keyframes' && declared?.video !== 0 ? ['-skip_frame:v', 'nokey'] : []),
      ],
      path,
    })),
    outputs: [
      ...files.map((_, i) => ({
        args: [
          ...(i === 0 ? ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info', '-copyts'] : []),
          ...['-map', `${i}:V?`, '-map', `${i}:a?`, '-map_metadata', '-1', '-map_chapters', '-1'],
          ...['-metadata:s', `language=${word}`, '-c', 'copy', '-copyinkf'],
          ...[...TIMES_AS_SUMS, '-f', 'framecrc'],
        ],
        to: (line: string) => {
          watch.alive()
          lines[i] = (lines[i] ?? 0) + 1
          if (hasTooMany(i)) watch.end()
          else seen[i]?.packets.line(line)
        },
      })),
      ...(look === 'none' || look === 'claims'
        ? []
        : files.map((_, i) => {
            const shown = `showinfo@${word}${i}=checksum=0,${filter}`
            return { args: ['-map', `${i}:V:0?`, '-vf', shown, ...args], to }
          })),
      ...(also?.outputs ?? []),
    ],
    writes: also?.writes,
    onStderrLine: (line) => {
      watch.alive()
      report(line)
      // The first error names the cause ("moov atom not found"); later ones are only consequences.
      firstError ||= /\[(?:error|fatal)\] (.*)/.exec(line)?.[1] ?? ''
    },
    signal: watch.signal,
  }).finally(watch.done)
  for (const { path } of files) firstError = firstError.replace(`${path}: `, '')
  return {
    ok: end.ok,
    stalled: watch.stalled(),
    beyond: endedBefore({
      end,
      fence,
      tooLong: watch.tooLong(),
      tooMany: files.some((_, i) => hasTooMany(i)),
      mostMs,
    }),
    hasTooMany,
    firstError: firstError.trim(),
    isGarbled: end.ok && seen.some(({ pictures }) => pictures.isGarbled()),
    facts: (file: number): Facts => {
      const { packets, pictures } = seen[file] ?? {
        packets: new PacketReader(),
        pictures: new PictureReader(),
      }
      return {
        packets,
        pictures: pictures.result(),
        isPaced: pictures.framesPerSecond() <= MOST_FRAMES_PER_SECOND,
      }
    },
  }
}

/** Why a run was ended before it had read everything; undefined if it was not. */
function endedBefore(run: {
  end: FfmpegEnd
  fence: Fence
  tooLong: boolean
  tooMany: boolean
  mostMs: number | undefined
}): NotUsable | undefined {
  const { end, fence, tooLong, tooMany, mostMs } = run
  if (tooMany) return { unusable: 'tooManyPackets', detail: '' }
  if (tooLong) return { unusable: 'tooMuchTime', detail: ((mostMs ?? 0) / 1000).toFixed() }
  if (end.ok || end.reached === undefined) return undefined
  return end.reached === 'memory'
    ? { unusable: 'tooMuchMemory', detail: String(fence.memoryMb) }
    : { unusable: 'tooMuchTime', detail: String(fence.cpuSeconds) }
}
