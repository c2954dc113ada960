import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runToEnd } from '../../../src/model/stepwise.ts'
import type { Shot } from '../../../src/model/timeline.ts'
import type { ChunkRules } from '../../../src/plan/budget.ts'
import { cutChunks, lookAheadSeconds } from '../../../src/plan/chunks.ts'
import { cutCosts } from '../../../src/plan/cut-costs.ts'
import { makeChunkRules } from '../../harness/builders.ts'
import {
  CANVAS,
  FPS,
  type Person,
  costsOf,
  endOf,
  firstPart,
  makeShots,
  people,
  shareOf,
  startOf,
} from './rooms.ts'

const RULES = makeChunkRules({ shotsPerGraph: 100, filesPerGraph: 100 })

function cut(shots: readonly Shot[], rules: Partial<ChunkRules> = {}): readonly (readonly Shot[])[] {
  const all = { ...RULES, ...rules }
  const costs = cutCosts({ shots, canvas: CANVAS })
  return runToEnd(cutChunks({ shots, costs, rules: all, soundWork: 0 })).map((chunk) => chunk.shots)
}

/** Where chunks end, in seconds. */
function ends(room: readonly Person[], rules: Partial<ChunkRules> = {}): number[] {
  return cut(makeShots(room), rules).map((chunk) => endOf(chunk) / FPS)
}

/** How long chunks are, in seconds. */
function lengths(room: readonly Person[], rules: Partial<ChunkRules> = {}): number[] {
  return cut(makeShots(room), rules).map((chunk) => (endOf(chunk) - startOf(chunk)) / FPS)
}

function files(shots: readonly Shot[]): number {
  return new Set(shots.flatMap((shot) => shot.tiles.map((tile) => tile.clip))).size
}

/** Of one machine, or of several that render one chunk each. */
const rules: fc.Arbitrary<Pick<ChunkRules, 'shotsPerGraph' | 'filesPerGraph' | 'atOnce' | 'fleetAtOnce'>> = fc
  .record({
    shotsPerGraph: fc.integer({ min: 1, max: 12 }),
    filesPerGraph: fc.integer({ min: 1, max: 8 }),
    fleetAtOnce: fc.integer({ min: 1, max: 4 }),
    isFleet: fc.boolean(),
  })
  .map(({ isFleet, ...one }) => ({ ...one, atOnce: isFleet ? 1 : one.fleetAtOnce }))

