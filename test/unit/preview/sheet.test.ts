import { describe, expect, it } from 'vitest'
import { sheetCommand } from '../../../src/preview/sheet.ts'

const sheet = (count: number, canvas = { width: 1280, height: 720 }) =>
  sheetCommand({
    title:
      'a job with a name that is far too long for a sheet of one picture, or of two, or of three of them at all',
    pictures: Array.from({ length: count }, (_, i) => ({
      path: `{work}/${i}.png` as const,
      caption: [`${i}  00:01.000`, Array.from({ length: 40 }, (_, k) => `学生${k}_1`).join(', ')],
    })),
    canvas,
    stem: '{work}/sheet',
  })
const sizeOf = (count: number, canvas?: { width: number; height: number }) => {
  const pads = [...(sheet(count, canvas).graph?.text.matchAll(/pad=width=(\d+):height=(\d+)/g) ?? [])]
  return pads.at(-1)?.slice(1).map(Number)
}

describe('a contact sheet', () => {
  it('has as many columns as make it about square, four at most', () => {
    const layouts = [1, 2, 4, 5, 9, 10, 24].map((count) => {
      const [, layout] = /layout=([0-9_|]+)/.exec(sheet(count).graph?.text ?? '') ?? []
      return new Set((layout ?? '0_0').split('|').map((at) => at.split('_')[0])).size
    })
    expect(layouts).toEqual([1, 2, 2, 3, 3, 4, 4])
  })

  it('is of a size that a screen shows, whatever the shape of the canvas', () => {
    for (const count of [1, 2, 5, 24]) {
      for (const canvas of [
        { width: 1280, height: 720 },
        { width: 720, height: 1280 },
        { width: 64, height: 64 },
      ]) {
        const [width = 0, height = 0] = sizeOf(count, canvas) ?? []
        expect(width).toBeLessThanOrEqual(1700)
        expect(height).toBeLessThanOrEqual(4000)
      }
    }
  })

  it('cuts texts that are wider than their picture, and keeps them out of the graph', () => {
    const { files, graph } = sheet(9)
    const names = files.filter(({ text }) => text.includes('学生'))
    expect(names).toHaveLength(9)
    for (const { text } of names) expect(text).toMatch(/^学生0_1, .{20,60}\.\.\.$/)
    expect(graph?.text).not.toContain('学生')
  })
})
