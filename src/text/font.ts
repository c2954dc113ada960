/** Glyphs and widths of OpenType and TrueType fonts. https://learn.microsoft.com/typography/opentype/spec/ Pure. */

export interface Font {
  /** Whether the font has a glyph for a character. */
  has(codePoint: number): boolean
  /** Advance width of a character in ems; for a missing character, that of the glyph `.notdef`. */
  advance(codePoint: number): number
}

/** @returns undefined if the font cannot be parsed or has no Unicode mapping */
export function readFont(bytes: Uint8Array): Font | undefined {
  try {
    return parse(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (error) {
    // An offset points past the end of the file.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

type GlyphOf = (codePoint: number) => number

function parse(font: DataView): Font | undefined {
  const [head, hhea, hmtx, cmap] = ['head', 'hhea', 'hmtx', 'cmap'].map((tag) => tableOf(font, tag))
  if (head === undefined || hhea === undefined || hmtx === undefined || cmap === undefined) return undefined
  const glyphOf = glyphsOf(font, cmap)
  const unitsPerEm = font.getUint16(head + 18)
  const metrics = font.getUint16(hhea + 34)
  if (!glyphOf || unitsPerEm === 0 || metrics === 0) return undefined
  return {
    has: (codePoint) => glyphOf(codePoint) > 0,
    // The last entry of `hmtx` applies to all glyphs after it.
    advance: (codePoint) => font.getUint16(hmtx + 4 * Math.min(glyphOf(codePoint), metrics - 1)) / unitsPerEm,
  }
}

/** Offset of a table in the font, or in the first font of a collection. */
function tableOf(font: DataView, tag: string): number | undefined {
  const start = tagAt(font, 0) === 'ttcf' ? font.getUint32(12) : 0
  const tables = font.getUint16(start + 4)
  for (let i = 0; i < tables; i++) {
    const record = start + 12 + 16 * i
    if (tagAt(font, record) === tag) return font.getUint32(record + 8)
  }
  return undefined
}

function tagAt(font: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => font.getUint8(at + i)))
}

/** Chooses the widest Unicode mapping, as FreeType does: one that covers characters beyond U+FFFF comes first. */
function glyphsOf(font: DataView, cmap: number): GlyphOf | undefined {
  const mappings = Array.from({ length: font.getUint16(cmap + 2) }, (_, i) => {
    const record = cmap + 4 + 8 * i
    const at = cmap + font.getUint32(record + 4)
    return { platform: font.getUint16(record), encoding: font.getUint16(record + 2), at }
  }).filter(({ platform, encoding }) => platform === 0 || (platform === 3 && [1, 10].includes(encoding)))
  const inFormat = (format: number) => mappings.find(({ at }) => font.getUint16(at) === format)?.at
  const [all, basic] = [inFormat(12), inFormat(4)]
  if (all !== undefined) return (codePoint) => inGroups(font, all, codePoint)
  return basic === undefined ? undefined : (codePoint) => inSegments(font, basic, codePoint)
}

/** Format 12: groups of consecutive characters with consecutive glyphs. */
function inGroups(font: DataView, at: number, codePoint: number): number {
  const groups = font.getUint32(at + 12)
  const group = lowest(groups, (i) => font.getUint32(at + 16 + 12 * i + 4) >= codePoint)
  if (group === groups) return 0
  const record = at + 16 + 12 * group
  const first = font.getUint32(record)
  return codePoint < first ? 0 : font.getUint32(record + 8) + codePoint - first
}

/** Format 4: segments of characters up to U+FFFF, whose glyphs are either computed from a delta or listed. */
function inSegments(font: DataView, at: number, codePoint: number): number {
  if (codePoint > 0xffff) return 0
  const twice = font.getUint16(at + 6)
  const [ends, starts] = [at + 14, at + 16 + twice]
  const [deltas, offsets] = [starts + twice, starts + 2 * twice]
  const segment = lowest(twice / 2, (i) => font.getUint16(ends + 2 * i) >= codePoint)
  if (segment === twice / 2) return 0
  const start = font.getUint16(starts + 2 * segment)
  if (codePoint < start) return 0
  const delta = font.getUint16(deltas + 2 * segment)
  const offset = font.getUint16(offsets + 2 * segment)
  if (offset === 0) return (codePoint + delta) & 0xffff
  // The offset is relative to its own position.
  const glyph = font.getUint16(offsets + 2 * segment + offset + 2 * (codePoint - start))
  return glyph === 0 ? 0 : (glyph + delta) & 0xffff
}

/** The lowest of `count` positions for which the monotonic `holds` is true; `count` if there is none. */
function lowest(count: number, holds: (at: number) => boolean): number {
  let [from, to] = [0, count]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}