describe('every room', () => {
  it('is covered by its chunks, in order, without a hole or an overlap, and no shot is changed', () => {
    fc.assert(
      fc.property(people(1500), rules, (room, rules) => {
        const shots = makeShots(room)
        const pieces = cut(shots, rules).flat()
        expect(startOf(pieces)).toBe(startOf(shots))
        pieces.forEach((piece, i) => {
          expect(piece.endFrame).toBeGreaterThan(piece.startFrame)
          expect(piece.startFrame).toBe(pieces[i - 1]?.endFrame ?? 0)
        })
        expect(endOf(pieces)).toBe(endOf(shots))
        for (const { startFrame, endFrame, tiles } of pieces) {
          const whole = shots.find((shot) => shot.startFrame <= startFrame && endFrame <= shot.endFrame)
          expect(tiles).toBe(whole?.tiles)
        }
      }),
    )
  })

  it('is never cut so that more than 15 % of the chunks is decoded again', () => {
    fc.assert(
      fc.property(people(1500), rules, (room, rules) => {
        const shots = makeShots(room)
        const chunks = cut(shots, rules)
        // A fleet may spend as much of all work.
        const isFleet = rules.fleetAtOnce > rules.atOnce
        const parts = (isFleet ? chunks : chunks.slice(0, -1)).map((chunk) => {
          const [start, end] = [startOf(chunk), endOf(chunk)]
          // Packets at the very ends may be counted or not.
          const grace = 2 * files(chunk) * CANVAS.width * CANVAS.height
          return { ...costsOf(shots, start, end), grace }
        })
        const sum = (of: (one: (typeof parts)[number]) => number) =>
          parts.reduce((all, one) => all + of(one), 0)
        expect(sum(({ twice }) => twice)).toBeLessThanOrEqual(
          0.15 * sum(({ work, twice }) => work + (isFleet ? twice : 0)) + sum(({ grace }) => grace),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('has graphs as small as they are to be, or no good cut within the second half of what they may hold', () => {
    fc.assert(
      fc.property(people(600), rules, (room, rules) => {
        const shots = makeShots(room)
        for (const chunk of cut(shots, rules)) {
          const full = chunk.findIndex(
            (_, i) =>
              i > 0 && (i >= rules.shotsPerGraph || files(chunk.slice(0, i + 1)) > rules.filesPerGraph),
          )
          if (full < 0) continue
          const start = startOf(chunk)
          const fullFrame = chunk[full]?.startFrame ?? 0
          const half = start + Math.ceil((fullFrame - start) / 2)
          const places = chunk
            .map((shot) => shot.startFrame)
            .filter((frame) => frame >= half && frame <= fullFrame)
          for (const frame of places) {
            const grace = (2 * files(chunk)) / (4.5 * (frame - start))
            expect(shareOf(shots, start, frame)).toBeGreaterThan(0.15 - grace)
          }
        }
      }),
    )
  })

  it('has graphs as small as they are to be where everybody has a keyframe at each change', () => {
    fc.assert(
      fc.property(people(1500), rules, (room, rules) => {
        const changes = makeShots(room).map((shot) => shot.startFrame / FPS)
        const shots = makeShots(room.map((person) => ({ ...person, keyframes: changes })))
        for (const chunk of cut(shots, rules)) {
          expect(chunk.length).toBeLessThanOrEqual(rules.shotsPerGraph)
          // One shot may need more files than that; it is not left to itself where its neighbour needs no others.
          if (chunk.length > 1)
            expect(files(chunk)).toBeLessThanOrEqual(Math.max(rules.filesPerGraph, files(chunk.slice(0, 1))))
        }
      }),
    )
  })
})

describe('how far ahead a cut looks', () => {
  it('no further behind a chunk than it says: such chunks stay as they are, whatever comes later', () => {
    fc.assert(
      fc.property(people(3600, true), rules, seconds(2400), (room, rules, more) => {
        const shots = makeShots(room)
        // The last rounds are cut as a whole: as much as all their chunks could take is known.
        const known = more + lookAheadSeconds({ ...RULES, ...rules })
        const settled = cut(firstPart(shots, known * FPS), rules).filter(
          (chunk) => endOf(chunk) <= more * FPS,
        )
        expect(settled).toEqual(cut(shots, rules).slice(0, settled.length))
      }),
    )
  })

  it('the first one of a room with many keyframes is settled by its first 6 minutes', () => {
    const room = (length: number) =>
      [
        { seen: [[0, length]], keyframes: { each: 3 } },
        { seen: [[40, length]], keyframes: { each: 3 } },
      ] as const
    expect(ends(room(7200))[0]).toBe(300)
    expect(ends(room(360))).toEqual([300, 360])
    expect(ends(room(359))).toEqual([297, 359])
  })

  it('and to whether somebody who was seen before it comes back at all', () => {
    const host = { seen: [[0, 1200]], keyframes: { each: 3 } } as const
    const gone = (back: readonly (readonly [number, number])[]) => ({ seen: [[0, 250], ...back] }) as const
    expect(ends([host, gone([])])[0]).toBe(300)
    // Their only keyframe is at 0: a cut would have 250 s decoded again.
    expect(ends([host, gone([[1100, 1200]])])).toEqual([1200])
  })
})

describe('cuts that save time when a job is taken up again', () => {
  it('come every 2 to 5 minutes where keyframes are dense', () => {
    const room = [
      { seen: [[0, 7200]], keyframes: { each: 3 } },
      { seen: [[10, 7000]], keyframes: { each: 3.4, late: 1.2 } },
      { seen: [[1000, 1900]], keyframes: { each: 2, late: 0.6 } },
    ] as const
    const [rest, ...others] = lengths(room).toReversed()
    expect(others.length).toBeGreaterThan(22)
    expect(Math.min(...others)).toBeGreaterThanOrEqual(120)
    expect(Math.max(...others)).toBeLessThanOrEqual(300)
    expect(rest).toBeGreaterThanOrEqual(60)
  })

  it('are as rare as they can be where they cost nothing', () => {
    expect(ends([{ seen: [[0, 1000]], keyframes: { each: 1 } }])).toEqual([300, 600, 900, 1000])
  })

  it('are made at the keyframes where these are rare', () => {
    const room = [{ seen: [[0, 3600]], keyframes: { each: 600 } }] as const
    expect(ends(room)).toEqual([600, 1200, 1800, 2400, 3000, 3600])
    // Nobody's work is lost where there is nobody.
    expect(ends([{ seen: [[0, 400]] }, { seen: [[500, 900]] }])).toEqual([400, 900])
  })

  it('are not made where the only keyframes are the first ones, nor in short rooms', () => {
    expect(ends([{ seen: [[0, 3600]] }, { seen: [[5, 3000]] }])).toEqual([3600])
    expect(ends([{ seen: [[0, 300]], keyframes: { each: 1 } }])).toEqual([300])
  })

  it('fall behind the last of several keyframes of one second', () => {
    const room = [
      { seen: [[0, 400]], keyframes: [200.8] },
      { seen: [[0, 400]], keyframes: [200.2] },
    ] as const
    expect(ends(room)).toEqual([200.8, 400])
  })

  it('are made all the same where decoding is next to nothing', () => {
    expect(ends([{ seen: [[0, 900]], size: { width: 64, height: 36 } }])[0]).toBe(300)
  })

  it('nothing is cut of nothing', () => {
    expect(cut([])).toEqual([])
  })
})

describe('cuts that keep a graph small', () => {
  /** One who stays, and a visitor every 10 s, for 10 s. */
  const visited = (keyframes: NonNullable<Person['keyframes']>): Person[] => [
    { seen: [[0, 120]], keyframes },
    ...Array.from({ length: 12 }, (_, i): Person => ({ seen: [[i * 10, i * 10 + 10]] })),
  ]

  it('fall where they cost nothing, in the second half of what the graph may hold', () => {
    expect(ends(visited({ each: 10 }), { shotsPerGraph: 4 })).toEqual([40, 80, 120])
    expect(ends(visited({ each: 1 }), { shotsPerGraph: 4 })).toEqual([40, 80, 120])
    expect(ends(visited([31, 52, 93]), { shotsPerGraph: 4 })).toEqual([31, 52, 93, 120])
    // At 10 s it would cost nothing, and leave most of the graph empty.
    expect(ends(visited([10]), { shotsPerGraph: 4 })).toEqual([20, 120])
  })

  it('by the number of files as well', () => {
    expect(ends(visited({ each: 10 }), { filesPerGraph: 4 })).toEqual([30, 60, 90, 120])
  })

  it('are put off while they cost too much', () => {
    // Up to there, all that the one who stays has sent would be decoded again: a fifth of the work.
    expect(ends(visited([80]), { shotsPerGraph: 4 })).toEqual([80, 120])
    expect(ends(visited([]), { shotsPerGraph: 4 })).toEqual([120])
  })

  it('a person who is out of sight and comes back with a keyframe costs nothing', () => {
    const room: Person[] = [
      {
        seen: [
          [0, 20],
          [40, 60],
        ],
        keyframes: [40],
      },
      { seen: [[20, 40]] },
    ]
    expect(ends(room, { shotsPerGraph: 1 })).toEqual([20, 40, 60])
    expect(ends(room, { shotsPerGraph: 2 })).toEqual([40, 60])
  })

  it('a person who was seen in an earlier chunk alone costs nothing either', () => {
    // Whether there is a cut at 10 s or not, the first of them is decoded from 0 for what comes at 20 s.
    const room: Person[] = [
      {
        seen: [
          [0, 4],
          [20, 30],
        ],
        size: { width: 320, height: 360 },
      },
      { seen: [[4, 10]] },
      { seen: [[10, 20]] },
    ]
    expect(ends(room, { shotsPerGraph: 1 })).toEqual([4, 10, 20, 30])
  })
})

describe('cuts that keep cores busy', () => {
  const dense = (length: number, rate = 3): Person[] => [
    { seen: [[0, length]], keyframes: { each: rate } },
    { seen: [[2, length]], keyframes: { each: rate, late: 0.4 } },
  ]

  it('make as many chunks of about one length as run at once', () => {
    const all = ends(dense(240), { atOnce: 4, cores: 4, fleetAtOnce: 4 })
    expect(all).toHaveLength(4)
    all.forEach((end, i) => expect(Math.abs(end - 60 * (i + 1))).toBeLessThanOrEqual(3))
    expect(ends(dense(240), { atOnce: 2, cores: 2, fleetAtOnce: 2 })).toHaveLength(2)
    expect(ends(dense(240))).toEqual([240])
  })

  it('are not made for less than about 20 s', () => {
    expect(ends(dense(80), { atOnce: 16, cores: 16, fleetAtOnce: 16 })).toHaveLength(4)
    expect(ends(dense(20), { atOnce: 16, cores: 16, fleetAtOnce: 16 })).toEqual([20])
  })

  it('are not made where they cost more than they bring', () => {
    expect(
      ends([{ seen: [[0, 240]] }, { seen: [[0, 240]] }], { atOnce: 4, cores: 4, fleetAtOnce: 4 }),
    ).toEqual([240])
    // Cuts near the keyframe cost little. A fourth chunk would cost more than 15 %.
    const near = ends([{ seen: [[0, 240]], keyframes: [130] }], { atOnce: 4, cores: 4, fleetAtOnce: 4 })
    expect(near).toEqual([80, 155, 240])
  })

  it('never make a chunk longer than 5 minutes where keyframes are dense', () => {
    const longest = Math.max(...lengths(dense(7200), { atOnce: 4, cores: 4, fleetAtOnce: 4 }))
    expect(longest).toBeLessThanOrEqual(300)
    expect(longest).toBeGreaterThan(270)
  })
})

function seconds(most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: most })
}
