/** Recognises files that were given as cfg.json by mistake, from their first bytes. */

const MEDIA_BOXES = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'wide'])
const TS_PACKET = 188

/**
 * @param head the beginning of a file
 * @returns undefined for text
 */
export function notText(head: Buffer): 'media' | 'binary' | undefined {
  const start = head.toString('latin1', 0, 12)
  const isMedia =
    start.startsWith('\x1aE\xdf\xa3') ||
    MEDIA_BOXES.has(start.slice(4, 8)) ||
    /^(?:OggS|fLaC|ID3|\xff[\xfb\xf3\xf2\xf1\xf9])|^RIFF[^]{4}WAVE/.test(start) ||
    (head.length > TS_PACKET && head[0] === 0x47 && head[TS_PACKET] === 0x47)
  if (isMedia) return 'media'
  // UTF-16 is text of another encoding, which the parser names.
  const isUtf16 = start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff')
  return head.includes(0) && !isUtf16 ? 'binary' : undefined
}
