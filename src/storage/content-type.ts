/** What an object is, for those who fetch it over HTTP: players go by it. */

const TYPES: ReadonlyMap<string, string> = new Map([
  ['mp4', 'video/mp4'],
  ['m4s', 'video/iso.segment'],
  ['m3u8', 'application/vnd.apple.mpegurl'],
  ['jpg', 'image/jpeg'],
  ['vtt', 'text/vtt'],
])

/** By the end of its key; undefined for what the worker does not make. */
export function contentTypeOf(key: string): string | undefined {
  return TYPES.get(/\.(\w+)$/.exec(key)?.[1] ?? '')
}
