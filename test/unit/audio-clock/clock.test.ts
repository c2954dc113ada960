import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AudioPackets, measureClock } from '../../../src/audio-clock/clock.ts'

interface Story {
  readonly lengthMs: number
  readonly packetMs?: number
  /** What the timestamps gain on the sound, in millionths. */
  readonly ppm?: number
  /** Sound without packets, in ms of sound. */
  readonly holes?: readonly { readonly fromMs: number; readonly lengthMs: number }[]
  /** How much later packet number i is stamped, in ms. */
  readonly lateMs?: (i: number) => number
  /** Unit of timestamps in ms; 0 leaves them as they are. */
  readonly tickMs?: number
}

/** The packets of a recording, as a WebM has them. */
function packets(story: Story): AudioPackets {
  const { lengthMs, packetMs = 20, ppm = 0, holes = [], lateMs = () => 0, tickMs = 1 } = story
  const starts = Array.from({ length: Math.floor(lengthMs / packetMs) }, (_, i) => i * packetMs)
  const kept = starts.filter(
    (ms) => !holes.some((hole) => ms >= hole.fromMs && ms < hole.fromMs + hole.lengthMs),
  )
  let last = -Infinity
  const timesMs = kept.map((ms, i) => {
    const exact = ms * (1 + ppm / 1e6) + lateMs(i)
    // No muxer writes timestamps that go back.
    last = Math.max(last, tickMs > 0 ? Math.round(exact / tickMs) * tickMs : exact)
    return last
  })
  return { timesMs: Float64Array.from(timesMs), lengthsMs: new Float64Array(timesMs.length).fill(packetMs) }
}

function every(periodMs: number, lengthMs: number, count: number) {
  return Array.from({ length: count }, (_, i) => ({ fromMs: (i + 1) * periodMs, lengthMs }))
}

/** Even numbers from 0 to 1 that only the seed decides. */
function chance(seed: number): (i: number) => number {
  return (i) => {
    const x = Math.sin(seed * 12.9898 + i * 78.233) * 43758.5453
    return x - Math.floor(x)
  }
}

/** What a browser's recorder does: most packets in time, some late by up to 27 ms, the next ones in time again. */
const BROWSER = [0, 0, 0, 0, 4, 0, 8, 24, 0, 0, 27, 0, 0, 12, 0, 0, 5, 0, 0, 0, 7, 0, 13, 0, 8, 2, 0, 0, 0, 0]
const browser = (i: number) => BROWSER[i % BROWSER.length] ?? 0

/** What is certain to 1 in 10 000 would fail some day: the same cases every time. */
const RUNS = { numRuns: 200, seed: 20261122 }

describe('a clock that keeps time', () => {
  it.each([
    ['Opus', 20],
    ['Opus of short packets', 2.5],
    ['AAC at 48 kHz', 1024 / 48],
    ['AAC at 44.1 kHz', 1024 / 44.1],
    ['long packets', 120],
  ])('is exact in whole ms: %s', (_, packetMs) => {
    expect(measureClock(packets({ lengthMs: 60_000, packetMs }))).toMatchObject({
      pace: 'exact',
      driftPpm: 0,
      holes: 0,
      holesMs: 0,
      firstLateMs: 0,
      longHoles: [],
    })
  })

  it('has holes where packets are missing, however short and many', () => {
    const clock = measureClock(packets({ lengthMs: 60_000, holes: every(600, 20, 90) }))
    expect(clock).toMatchObject({ pace: 'exact', driftPpm: 0, holes: 90, holesMs: 1800 })
    expect(clock.jumpMs).toBeLessThan(20)
  })

  it('has a hole each second, which is not a clock that is off', () => {
    const holes = every(1000, 20, 58)
    expect(measureClock(packets({ lengthMs: 60_000, holes }))).toMatchObject({
      pace: 'exact',
      driftPpm: 0,
      holes: 58,
    })
  })

  it('has the holes of silence that is not sent: two packets every 400 ms', () => {
    const holes = every(400, 360, 140)
    expect(measureClock(packets({ lengthMs: 60_000, holes }))).toMatchObject({
      pace: 'exact',
      driftPpm: 0,
      holes: 140,
      holesMs: 140 * 360,
    })
  })

  it('tells of the holes that are too long for memory', () => {
    const holes = [
      { fromMs: 10_000, lengthMs: 30_000 },
      { fromMs: 50_000, lengthMs: 100_000 },
    ]
    expect(measureClock(packets({ lengthMs: 200_000, holes }))).toMatchObject({
      holes: 2,
      longHoles: [{ fromMs: 50_000, toMs: 150_000 }],
    })
  })

  it('has no more long holes than a graph can bear, and then the longest', () => {
    const holes = Array.from({ length: 40 }, (_, i) => ({
      fromMs: i * 200_000 + 1000,
      lengthMs: 70_000 + i * 1000,
    }))
    const { longHoles } = measureClock(packets({ lengthMs: 8_100_000, packetMs: 60, holes }))
    expect(longHoles).toHaveLength(24)
    expect(Math.min(...longHoles.map(({ fromMs, toMs }) => toMs - fromMs))).toBeGreaterThan(85_000)
    expect(longHoles.map(({ fromMs }) => fromMs)).toEqual(
      longHoles.map(({ fromMs }) => fromMs).toSorted((a, b) => a - b),
    )
  })
})

