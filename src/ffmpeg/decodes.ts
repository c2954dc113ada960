/** Whether one track of a recording can be decoded from its beginning to its end. */
import { openArgs } from '../model/command.ts'
import type { Demuxer } from '../model/room.ts'
import { runFfmpeg } from './process.ts'

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
  const stalled = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const restart = () => {
    clearTimeout(timer)
    timer = setTimeout(() => stalled.abort(), stallMs)
  }
  restart()
  let outMs = 0
  let lastMs = -1
  const isVideo = medium === 'video'
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
          ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'fatal', '-progress', 'pipe:2'],
          ...(isVideo ? ['-map', '0:V:0', '-vf', 'scale=64:64,format=yuv420p'] : ['-map', '0:a:0']),
          ...(isVideo ? ['-fps_mode', 'passthrough'] : ['-af', 'aresample=48000']),
          ...['-f', 'null'],
        ],
        to: '-',
      },
    ],
    onStderrLine: (line) => {
      const seen = /^(?:frame|out_time_us)=\s*(\d+)/.exec(line)
      outMs = Math.max(outMs, Number(seen?.[1] ?? 0))
      if (outMs > lastMs) {
        lastMs = outMs
        restart()
      }
    },
    signal: AbortSignal.any([signal, stalled.signal]),
  })
  clearTimeout(timer)
  return end.ok && outMs > 0
}
