/** Whether one track of a recording can be decoded from its beginning to its end. */
import { openArgs } from '../model/command.ts'
import type { Demuxer } from '../model/room.ts'
import { runFfmpeg } from './process.ts'
import { PROGRESS, watchForStall } from './stall.ts'

/** Errors inside are forgiven as long as ffmpeg goes on and something comes out. */
export async function decodes(options: {
  ffmpegPath: string
  path: string
  demuxer: Demuxer
  medium: 'video' | 'audio'
  maxPixels: number
  stallMs: number
  signal: AbortSignal
}): Promise<boolean> {
  const { ffmpegPath, path, demuxer, medium, maxPixels, stallMs, signal } = options
  const isVideo = medium === 'video'
  const watch = watchForStall(stallMs, signal)
  const end = await runFfmpeg({
    ffmpegPath,
    inputs: [
      {
        args: ['-reinit_filter', '0', '-autorotate', '0', '-threads', '1', ...openArgs(demuxer, maxPixels)],
        path,
      },
    ],
    outputs: [
      {
        args: [
          ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'fatal', ...PROGRESS],
          ...(isVideo ? ['-map', '0:V:0', '-vf', 'scale=64:64,format=yuv420p'] : ['-map', '0:a:0']),
          ...(isVideo ? ['-fps_mode', 'passthrough'] : ['-af', 'aresample=48000']),
          ...['-f', 'null'],
        ],
        to: '-',
      },
    ],
    onStderrLine: watch.line,
    signal: watch.signal,
  }).finally(watch.done)
  return end.ok && watch.reached() > 0
}
