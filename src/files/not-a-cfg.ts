/** Recognises files that were given as cfg.json by mistake, from their first bytes or their content. Pure. */

const MEDIA_BOXES = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'wide'])
const TS_PACKET = 188

/** What was given instead; a manifest is a playlist or list that a recorder left. */
export type NoJson = 'media' | 'manifest' | 'binary' | 'text'

/**
 * @param head the beginning of a file
 * @returns undefined for what may be JSON
 */
export function notJson(head: Buffer): NoJson | undefined {
  const start = head.toString('latin1', 0, 12)
  const isMedia =
    start.startsWith('\x1aE\xdf\xa3') ||
    MEDIA_BOXES.has(start.slice(4, 8)) ||
    /^(?:OggS|fLaC|ID3|\xff[\xfb\xf3\xf2\xf1\xf9])|^RIFF[^]{4}WAVE/.test(start) ||
    (head.length > TS_PACKET && head[0] === 0x47 && head[TS_PACKET] === 0x47)
  if (isMedia) return 'media'
  // UTF-16 is text of another encoding, which the parser names.
  const isUtf16 = start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff')
  if (isUtf16) return undefined
  if (head.includes(0)) return 'binary'
  const text = head.toString('utf8').replace(/^\uFEFF/, '')
  if (/^(?:#EXTM3U|<\?xml|<recording\b)|^Start time:\t/m.test(text.slice(0, FIRST_LINES))) return 'manifest'
  return BEGINNING.test(text) ? undefined : 'text'
}

const FIRST_LINES = 400
/** Values, with their lookalikes of other keyboards, and comments before them. */
const BEGINNING = /^\s*[{[｛/]/

const PARTS = ['action', 'internal', 'data']

/** How many of the parts of a request a value has, in letters of any case. */
export function requestParts(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const names = Object.keys(value).map((name) => name.toLowerCase())
  return PARTS.filter((part) => names.includes(part)).length
}
