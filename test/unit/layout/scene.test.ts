import { describe, expect, it } from 'vitest'
import { arrange } from '../../../src/layout/scene.ts'
import type { LayoutChoice, Preset, TemplateRegion } from '../../../src/model/job.ts'

const canvas = { width: 1280, height: 720 }
const seats = ['a_1', 'b_1', 'c_2']

function preset(name: Preset): LayoutChoice {
  return { kind: 'preset', preset: name }
}

describe('arrange with a preset', () => {
  it('places streams in seat order', () => {
    expect(arrange({ layout: preset('tile'), canvas, visible: seats })).toEqual({
      placements: [
        { streamId: 'a_1', x: 0, y: 120, width: 854, height: 480, z: 0 },
        { streamId: 'b_1', x: 854, y: 120, width: 426, height: 240, z: 0 },
        { streamId: 'c_2', x: 854, y: 360, width: 426, height: 240, z: 0 },
      ],
      unseen: [],
    })
  })

  it('gives the main stream region 1 while it is present; the others keep their order', () => {
    const order = (mainStream: string, visible: readonly string[]) =>
      arrange({ layout: preset('vertical'), canvas, visible, mainStream }).placements.map((p) => p.streamId)
    expect(order('c_2', seats)).toEqual(['c_2', 'a_1', 'b_1'])
    expect(order('c_2', ['a_1', 'b_1'])).toEqual(['a_1', 'b_1'])
  })

  it('gives a screen share the main region where ScreenShare is large, before the main stream', () => {
    const large = (name: Preset, visible: readonly string[], mainStream?: string) =>
      arrange({ layout: preset(name), canvas, visible, mainStream, screenShare: 'large' }).placements
    const main = (...of: Parameters<typeof large>) => large(...of)[0]
    expect(main('vertical', seats, 'b_1')).toMatchObject({ streamId: 'c_2', width: 1024 })
    expect(main('tile', seats)).toMatchObject({ streamId: 'c_2', width: 854 })
    expect(main('single', seats)).toMatchObject({ streamId: 'c_2', width: 1280 })
    // Of several, the first, unless the main stream is one of them.
    expect(main('vertical', [...seats, 'd_2'])?.streamId).toBe('c_2')
    expect(main('vertical', [...seats, 'd_2'], 'd_2')?.streamId).toBe('d_2')
    // Nobody shares: as always.
    expect(large('tile', ['a_1', 'b_1'])).toEqual(
      arrange({ layout: preset('tile'), canvas, visible: ['a_1', 'b_1'] }).placements,
    )
    // Four equal tiles have no main region, so vertical takes their place while there is a share.
    for (const name of ['tile', 'tile2'] as const) {
      expect(large(name, ['a_1', 'b_1', 'd_1', 'c_2'])).toEqual(
        arrange({ layout: preset('vertical'), canvas, visible: ['c_2', 'a_1', 'b_1', 'd_1'] }).placements,
      )
    }
    expect(main('tile', ['c_2'])).toMatchObject({ streamId: 'c_2', width: 1280, height: 720 })
  })

  it('single shows the main stream, else the first', () => {
    const single = (mainStream?: string) =>
      arrange({ layout: preset('single'), canvas, visible: seats, mainStream })
    const full = { x: 0, y: 0, width: 1280, height: 720, z: 0 }
    expect(single('b_1')).toEqual({ placements: [{ streamId: 'b_1', ...full }], unseen: ['a_1', 'c_2'] })
    expect(single('gone_1')).toEqual({ placements: [{ streamId: 'a_1', ...full }], unseen: ['b_1', 'c_2'] })
    expect(single()).toEqual({ placements: [{ streamId: 'a_1', ...full }], unseen: ['b_1', 'c_2'] })
  })

  it('vertical 2 paints the small ones over the main one', () => {
    expect(
      arrange({ layout: preset('vertical2'), canvas, visible: seats, mainStream: 'b_1' }).placements,
    ).toEqual([
      { streamId: 'b_1', x: 0, y: 0, width: 1280, height: 720, z: 0 },
      { streamId: 'a_1', x: 0, y: 600, width: 214, height: 120, z: 1 },
      { streamId: 'c_2', x: 214, y: 600, width: 212, height: 120, z: 1 },
    ])
    const eight = Array.from({ length: 8 }, (_, i) => `${i}_1`)
    const layers = arrange({ layout: preset('vertical2'), canvas, visible: eight }).placements.map((p) => p.z)
    expect(layers).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('has nothing to place in an empty room', () => {
    expect(arrange({ layout: preset('tile'), canvas, visible: [], mainStream: 'a_1' })).toEqual({
      placements: [],
      unseen: [],
    })
  })
})

describe('arrange with custom templates', () => {
  const left: TemplateRegion = { id: '1', left: '0', top: '0', width: '1/2', height: '1' }
  const right: TemplateRegion = { id: '2', left: '1/2', top: '0', width: '1/2', height: '1' }
  const layout: LayoutChoice = { kind: 'custom', templates: [[left, right]] }

  it('leaves spare regions to the background', () => {
    expect(arrange({ layout, canvas, visible: ['a_1'] })).toEqual({
      placements: [{ streamId: 'a_1', x: 0, y: 0, width: 640, height: 720, z: 0 }],
      unseen: [],
    })
  })

  it('does not show streams beyond the largest template', () => {
    expect(arrange({ layout, canvas, visible: seats, mainStream: 'c_2' })).toEqual({
      placements: [
        { streamId: 'c_2', x: 0, y: 0, width: 640, height: 720, z: 0 },
        { streamId: 'a_1', x: 640, y: 0, width: 640, height: 720, z: 0 },
      ],
      unseen: ['b_1'],
    })
  })
})

describe('arrange by hand', () => {
  const layout: LayoutChoice = {
    kind: 'manual',
    positions: [
      { streamId: 'c_2', x: 0, y: 0, width: 1280, height: 720, z: -1 },
      { streamId: 'a_1', x: 960, y: 540, width: 320, height: 180, z: 2 },
      { streamId: 'd_1', x: 0, y: 540, width: 320, height: 180, z: 2 },
      { streamId: 'gone_1', x: 0, y: 0, width: 64, height: 64, z: 0 },
    ],
  }

  it('puts each stream at its own rectangle, low z first, ties in seat order', () => {
    expect(arrange({ layout, canvas, visible: ['d_1', 'a_1', 'b_1', 'c_2'], mainStream: 'a_1' })).toEqual({
      placements: [
        { streamId: 'c_2', x: 0, y: 0, width: 1280, height: 720, z: -1 },
        { streamId: 'd_1', x: 0, y: 540, width: 320, height: 180, z: 2 },
        { streamId: 'a_1', x: 960, y: 540, width: 320, height: 180, z: 2 },
      ],
      unseen: ['b_1'],
    })
  })

  it('does not move a stream when another leaves', () => {
    expect(arrange({ layout, canvas, visible: ['a_1'] }).placements).toEqual([
      { streamId: 'a_1', x: 960, y: 540, width: 320, height: 180, z: 2 },
    ])
  })
})
