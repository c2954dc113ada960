/**
 * What is inside a recording, read from its packets: headers of real-time recordings lie or say nothing.
 *
 * One run of ffmpeg itself (no ffprobe is needed) copies every packet to `framecrc`, which prints their times
 * and flags, and decodes the keyframes alone through `showinfo`, which prints sizes and colours.
 */
import { openArgs } from '../model/command.ts'
import type { Demuxer, Probe } from '../model/room.ts'
import { PacketReader } from './packets.ts'
import { PictureReader, type Pictures } from './pictures.ts'
import { runFfmpeg } from './process.ts'
import { sniffDemuxer } from './sniff.ts'
import { watchForStall } from './stall.ts'

/** Why a recording cannot be used, for people. */
export type Unusable = 'empty' | 'folder' | 'unreadable' | 'notMedia' | 'broken' | 'noPackets' | 'stalled'

export type ProbeOutcome =
  | {
      readonly probe: Probe
      /** It has a picture too, of which nothing can be decoded. */
      readonly lostPicture: boolean
    }
  | { readonly unusable: Unusable; readonly detail: string }

/** Stands in for what the pictures would tell, where only the packets are asked. */
const UNSEEN: Pictures = {
  sizes: [],
  pixelAspect: 1,
  rotation: 0,
  colour: { matrix: 'bt601', range: 'limited' },
}

/**
 * ffmpeg's guess of a frame rate goes up to the container's time unit, and filters that repeat a picture for part
 * of a second count by it: a broken time unit would keep them busy for hours. Recorders' units are far below this.
 */
const MOST_FRAMES_PER_SECOND = 1e7
/** "Stream #0:0: Video: vp8, yuv420p, 160x120, 10 fps, 1k tbr, 1k tbn". */
const GUESSED_RATE = /Stream #0:\d+.*: Video: .* ([\d.]+)(k?) tbr/

/** What the same pass is to make of the file besides, so that it need not be read and decoded again. */
export interface Also {
  /** Options of the first output, the keyframes in order, behind its filter. */
  readonly keyframes?: { readonly filter: string; readonly args: readonly string[]; readonly to: string }
  /** Further outputs. A file that has no track for one of them is probed without any of this. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string }[]
}

/**
 * Probes one recording on this machine. Never throws for what the file holds.
 * @param stallMs an ffmpeg that reads nothing for this long is ended
 */
export async function probeRecording(options: {
  ffmpegPath: string
  path: string
  maxPixels: number
  stallMs: number
  also?: Also
  signal?: AbortSignal | undefined
}): Promise<ProbeOutcome> {
  const { ffmpegPath, path, maxPixels, stallMs, also, signal } = options
  let demuxer: Demuxer | 'empty' | undefined
  try {
    demuxer = await sniffDemuxer(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EISDIR'
      ? { unusable: 'folder', detail: '' }
      : { unusable: 'unreadable', detail: code ?? '' }
  }
  if (demuxer === 'empty') return { unusable: 'empty', detail: '' }
  if (demuxer === undefined) return { unusable: 'notMedia', detail: '' }

  const open = { ffmpegPath, path, demuxer, maxPixels, stallMs, signal }
  const both = await read({ ...open, look: 'keyframes', also })
  // A file without a picture leaves the second output without a stream, which ffmpeg takes for a mistake.
  const seen = both.ok || both.stalled ? both : await read({ ...open, look: 'none' })
  signal?.throwIfAborted()
  if (seen.stalled) return { unusable: 'stalled', detail: (stallMs / 1000).toFixed() }
  let pictures = both.pictures.result()
  if (!pictures && seen.packets.video(UNSEEN)) {
    // An edit list may hide the only keyframe: what is shown then are the pictures behind it.
    pictures = (await read({ ...open, look: 'all' })).pictures.result()
    signal?.throwIfAborted()
  }
  const isPaced = both.guessedRate <= MOST_FRAMES_PER_SECOND
  const video = isPaced && pictures ? seen.packets.video(pictures) : undefined
  const audio = seen.packets.audio()
  if (!video && !audio) {
    return { unusable: seen.ok ? 'noPackets' : 'broken', detail: seen.firstError }
  }
  return {
    probe: { demuxer, ...(video && { video }), ...(audio && { audio }) },
    lostPicture: !video && seen.packets.video(UNSEEN) !== undefined,
  }
}

/** Which pictures are decoded: keyframes say all that is asked, at a fraction of the cost. */
type Look = 'keyframes' | 'all' | 'none'

async function read(options: {
  ffmpegPath: string
  path: string
  demuxer: Demuxer
  maxPixels: number
  stallMs: number
  look: Look
  also?: Also | undefined
  signal: AbortSignal | undefined
}) {
  const { ffmpegPath, path, demuxer, maxPixels, stallMs, look, also, signal } = options
  const shown = 'showinfo=checksum=0'
  const { filter, args, to } = also?.keyframes ?? { filter: 'null', args: ['-f', 'null'], to: '-' }
  const watch = watchForStall(stallMs, signal)
  const packets = new PacketReader()
  const pictures = new PictureReader()
  let firstError = ''
  let guessedRate = 0
  const end = await runFfmpeg({
    ffmpegPath,
    inputs: [
      {
        args: [
          ...openArgs(demuxer, maxPixels),
          ...['-reinit_filter', '0', '-autorotate', '0', '-threads', '1'],
          ...(look === 'all' ? [] : ['-skip_frame:v', 'nokey']),
        ],
        path,
      },
    ],
    outputs: [
      {
        args: [
          ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info', '-copyts'],
          ...['-map', '0:V:0?', '-map', '0:a:0?', '-c', 'copy', '-copyinkf', '-f', 'framecrc'],
        ],
        to: 'stdout',
      },
      ...(look !== 'none' ? [{ args: ['-map', '0:V:0?', '-vf', `${shown},${filter}`, ...args], to }] : []),
      ...(also?.outputs ?? []),
    ],
    onStdoutLine: (line) => {
      watch.alive()
      packets.line(line)
    },
    onStderrLine: (line) => {
      watch.alive()
      pictures.line(line)
      const rate = GUESSED_RATE.exec(line)
      if (rate) guessedRate = Math.max(guessedRate, Number(rate[1]) * (rate[2] ? 1000 : 1))
      // The first says what is wrong ("moov atom not found"); those behind it only that something is.
      firstError ||= /\[(?:error|fatal)\]\s*(.*)$/.exec(line)?.[1]?.replace(`${path}: `, '').trim() ?? ''
    },
    signal: watch.signal,
  }).finally(watch.done)
  return { ok: end.ok, stalled: watch.stalled(), packets, pictures, firstError, guessedRate }
}
