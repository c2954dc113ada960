import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge, retimed } from '../../../src/timeline/retime.ts'
import { rejoin } from '../../../src/timeline/rejoin.ts'

const HOUR = 3_600_000
/** A wrapped 32-bit clock of pictures, in ms. */
const WRAP_MS = 2 ** 32 / 90

function steady(count: number, stepMs = 20, fromMs = 0): number[] {
  return Array.from({ length: count }, (_, i) => fromMs + i * stepMs)
}

/** What comes out of a track some of whose packets got other times. */
function mended(timesMs: readonly number[]): number[] {
  return [...retimed(Float64Array.from(timesMs), strayIn(timesMs))].map((ms) => Math.round(ms))
}

const strayIn = (timesMs: readonly number[]) => judge(timesMs).stray

function changed(timesMs: readonly number[], changes: Readonly<Record<number, number>>): number[] {
  return timesMs.map((ms, i) => changes[i] ?? ms)
}

describe('packets far from those around them are put between their neighbours', () => {
  const times = steady(200)
  it.each<[string, Record<number, number>]>([
    ['one far ahead', { 100: WRAP_MS }],
    ['one far back', { 150: -WRAP_MS }],
    ['one back at the beginning of the recording', { 199: 0, 198: 0, 197: 0 }],
    ['a run', Object.fromEntries(steady(12).map((ms, i) => [80 + i, WRAP_MS + ms]))],
    ['a run of different ones', { 50: WRAP_MS, 51: -50_000, 52: 3 * WRAP_MS }],
    ['several', { 20: WRAP_MS, 90: 60_000, 140: -60_000, 150: 6000 }],
    ['a fragment of them', Object.fromEntries(steady(60).map((ms, i) => [100 + i, WRAP_MS + ms]))],
    ['the first', { 0: WRAP_MS }],
    ['the first, far back', { 0: -WRAP_MS }],
    ['the last', { 199: WRAP_MS }],
    ['one that cannot be told', { 100: Infinity }],
    ['the first, which cannot be told', { 0: Infinity }],
  ])('%s', (_, changes) => {
    const long = steady(1200)
    const given = changed(Object.keys(changes).some((i) => Number(i) > 190) ? [...times] : long, changes)
    expect(mended(given)).toEqual(given.length === 200 ? times : long)
  })
})

describe('what a recording really does is believed', () => {
  it('whatever pauses it makes, as long as its timestamps only grow', () => {
    const step = fc.oneof(
      { weight: 60, arbitrary: fc.integer({ min: 5, max: 60 }) },
      { weight: 1, arbitrary: fc.integer({ min: 100, max: 8000 }) },
    )
    const growing = fc.array(step, { maxLength: 2000 }).map((steps) => {
      let ms = 0
      return steps.map((one) => (ms += one))
    })
    fc.assert(
      fc.property(growing, (times) => {
        expect(judge(times)).toEqual({ stray: [], restarts: [] })
      }),
    )
  })

  it.each<[string, number[]]>([
    ['a pause', [...steady(100), ...steady(100, 20, HOUR)]],
    ['a clock that jumps and stays', [...steady(100), ...steady(100, 20, WRAP_MS)]],
    ['a clock that jumps back and stays', [...steady(1200), ...steady(1200)]],
    ['a clock that jumps back twice', [...steady(500), ...steady(250), ...steady(500)]],
    ['talk between pauses', [0, 1, 2, 3].flatMap((n) => steady(600, 20, n * 15_000))],
    ['one picture after a long pause', [...steady(100), HOUR]],
    ['few pictures, far apart', steady(100, 60_000)],
    ['pauses all the time', steady(100, 15_000)],
    ['pictures in coding order', [0, 100, 33, 66, 200, 133, 166, 300, 233, 266]],
    ['pictures in coding order, seconds apart', [0, 12_000, 4000, 8000, 24_000, 16_000, 20_000, 36_000]],
    ['a pause among pictures in coding order', [0, 100, 33, 66, 60_100, 133, 166, 60_200, 60_133, 60_166]],
    ['packets out of order by a second', changed(steady(100), { 50: 1800, 60: 0 })],
    ['nothing', []],
    ['no timestamps', [NaN, NaN]],
    ['nothing that can be told', [Infinity, Infinity, Infinity]],
  ])('%s', (_, times) => {
    expect(strayIn(times)).toEqual([])
  })

  it('whatever the pauses of a clock that never goes back', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5 * HOUR }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(steps, (list) => {
        let ms = 0
        expect(strayIn(list.map((step) => (ms += step)))).toEqual([])
      }),
    )
  })
})

it('a single wrong timestamp is found wherever it is and whatever it says', () => {
  const far = fc.oneof(fc.integer({ min: 30_000, max: 1e12 }), fc.integer({ min: -1e12, max: -20_000 }))
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 380 }), far, (at, ms) => {
      const times = steady(400)
      expect(mended(changed(times, { [at]: ms }))).toEqual(times)
    }),
  )
})

it('packets without a timestamp keep their place', () => {
  const times = changed(steady(100), { 30: NaN, 50: WRAP_MS })
  expect(strayIn(times)).toEqual([{ first: 50, count: 1, atMs: 1000, stepMs: 20 }])
})

it('times that are all right are not copied', () => {
  const times = Float64Array.from(steady(100))
  expect(retimed(times, judge(times).stray)).toBe(times)
})

describe('a clock that starts again', () => {
  const parts = (...lists: readonly (readonly number[])[]) => {
    const tracks = lists.map((list) => ({ timesMs: Float64Array.from(list), ...judge(list) }))
    return rejoin(tracks).map((runs, i) =>
      [...retimed(Float64Array.from(lists[i] ?? []), runs)].map((ms) => Math.round(ms)),
    )
  }

  it('goes on where it was, sound and picture together', () => {
    const video = [...steady(100, 50, 300), ...steady(50, 50, 100)]
    const audio = [...steady(260), ...steady(130)]
    // The sound lasts to 5200 ms, the picture to 5300 ms.
    expect(parts(video, audio)).toEqual([
      [...steady(100, 50, 300), ...steady(50, 50, 5400)],
      [...steady(260), ...steady(130, 20, 5300)],
    ])
  })

  it('does so as often as it starts again, stray packets or not', () => {
    const times = changed([...steady(200), ...steady(250), ...steady(300)], { 100: WRAP_MS, 300: WRAP_MS })
    expect(parts(times)).toEqual([steady(750)])
  })

  it('of one track alone goes on where that was', () => {
    const audio = steady(400)
    expect(parts([...steady(100, 40), ...steady(100, 40)], audio)).toEqual([steady(200, 40), audio])
  })
})
