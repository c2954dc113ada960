import { describe, expect, it } from 'vitest'
import { regionToPixels } from '../../../src/layout/pixels.ts'
import { parseRegion } from '../../../src/layout/region.ts'

describe('regionToPixels', () => {
  it('rounds edges, so that thirds of 1280 x 720 meet', () => {
    const canvas = { width: 1280, height: 720 }
    const third = { top: '1/3', width: '1/3', height: '1/3' }
    expect(regionToPixels(parseRegion({ left: '0', ...third }), canvas)).toEqual({
      x: 0,
      y: 240,
      width: 426,
      height: 240,
    })
    expect(regionToPixels(parseRegion({ left: '1/3', ...third }), canvas)).toEqual({
      x: 426,
      y: 240,
      width: 428,
      height: 240,
    })
    expect(regionToPixels(parseRegion({ left: '2/3', ...third }), canvas)).toEqual({
      x: 854,
      y: 240,
      width: 426,
      height: 240,
    })
  })

  it('takes an odd edge up', () => {
    const half = parseRegion({ left: '1/2', top: '0', width: '1/2', height: '0.5' })
    expect(regionToPixels(half, { width: 90, height: 270 })).toEqual({ x: 46, y: 0, width: 44, height: 136 })
  })

  it('gives a region of no size 2 px, inside the canvas', () => {
    const canvas = { width: 640, height: 360 }
    const corner = parseRegion({ left: '1', top: '1', width: '0', height: '1/1000' })
    expect(regionToPixels(corner, canvas)).toEqual({ x: 638, y: 358, width: 2, height: 2 })
    const middle = parseRegion({ left: '1/2', top: '1/2', width: '1/1000', height: '1/1000' })
    expect(regionToPixels(middle, canvas)).toEqual({ x: 320, y: 180, width: 2, height: 2 })
  })

  it('cuts what reaches over the canvas', () => {
    const wide = parseRegion({ left: '3/4', top: '0', width: '1/2', height: '2' })
    expect(regionToPixels(wide, { width: 640, height: 360 })).toEqual({
      x: 480,
      y: 0,
      width: 160,
      height: 360,
    })
  })
})
