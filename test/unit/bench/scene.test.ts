import { describe, expect, it } from 'vitest'
import { boundaryFaults, contain, makeScene } from '../../../scripts/bench/scene.mjs'
import { fitPicture } from '../../../src/layout/fit.ts'
import { MEDIA, SCENE } from './rooms.ts'

const stays = [
  { user: 'a', fromMs: 0, media: { ...MEDIA, durationMs: 2000 } },
  { user: 'b', fromMs: 1004, media: { ...MEDIA, width: 640, height: 480, durationMs: 996 } },
]
const room = { name: 'r', width: 640, height: 360, fps: 10, kbps: 500, lengthMs: 2000, stays }

describe('a planned room', () => {
  it('becomes recordings with their places', () => {
    const clip = (name: string, startMs: number) => ({
      name,
      startMs,
      endMs: 2000,
      video: true,
      offsetMs: startMs,
    })
    const place = (streamId: string, x: number) => ({ streamId, x, y: 90, width: 320, height: 180 })
    const plan = {
      streams: [
        { streamId: 'a_1', clips: [clip('a.webm', 0)] },
        { streamId: 'b_1', clips: [clip('b.mp4', 1004)] },
      ],
      segments: [
        { startMs: 0, endMs: 1000, layout: [{ streamId: 'a_1', x: 0, y: 0, width: 640, height: 360 }] },
        { startMs: 1000, endMs: 1500, layout: [place('a_1', 0), place('b_1', 320)] },
        { startMs: 1500, endMs: 2000, layout: [place('a_1', 0), place('b_1', 320)] },
      ],
    }
    const files = ['a.webm', 'b.mp4'].map((name, i) => ({ name, stay: stays[i] ?? stays[0]! }))
    const scene = makeScene({ plan, room, files, recordings: new Map([['a.webm', '/a.webm']]) })
    expect(scene.frames).toBe(20)
    expect(
      scene.clips.map(({ uses }) => uses.map(({ startFrame, endFrame }) => [startFrame, endFrame])),
    ).toEqual([
      [
        [0, 10],
        [10, 20],
      ],
      [[10, 20]],
    ])
    expect(scene.clips[1]?.uses[0]?.picture).toEqual({ x: 360, y: 90, width: 240, height: 180 })
  })

  it('has its pictures where the worker puts them', () => {
    for (const [width, height] of [
      [640, 360],
      [640, 480],
      [1280, 720],
      [480, 270],
      [360, 640],
    ] as const) {
      for (const region of [
        { x: 0, y: 0, width: 854, height: 480 },
        { x: 426, y: 120, width: 426, height: 240 },
        { x: 2, y: 4, width: 318, height: 180 },
      ]) {
        const own = contain({ width, height }, region)
        const source = { width, height, pixelAspect: 1, rotation: 0 } as const
        const { scale, x, y } = fitPicture({ fit: 'contain', source, region })
        expect(own).toEqual({ x: region.x + x, y: region.y + y, ...scale })
      }
    }
  })

  it('has a boundary where somebody joins, and nowhere else', () => {
    expect(boundaryFaults(SCENE, room)).toEqual([])
    const [first, second] = SCENE.segments
    if (!first || !second) throw new Error('two segments')
    const at = (frame: number) => ({
      ...SCENE,
      segments: [
        { ...first, endFrame: frame },
        { ...second, startFrame: frame },
      ],
    })
    expect(boundaryFaults(at(12), room)).toEqual([
      'nothing changes at 1004 ms',
      'the layout changes at 1200.0 ms, where nobody comes or goes',
    ])
    expect(boundaryFaults({ ...SCENE, segments: [first] }, { ...room, unseen: ['b'] })).toEqual([])
    expect(boundaryFaults({ ...SCENE, frames: 24 }, room)).toEqual(['24 frames, not 20'])
  })
})