describe('timestamps of arrival', () => {
  it('are jitter, not holes', () => {
    const clock = measureClock(packets({ lengthMs: 8000, packetMs: 60, lateMs: browser }))
    expect(clock).toMatchObject({ pace: 'jittering', driftPpm: 0, holes: 0, holesMs: 0 })
    expect(clock.jumpMs).toBeGreaterThan(27)
    expect(clock.jitterMs).toBeGreaterThan(20)
    expect(clock.jitterMs).toBeLessThan(28)
  })

  it('do not hide holes', () => {
    const clock = measureClock(
      packets({ lengthMs: 60_000, packetMs: 60, lateMs: browser, holes: every(9000, 240, 6) }),
    )
    expect(clock.holes).toBe(6)
    expect(Math.abs(clock.holesMs - 6 * 240)).toBeLessThan(6 * 28)
  })

  it('may be late for as long as the network stalls', () => {
    const stall = (i: number) => Math.max(0, i * 20 >= 20_000 ? 900 - (i * 20 - 20_000) * 0.98 : 0)
    const clock = measureClock(packets({ lengthMs: 60_000, lateMs: stall }))
    expect(clock).toMatchObject({ pace: 'jittering', driftPpm: 0, holes: 0 })
    expect(clock.jumpMs).toBeGreaterThan(900)
  })

  it('are judged by the others where the first is the late one', () => {
    const clock = measureClock(packets({ lengthMs: 20_000, lateMs: (i) => (i === 0 ? 15 : 0) }))
    expect(clock).toMatchObject({ pace: 'jittering', holes: 0, firstLateMs: 15 })
  })

  it('never look like drift', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }),
          lengthMs: fc.integer({ min: 5000, max: 180_000 }),
          packetMs: fc.constantFrom(10, 20, 1024 / 48, 60),
          mostMs: fc.integer({ min: 0, max: 60 }),
          kind: fc.constantFrom('even', 'rare', 'browser'),
        }),
        ({ seed, lengthMs, packetMs, mostMs, kind }) => {
          const random = chance(seed)
          const lateMs = {
            even: (i: number) => random(i) * mostMs,
            rare: (i: number) => (random(i) > 0.9 ? random(i + 0.5) * mostMs : 0),
            browser,
          }[kind]
          expect(measureClock(packets({ lengthMs, packetMs, lateMs })).driftPpm).toBe(0)
        },
      ),
      RUNS,
    )
  })
})

