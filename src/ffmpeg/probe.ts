/**
 * What is inside a recording, read from its packets: headers of real-time recordings lie or say nothing.
 *
 * One run of ffmpeg itself (no ffprobe is needed) copies every packet to `framecrc`, which prints their times
 * and flags, and decodes the keyframes alone through `showinfo`, which prints sizes and colours.
 */
import { openArgs } from '../model/command.ts'
import type { Demuxer, Probe } from '../model/room.ts'
import { PacketReader } from './packets.ts'
import { PictureReader } from './pictures.ts'
import { runFfmpeg } from './process.ts'
import { sniffDemuxer } from './sniff.ts'

/** Why a recording cannot be used, for people. */
export type Unusable = 'empty' | 'folder' | 'unreadable' | 'notMedia' | 'broken' | 'noPackets'

export type ProbeOutcome =
  { readonly probe: Probe } | { readonly unusable: Unusable; readonly detail: string }

/** Probes one recording on this machine. Never throws for what the file holds. */
export async function probeRecording(options: {
  ffmpegPath: string
  path: string
  maxPixels: number
  signal?: AbortSignal | undefined
}): Promise<ProbeOutcome> {
  const { ffmpegPath, path, maxPixels, signal } = options
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

  const open = { ffmpegPath, path, demuxer, maxPixels, signal }
  const both = await read({ ...open, withPictures: true })
  // A file without a picture leaves the second output without a stream, which ffmpeg takes for a mistake.
  const seen = both.ok ? both : await read({ ...open, withPictures: false })
  signal?.throwIfAborted()
  const pictures = both.pictures.result()
  const video = pictures && seen.packets.video(pictures)
  const audio = seen.packets.audio()
  if (!video && !audio) {
    return { unusable: seen.ok ? 'noPackets' : 'broken', detail: seen.firstError }
  }
  return { probe: { demuxer, ...(video && { video }), ...(audio && { audio }) } }
}

async function read(options: {
  ffmpegPath: string
  path: string
  demuxer: Demuxer
  maxPixels: number
  withPictures: boolean
  signal: AbortSignal | undefined
}) {
  const { ffmpegPath, path, demuxer, maxPixels, withPictures, signal } = options
  const packets = new PacketReader()
  const pictures = new PictureReader()
  let firstError = ''
  const end = await runFfmpeg({
    ffmpegPath,
    inputs: [
      {
        args: [
          ...openArgs(demuxer, maxPixels),
          ...['-reinit_filter', '0', '-autorotate', '0', '-threads', '1', '-skip_frame', 'nokey'],
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
      ...(withPictures
        ? [{ args: ['-map', '0:V:0?', '-vf', 'showinfo=checksum=0', '-f', 'null'], to: '-' }]
        : []),
    ],
    onStdoutLine: (line) => packets.line(line),
    onStderrLine: (line) => {
      pictures.line(line)
      // The first says what is wrong ("moov atom not found"); those behind it only that something is.
      firstError ||= /\[(?:error|fatal)\]\s*(.*)$/.exec(line)?.[1]?.replace(`${path}: `, '').trim() ?? ''
    },
    signal,
  })
  return { ok: end.ok, packets, pictures, firstError }
}
