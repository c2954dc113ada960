/** Converts an untrusted image to a small PNG, or finds that it cannot be decoded. */
import { open, rm } from 'node:fs/promises'
import { decoderList } from '../model/decoders.ts'
import { type Watching, runWatched } from './run-watched.ts'

/** Decoders by demuxer. */
const DECODERS: Readonly<Record<string, string>> = {
  png_pipe: 'png',
  jpeg_pipe: 'mjpeg',
  webp_pipe: 'webp',
  bmp_pipe: 'bmp',
  gif: 'gif',
}

/**
 * Decodes an image once and writes its first frame as PNG, cropped to the canvas size.
 * @param demuxer from `sniffImage`
 * @param width of the canvas, like `height`, in pixels: more of the image is never seen
 * @returns its size in pixels; undefined, with no file left, if it cannot be decoded or has more than `maxPixels`
 */
export async function makeStill(
  options: Watching & {
    readonly path: string
    readonly demuxer: string
    readonly to: string
    readonly width: number
    readonly height: number
    readonly maxPixels: number
  },
): Promise<{ width: number; height: number } | undefined> {
  const { path, demuxer, to, width, height, maxPixels } = options
  const { ok, reached } = await runWatched(options, {
    fence: options.ffmpeg.fences.probe(0, 1),
    input: {
      args: [
        ...['-protocol_whitelist', 'file', '-f', demuxer],
        ...[...decoderList([DECODERS[demuxer] ?? '']), '-max_pixels', String(maxPixels)],
      ],
      path,
    },
    logLevel: 'fatal',
    args: [
      ...['-map', '0:v:0', '-vf', `crop=min(iw\\,${width}):min(ih\\,${height}):0:0,format=rgba`],
      ...['-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', '-y'],
    ],
    to,
  })
  if (ok && reached > 0) return sizeOfPng(to)
  await rm(to, { force: true })
  return undefined
}

/** Width and height are at a fixed offset in the first chunk. https://www.w3.org/TR/png-3/#11IHDR */
async function sizeOfPng(path: string): Promise<{ width: number; height: number }> {
  const file = await open(path, 'r')
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(8), position: 16 })
    return { width: buffer.readUInt32BE(0), height: buffer.readUInt32BE(4) }
  } finally {
    await file.close()
  }
}
