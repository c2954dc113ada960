import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { fontOf } from '../../../src/cli/settings.ts'
import { readFont } from '../../../src/text/font.ts'

const codeOf = (one: string) => one.codePointAt(0) ?? 0

it('knows what the font of the watermarks has', () => {
  const font = readFont(readFileSync(fontOf(defaultConf())))
  for (const one of 'aZ9 ~é€，会议室錄') expect([one, font?.has(codeOf(one))]).toEqual([one, true])
  for (const one of '😀한ما\u200d\u0301') expect([one, font?.has(codeOf(one))]).toEqual([one, false])
  expect([font?.advance(codeOf('会')), font?.advance(codeOf('i'))]).toEqual([1, 0.275])
})

describe('of a small font', () => {
  it('the map of the first 65536 characters is read: counted, listed, and missing glyphs', () => {
    const font = readFont(smallFont())
    const glyphs = ['A', 'C', 'D', 'a', 'b', 'c', '\u00e9', '😀'].map((one) => font?.has(codeOf(one)))
    expect(glyphs).toEqual([true, true, false, true, false, true, false, false])
    expect(['A', 'C', 'a', 'D'].map((one) => font?.advance(codeOf(one)))).toEqual([0.5, 0.75, 0.75, 0.25])
  })

  it('nothing is known where it is cut off or none at all', () => {
    const whole = smallFont()
    expect(readFont(whole.subarray(0, 60))).toBeUndefined()
    expect(readFont(new Uint8Array(0))).toBeUndefined()
    expect(readFont(Buffer.from('no font, but long enough to be looked into'))).toBeUndefined()
  })
})

/** Glyph 1 for A, 2 for B, 3 for C by counting; 3 for a, none for b, 2 for c by a list. */
function smallFont(): Buffer {
  const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]))
  const segments = [
    { end: 67, start: 65, delta: 65536 - 64, offset: 0 },
    // From where the offset stands, over the one behind it, to the list.
    { end: 99, start: 97, delta: 0, offset: 4 },
    { end: 0xffff, start: 0xffff, delta: 1, offset: 0 },
  ]
  const map = u16(
    ...[4, 16 + 8 * 3 + 6, 0, 6, 0, 0, 0],
    ...[...segments.map(({ end }) => end), 0],
    ...segments.map(({ start }) => start),
    ...segments.map(({ delta }) => delta),
    ...segments.map(({ offset }) => offset),
    ...[3, 0, 2],
  )
  const tables = {
    head: Buffer.concat([Buffer.alloc(18), u16(1000)]),
    hhea: Buffer.concat([Buffer.alloc(34), u16(3)]),
    // Advance and bearing of each; the last holds for the glyphs behind it.
    hmtx: u16(250, 0, 500, 0, 750, 0),
    cmap: Buffer.concat([u16(0, 1, 3, 1, 0, 12), map]),
  }
  let at = 12 + 16 * Object.keys(tables).length
  const records = Object.entries(tables).map(([tag, bytes]) => {
    const record = Buffer.concat([Buffer.from(tag), u16(0, 0, at >> 16, at & 0xffff, 0, bytes.length)])
    at += bytes.length
    return record
  })
  return Buffer.concat([u16(0, 1, 4, 0, 0, 0), ...records, ...Object.values(tables)])
}
