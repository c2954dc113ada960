/** A picture that nobody chose -> a small PNG of our own making, or the knowledge that it is none. */
import { rm } from 'node:fs/promises'
import { runFfmpeg } from './process.ts'
import { PROGRESS, watchForStall } from './stall.ts'

/**
 * Decodes a picture once and writes its first frame, cut to what a canvas can show of it, as PNG.
 * @param demuxer what its content calls for, from `sniffImage`
 * @param width of the canvas, like `height`, in pixels: more of the picture is never seen
 * @returns whether there is a picture; nothing is left of one that cannot be decoded or has more than `maxPixels`
 */
export async function makeStill(options: {
  ffmpegPath: string
  path: string
  demuxer: string
  to: string
  width: number
  height: number
  maxPixels: number
  stallMs: number
  signal: AbortSignal
}): Promise<boolean> {
  const { ffmpegPath, path, demuxer, to, width, height, maxPixels, stallMs, signal } = options
  const watch = watchForStall(stallMs, signal)
  const end = await runFfmpeg({
    ffmpegPath,
    inputs: [
      {
        args: ['-protocol_whitelist', 'file', '-f', demuxer, '-max_pixels', String(maxPixels)],
        path,
      },
    ],
    outputs: [
      {
        args: [
          ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'fatal', ...PROGRESS],
          ...['-map', '0:v:0', '-vf', `crop=min(iw\\,${width}):min(ih\\,${height}):0:0,format=rgba`],
          ...['-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', '-y'],
        ],
        to,
      },
    ],
    onStderrLine: watch.line,
    signal: watch.signal,
  })
  watch.done()
  signal.throwIfAborted()
  const isMade = end.ok && watch.reached() > 0
  if (!isMade) await rm(to, { force: true })
  return isMade
}
