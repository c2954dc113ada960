/** What holds for every preset, number of streams and canvas. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regionToPixels, type Size } from '../../../src/layout/pixels.ts'
import { coversMain, presetTemplate } from '../../../src/layout/presets.ts'
import type { Region } from '../../../src/layout/region.ts'
import { arrange } from '../../../src/layout/scene.ts'
import type { Preset, Rect } from '../../../src/model/job.ts'

const evenSide = fc.integer({ min: 32, max: 2048 }).map((half) => half * 2)
const canvases = fc.record({ width: evenSide, height: evenSide })
const presets = fc.constantFrom<Preset[]>('tile', 'vertical', 'single', 'tile2', 'vertical2')
const counts = fc.integer({ min: 1, max: 64 })

function scene(input: { preset: Preset; n: number; canvas: Size }) {
  const visible = Array.from({ length: input.n }, (_, seat) => `user${seat}_1`)
  return arrange({ layout: { kind: 'preset', preset: input.preset }, canvas: input.canvas, visible })
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function meet(a: Region, b: Region): boolean {
  const isAcross = a.left.lt(b.left.add(b.width)) && b.left.lt(a.left.add(a.width))
  return isAcross && a.top.lt(b.top.add(b.height)) && b.top.lt(a.top.add(a.height))
}

/** A cell thinner than 2 px cannot be shown without taking pixels of a neighbour. */
function hasRoom(regions: readonly Region[], canvas: Size): boolean {
  return regions.every(
    ({ width, height }) => width.mul(canvas.width).gte(2) && height.mul(canvas.height).gte(2),
  )
}

describe('presets as fractions', () => {
  it.each(['tile', 'vertical', 'single', 'tile2', 'vertical2'] as const)(
    '%s: the right number for 1 to 64 streams, inside the canvas, disjoint',
    (preset) => {
      for (let n = 1; n <= 64; n++) {
        const regions = presetTemplate(preset, n)
        expect(regions).toHaveLength(preset === 'single' ? 1 : n)
        for (const { left, top, width, height } of regions) {
          expect(left.gte(0) && top.gte(0) && width.gt(0) && height.gt(0)).toBe(true)
          expect(left.add(width).lte(1) && top.add(height).lte(1)).toBe(true)
        }
        const tiles = coversMain(preset, n) ? regions.slice(1) : regions
        tiles.forEach((a, i) => expect(tiles.slice(i + 1).filter((b) => meet(a, b))).toEqual([]))
      }
    },
  )
})

describe('presets on any canvas', () => {
  it('place every stream once, in even pixels, inside the canvas', () => {
    fc.assert(
      fc.property(presets, counts, canvases, (preset, n, canvas) => {
        const { placements, unseen } = scene({ preset, n, canvas })
        expect(placements).toHaveLength(preset === 'single' ? 1 : n)
        expect(new Set([...placements.map((p) => p.streamId), ...unseen]).size).toBe(n)
        expect(placements.length + unseen.length).toBe(n)
        for (const { x, y, width, height } of placements) {
          expect([x, y, width, height].every((value) => Number.isInteger(value / 2))).toBe(true)
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(2)
          expect(x + width).toBeLessThanOrEqual(canvas.width)
          expect(y + height).toBeLessThanOrEqual(canvas.height)
        }
      }),
    )
  })

  it('keep tiles apart', () => {
    fc.assert(
      fc.property(presets, counts, canvases, (preset, n, canvas) => {
        fc.pre(hasRoom(presetTemplate(preset, n), canvas))
        const { placements } = scene({ preset, n, canvas })
        const tiles = coversMain(preset, n) ? placements.slice(1) : placements
        tiles.forEach((a, i) => expect(tiles.slice(i + 1).filter((b) => overlaps(a, b))).toEqual([]))
      }),
    )
  })

  it('give edges that are equal as fractions one line of pixels', () => {
    fc.assert(
      fc.property(presets, counts, canvases, (preset, n, canvas) => {
        const regions = presetTemplate(preset, n)
        fc.pre(hasRoom(regions, canvas))
        const lines = new Map<string, number>()
        const share = (edge: string, pixel: number) => {
          expect(lines.get(edge) ?? pixel).toBe(pixel)
          lines.set(edge, pixel)
        }
        for (const region of regions) {
          const { x, y, width, height } = regionToPixels(region, canvas)
          share(`x ${region.left.toFraction()}`, x)
          share(`x ${region.left.add(region.width).toFraction()}`, x + width)
          share(`y ${region.top.toFraction()}`, y)
          share(`y ${region.top.add(region.height).toFraction()}`, y + height)
        }
      }),
    )
  })

  it('round each edge by at most 1 px', () => {
    fc.assert(
      fc.property(presets, counts, canvases, (preset, n, canvas) => {
        const regions = presetTemplate(preset, n)
        fc.pre(hasRoom(regions, canvas))
        for (const region of regions) {
          const { x, y, width, height } = regionToPixels(region, canvas)
          const right = region.left.add(region.width).valueOf() * canvas.width
          const bottom = region.top.add(region.height).valueOf() * canvas.height
          const errors = [
            x - region.left.valueOf() * canvas.width,
            y - region.top.valueOf() * canvas.height,
            x + width - right,
            y + height - bottom,
          ]
          expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(1 + 1e-6)
        }
      }),
    )
  })

  it('leave no seam where the template fills the canvas', () => {
    const full = fc.constantFrom<[Preset, number][]>(
      ['tile', 4],
      ['tile', 6],
      ['tile', 8],
      ['tile', 9],
      ['tile', 16],
      ['tile', 25],
      ['tile2', 4],
      ['tile2', 9],
      ['tile2', 16],
      ['vertical', 5],
      ['vertical', 7],
      ['vertical', 9],
      ['vertical', 17],
    )
    fc.assert(
      fc.property(full, canvases, ([preset, n], canvas) => {
        fc.pre(hasRoom(presetTemplate(preset, n), canvas))
        const { placements } = scene({ preset, n, canvas })
        const area = placements.reduce((sum, { width, height }) => sum + width * height, 0)
        expect(area).toBe(canvas.width * canvas.height)
      }),
    )
  })

  it('are the same for the same input, which stays as it was', () => {
    fc.assert(
      fc.property(presets, counts, canvases, (preset, n, canvas) => {
        Object.freeze(canvas)
        expect(scene({ preset, n, canvas })).toEqual(scene({ preset, n, canvas }))
      }),
    )
  })
})
