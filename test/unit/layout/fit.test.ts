import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitPicture, type SourcePicture } from '../../../src/layout/fit.ts'
import type { Fit, Rect } from '../../../src/model/job.ts'

function source(width: number, height: number, more: Partial<SourcePicture> = {}): SourcePicture {
  return { width, height, pixelAspect: 1, rotation: 0, ...more }
}

function region(width: number, height: number): Rect {
  return { x: 320, y: 180, width, height }
}

describe('fitPicture', () => {
  it('stretches over the region', () => {
    expect(fitPicture({ fit: 'stretch', source: source(480, 640), region: region(640, 360) })).toEqual({
      scale: { width: 640, height: 360 },
      x: 0,
      y: 0,
    })
  })

  it('leaves a picture of the same shape whole', () => {
    for (const fit of ['stretch', 'contain', 'cover'] as const) {
      expect(fitPicture({ fit, source: source(1920, 1080), region: region(640, 360) })).toEqual({
        scale: { width: 640, height: 360 },
        x: 0,
        y: 0,
      })
    }
  })

  it('contains 4:3 and portrait pictures in 16:9', () => {
    expect(fitPicture({ fit: 'contain', source: source(640, 480), region: region(640, 360) })).toEqual({
      scale: { width: 480, height: 360 },
      x: 80,
      y: 0,
    })
    expect(fitPicture({ fit: 'contain', source: source(360, 640), region: region(640, 360) })).toEqual({
      scale: { width: 202, height: 360 },
      x: 218, // 219 would be the middle, but offsets are even
      y: 0,
    })
  })

  it('honours rotation and pixel aspect', () => {
    const turned = { scale: { width: 640, height: 360 }, x: 0, y: 0 }
    for (const rotation of [90, 270] as const) {
      expect(
        fitPicture({ fit: 'contain', source: source(360, 640, { rotation }), region: region(640, 360) }),
      ).toEqual(turned)
    }
    expect(
      fitPicture({ fit: 'contain', source: source(640, 360, { rotation: 180 }), region: region(640, 360) }),
    ).toEqual(turned)
    // PAL widescreen: 720 x 576 shown as 1024 x 576
    expect(
      fitPicture({
        fit: 'contain',
        source: source(720, 576, { pixelAspect: 64 / 45 }),
        region: region(640, 360),
      }),
    ).toEqual(turned)
    expect(
      fitPicture({
        fit: 'contain',
        source: source(720, 576, { pixelAspect: 64 / 45, rotation: 90 }),
        region: region(360, 640),
      }),
    ).toEqual({ scale: { width: 360, height: 640 }, x: 0, y: 0 })
  })

  it('covers and crops both sides alike', () => {
    expect(fitPicture({ fit: 'cover', source: source(640, 480), region: region(640, 360) })).toEqual({
      scale: { width: 640, height: 480 },
      crop: { x: 0, y: 60, width: 640, height: 360 },
      x: 0,
      y: 0,
    })
    expect(fitPicture({ fit: 'cover', source: source(1280, 720), region: region(480, 480) })).toEqual({
      scale: { width: 854, height: 480 },
      crop: { x: 186, y: 0, width: 480, height: 480 }, // 187 would be the middle
      x: 0,
      y: 0,
    })
  })

  it('keeps a sliver at 2 px', () => {
    expect(fitPicture({ fit: 'contain', source: source(4096, 2), region: region(640, 360) })).toEqual({
      scale: { width: 640, height: 2 },
      x: 0,
      y: 178,
    })
  })
})

describe('fit laws', () => {
  const side = fc.integer({ min: 1, max: 4096 })
  const evenSide = fc.integer({ min: 1, max: 2048 }).map((half) => half * 2)
  const regions = fc.record({ x: fc.constant(4), y: fc.constant(8), width: evenSide, height: evenSide })
  const sources = fc.record({
    width: side,
    height: side,
    pixelAspect: fc.constantFrom(1, 0.5, 2, 16 / 15, 64 / 45, 4 / 3),
    rotation: fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
  })
  const fits = fc.constantFrom<Fit[]>('stretch', 'contain', 'cover')

  function aspectOf({ width, height, pixelAspect, rotation }: SourcePicture): number {
    const upright = (width * pixelAspect) / height
    return rotation % 180 === 0 ? upright : 1 / upright
  }

  /** Pixels by which the side that did not come from the region is off the true shape. */
  function aspectError(scale: { width: number; height: number }, aspect: number): number {
    const byWidth = Math.abs(scale.height - scale.width / aspect)
    const byHeight = Math.abs(scale.width - scale.height * aspect)
    return Math.min(byWidth, byHeight)
  }

  it('gives even numbers, and what is shown lies inside the region', () => {
    fc.assert(
      fc.property(fits, sources, regions, (fit, picture, area) => {
        const { scale, crop, x, y } = fitPicture({ fit, source: picture, region: area })
        const shown = crop ?? { x: 0, y: 0, ...scale }
        const numbers = [scale.width, scale.height, x, y, shown.x, shown.y, shown.width, shown.height]
        expect(numbers.every((value) => Number.isInteger(value / 2) && value >= 0)).toBe(true)
        expect(Math.min(shown.width, shown.height)).toBeGreaterThanOrEqual(2)
        expect(shown.x + shown.width).toBeLessThanOrEqual(scale.width)
        expect(shown.y + shown.height).toBeLessThanOrEqual(scale.height)
        expect(x + shown.width).toBeLessThanOrEqual(area.width)
        expect(y + shown.height).toBeLessThanOrEqual(area.height)
      }),
    )
  })

  it('contain touches two edges, is centred and keeps the shape', () => {
    fc.assert(
      fc.property(sources, regions, (picture, area) => {
        const { scale, crop, x, y } = fitPicture({ fit: 'contain', source: picture, region: area })
        expect(crop).toBeUndefined()
        expect(scale.width === area.width || scale.height === area.height).toBe(true)
        expect([0, 2]).toContain(area.width - scale.width - 2 * x)
        expect([0, 2]).toContain(area.height - scale.height - 2 * y)
        expect(aspectError(scale, aspectOf(picture))).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('cover fills the region, crops the middle and keeps the shape', () => {
    fc.assert(
      fc.property(sources, regions, (picture, area) => {
        const { scale, crop, x, y } = fitPicture({ fit: 'cover', source: picture, region: area })
        const shown = crop ?? { x: 0, y: 0, ...scale }
        expect([x, y, shown.width, shown.height]).toEqual([0, 0, area.width, area.height])
        expect(scale.width === area.width || scale.height === area.height).toBe(true)
        expect([0, 2]).toContain(scale.width - shown.width - 2 * shown.x)
        expect([0, 2]).toContain(scale.height - shown.height - 2 * shown.y)
        expect(aspectError(scale, aspectOf(picture))).toBeLessThanOrEqual(2)
      }),
    )
  })
})
