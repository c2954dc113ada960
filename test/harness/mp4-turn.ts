/** Writes a turn into an MP4's picture track: what a phone says about how it was held. */

/** Matrices of `tkhd` for clockwise turns; the last column and the shift stay as they are. */
const MATRICES = {
  0: [0x10000, 0, 0, 0x10000],
  90: [0, 0x10000, -0x10000, 0],
  180: [-0x10000, 0, 0, -0x10000],
  270: [0, -0x10000, 0x10000, 0],
} as const

/**
 * @param rotation clockwise, in degrees: what a player has to do to show it upright
 * @returns a copy of the file
 */
export function turnMp4(file: Buffer, rotation: 0 | 90 | 180 | 270): Buffer {
  const out = Buffer.from(file)
  for (const track of boxes(out, boxes(out, { start: 0, end: out.length }, 'moov'), 'trak')) {
    const [handler] = boxes(out, boxes(out, [track], 'mdia'), 'hdlr')
    if (!handler || out.toString('latin1', handler.start + 8, handler.start + 12) !== 'vide') continue
    const [header] = boxes(out, [track], 'tkhd')
    if (!header) continue
    // Version 1 has 64 bit times.
    const matrix = header.start + (out[header.start] === 1 ? 52 : 40)
    const [a, b, c, d] = MATRICES[rotation]
    out.writeInt32BE(a, matrix)
    out.writeInt32BE(b, matrix + 4)
    out.writeInt32BE(c, matrix + 12)
    out.writeInt32BE(d, matrix + 16)
  }
  return out
}

interface Span {
  readonly start: number
  readonly end: number
}

/** The contents of the boxes of one kind directly inside others. */
function boxes(file: Buffer, within: Span | readonly Span[], kind: string): Span[] {
  const found: Span[] = []
  for (const span of 'start' in within ? [within] : within) {
    let at = span.start
    while (at + 8 <= span.end) {
      const short = file.readUInt32BE(at)
      const size = short === 1 ? Number(file.readBigUInt64BE(at + 8)) : short
      const head = short === 1 ? 16 : 8
      if (size < head) break
      if (file.toString('latin1', at + 4, at + 8) === kind) found.push({ start: at + head, end: at + size })
      at += size
    }
  }
  return found
}
