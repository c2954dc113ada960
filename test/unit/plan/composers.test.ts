import { describe, expect, it } from 'vitest'
import type { Shot } from '../../../src/model/timeline.ts'
import { divideClips, processesFor } from '../../../src/plan/composers.ts'
import { FPS, makeShots } from './rooms.ts'

/** The work of a minute of a call, in decoded pixels, with as much decoding as encoding or another share of it. */
const work = (decode = 1) => ({ encode: 5e9, decode: decode * 5e9 })
const auto = { asked: 'auto', isThreaded: false } as const

describe('how many ffmpegs make a chunk', () => {
  it('two on two cores, where the encoder would wait for one', () => {
    expect(processesFor(work(0.6), { ...auto, cores: 2 })).toBe(1)
    expect(processesFor(work(0.7), { ...auto, cores: 2 })).toBe(2)
    expect(processesFor(work(5), { ...auto, cores: 2 })).toBe(2)
  })

  it('one on one core, and where there is little to do', () => {
    expect(processesFor(work(), { ...auto, cores: 1 })).toBe(1)
    expect(processesFor({ encode: 0.2e9, decode: 1e9 }, { ...auto, cores: 2 })).toBe(1)
  })

  it('one where an ffmpeg decodes and composes in threads of their own', () => {
    expect(processesFor(work(), { ...auto, cores: 2, isThreaded: true })).toBe(1)
  })

  it('more on more cores, up to four', () => {
    expect(processesFor(work(2), { ...auto, cores: 4 })).toBe(3)
    expect(processesFor(work(20), { ...auto, cores: 64 })).toBe(4)
  })

  it('as many as asked for, whatever there is to do', () => {
    for (const asked of [1, 2, 3, 4])
      expect(processesFor({ encode: 1, decode: 1 }, { asked, isThreaded: true, cores: 1 })).toBe(asked)
  })
})

describe('who composes which clip', () => {
  const away = { seen: [[0, 60]] } as const
  const shots = makeShots([away, away, away, away, away, away])
  /** The streams that each ffmpeg composes. */
  const shares = (of: readonly Shot[], options: { processes: number; encode?: number; cores?: number }) =>
    divideClips({
      shots: of,
      work: { encode: options.encode ?? 0, decode: 0 },
      cores: options.cores ?? 2,
      processes: options.processes,
      fps: FPS,
    }).map((clips) => [...clips].map(({ streamId }) => streamId))

  it('one ffmpeg composes all', () => {
    expect(shares(shots, { processes: 1 })).toEqual([['p0_1', 'p1_1', 'p2_1', 'p3_1', 'p4_1', 'p5_1']])
  })

  it('each composes about as much, where encoding is next to nothing', () => {
    for (const processes of [2, 3]) {
      const all = shares(shots, { processes })
      expect(all.map(({ length }) => length)).toEqual(Array.from({ length: processes }, () => 6 / processes))
      expect(all.flat().toSorted()).toEqual(shares(shots, { processes: 1 }).flat())
    }
  })

  it('the one that encodes composes the less, the more it has to encode', () => {
    const clip = 60 * FPS * 640 * 360 * 1.5
    const last = (encode: number, cores = 2) => shares(shots, { processes: 2, encode, cores })[1]?.length
    expect([0, 2, 4, 6, 60].map((clips) => last(clips * clip))).toEqual([3, 2, 1, 0, 0])
    expect(last(4 * clip, 8)).toBe(2)
  })

  it('the costliest clips are given away first, so that one that lasts long does not come on top', () => {
    const room = makeShots([
      { seen: [[0, 10]] },
      { seen: [[0, 10]] },
      { seen: [[0, 10]] },
      { seen: [[0, 60]] },
    ])
    expect(shares(room, { processes: 2 })).toEqual([['p3_1'], ['p0_1', 'p1_1', 'p2_1']])
  })

  it('one composes all, and another encodes, where tiles overlap: their order may change', () => {
    const [first] = shots
    const overlapping = shots.map((shot) => ({
      ...shot,
      tiles: shot.tiles.map((tile) => ({ ...tile, placement: { ...tile.placement, y: 0 } })),
    }))
    expect(first?.tiles.length).toBe(6)
    expect(shares(overlapping, { processes: 3 })).toEqual([shares(shots, { processes: 1 })[0], []])
  })

  it('nobody composes nothing', () => {
    const empty = makeShots([{ seen: [] }, { seen: [[10, 20]] }]).slice(0, 1)
    expect(shares(empty, { processes: 3 })).toEqual([[]])
  })
})