describe('a clock that is off', () => {
  it('by 0.5 %, with holes of 3 s, is measured to the last ppm', () => {
    const holes = every(15_000, 3000, 3)
    const clock = measureClock(packets({ lengthMs: 60_000, ppm: 5000, holes }))
    expect(clock).toMatchObject({ pace: 'wandering', holes: 3 })
    expect(Math.abs(clock.driftPpm - 5000)).toBeLessThan(10)
    expect(Math.abs(clock.holesMs - 9045)).toBeLessThan(3)
  })

  it('is measured behind the jitter of a browser', () => {
    const clock = measureClock(
      packets({ lengthMs: 60_000, packetMs: 60, ppm: -5000, lateMs: browser, holes: every(15_000, 3000, 3) }),
    )
    expect(Math.abs(clock.driftPpm + 5000)).toBeLessThan(100)
    expect(clock.holes).toBe(3)
  })

  it('is measured behind jitter that lasts for several packets', () => {
    const late = [0, 0, 0, 0, 8, 24, 10, 0, 0, 0, 0, 27, 12, 0, 0, 12, 0, 0, 0, 5, 0, 0, 0, 0, 7, 0, 13, 0]
    const clock = measureClock(
      packets({
        lengthMs: 60_000,
        ppm: 5000,
        lateMs: (i) => late[i % 28] ?? 0,
        holes: every(15_000, 3000, 3),
      }),
    )
    expect(Math.abs(clock.driftPpm - 5000)).toBeLessThan(50)
    expect(clock.holes).toBe(3)
  })

  it('is within 5 % of the truth when it is told', () => {
    let told = 0
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }),
          lengthMs: fc.integer({ min: 5000, max: 300_000 }),
          packetMs: fc.constantFrom(20, 1024 / 44.1, 60),
          ppm: fc.integer({ min: 20, max: 10_000 }),
          slow: fc.boolean(),
          mostMs: fc.integer({ min: 0, max: 18 }),
          holes: fc.integer({ min: 0, max: 6 }),
          holeMs: fc.integer({ min: 100, max: 3000 }),
        }),
        ({ seed, lengthMs, packetMs, ppm, slow, mostMs, holes, holeMs }) => {
          const random = chance(seed)
          const truth = slow ? ppm : -ppm
          const { driftPpm } = measureClock(
            packets({
              lengthMs,
              packetMs,
              ppm: truth,
              lateMs: (i) => random(i) * mostMs,
              holes: every(lengthMs / (holes + 1), holeMs, holes),
            }),
          )
          if (driftPpm === 0) return
          told++
          expect(Math.abs(driftPpm / truth - 1)).toBeLessThan(0.05)
        },
      ),
      RUNS,
    )
    expect(told).toBeGreaterThan(60)
  })

  it('by too little to be sure of is followed all the same', () => {
    expect(measureClock(packets({ lengthMs: 60_000, ppm: 150 }))).toMatchObject({
      pace: 'wandering',
      driftPpm: 0,
      holes: 0,
    })
  })

  it('cannot be told from lengths that are rounded', () => {
    const { timesMs, lengthsMs } = packets({
      lengthMs: 60_000,
      packetMs: 1024 / 48,
      holes: every(15_000, 3000, 3),
    })
    const rounded = { timesMs, lengthsMs: lengthsMs.map((ms) => Math.floor(ms)), areRough: true }
    expect(measureClock(rounded)).toMatchObject({ pace: 'wandering', driftPpm: 0, holes: 3, firstLateMs: 0 })
  })
})

describe('whatever the packets say', () => {
  it('all of it is finite', () => {
    const wild = fc.double({ min: -1e12, max: 1e12, noNaN: true })
    const tame = fc.double({ min: 0, max: 3000, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.oneof(wild, tame),
            fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1000, noNaN: true })),
          ),
          {
            minLength: 1,
            maxLength: 60,
          },
        ),
        fc.boolean(),
        (list, areRough) => {
          const { longHoles, pace, ...numbers } = measureClock({
            timesMs: Float64Array.from(list, ([ms]) => ms),
            lengthsMs: Float64Array.from(list, ([, ms]) => ms),
            areRough,
          })
          expect(['exact', 'jittering', 'wandering']).toContain(pace)
          for (const value of Object.values(numbers)) expect(Number.isFinite(value)).toBe(true)
          for (const { fromMs, toMs } of longHoles) expect(toMs).toBeGreaterThan(fromMs)
          expect(numbers.jumpMs).toBeGreaterThan(0)
        },
      ),
    )
  })
})
