/** Makes the HLS master playlist from the media playlist and its files. https://www.rfc-editor.org/rfc/rfc8216 */
import type { Canvas } from '../model/job.ts'

/** A segment of a media playlist. */
interface HlsSegment {
  /** File name, relative to the playlist. */
  readonly name: string
  readonly seconds: number
}

/** The segments of a media playlist, in order. */
export function segmentsOf(playlist: string): readonly HlsSegment[] {
  return [...playlist.matchAll(/^#EXTINF:([\d.]+).*\n(?!#)(.+)$/gm)].map(([, seconds, name]) => ({
    name: name ?? '',
    seconds: Number(seconds),
  }))
}

/**
 * The master playlist of one rendition.
 * @param init first bytes of the initialization segment
 * @param segments with their sizes in bytes
 */
export function masterPlaylist(options: {
  init: Uint8Array
  segments: readonly (HlsSegment & { readonly bytes: number })[]
  canvas: Canvas
  playlist: string
}): string {
  const { init, segments, canvas, playlist } = options
  const rate = (bytes: number, seconds: number) => Math.ceil((bytes * 8) / Math.max(seconds, 0.001))
  const sum = (of: (one: (typeof segments)[number]) => number) =>
    segments.reduce((total, one) => total + of(one), 0)
  const { codecs, hasPicture } = codecsOf(init)
  const attributes = [
    `BANDWIDTH=${Math.max(1, ...segments.map(({ bytes, seconds }) => rate(bytes, seconds)))}`,
    `AVERAGE-BANDWIDTH=${rate(
      sum(({ bytes }) => bytes),
      sum(({ seconds }) => seconds),
    )}`,
    `CODECS="${codecs.join(',')}"`,
    ...(hasPicture ? [`RESOLUTION=${canvas.width}x${canvas.height}`, `FRAME-RATE=${canvas.fps}.000`] : []),
  ]
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-STREAM-INF:${attributes.join(',')}`,
    playlist,
    '',
  ].join('\n')
}

/** H.264 by profile, constraints and level from its configuration box; AAC is always LC. RFC 6381. */
function codecsOf(init: Uint8Array): { codecs: readonly string[]; hasPicture: boolean } {
  const text = Array.from(init, (byte) => String.fromCharCode(byte)).join('')
  const at = text.indexOf('avcC')
  // Skips the box's name and version.
  const configured = at < 0 ? [] : [...init.subarray(at + 5, at + 8)]
  const hex = configured.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const hasPicture = hex !== ''
  return {
    codecs: [...(hasPicture ? [`avc1.${hex}`] : []), ...(text.includes('mp4a') ? ['mp4a.40.2'] : [])],
    hasPicture,
  }
}
