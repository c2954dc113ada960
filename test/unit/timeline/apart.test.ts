import { describe, expect, it } from 'vitest'
import { type Placed, apartMs, judgeApart } from '../../../src/timeline/apart.ts'

const HOUR = 3_600_000
const steady = (count: number, stepMs: number, fromMs = 0) =>
  Array.from({ length: count }, (_, i) => fromMs + i * stepMs)

/** Tracks as a recorder writes them: side by side by the time at which they were recorded, in pieces of a length. */
function recorded(options: { pictureMs: number[]; soundMs: number[]; pieceMs: number; lateMs: number }) {
  const { pictureMs, soundMs, pieceMs, lateMs } = options
  const place = (ms: number, track: number) =>
    Math.floor(ms / pieceMs) * pieceMs * 10 + track + (ms % pieceMs) / 1e3
  const picture: Placed = { timesMs: pictureMs, positions: pictureMs.map((ms) => place(ms, 0)) }
  const sound: Placed = {
    timesMs: soundMs.map((ms) => ms + lateMs),
    positions: soundMs.map((ms) => place(ms, pieceMs > 1 ? 1 : 0.5)),
  }
  return [picture, sound] as const
}

describe('tracks whose times have nothing to do with each other are placed by where they lie in the file', () => {
  const pictureMs = steady(100, 67)
  const soundMs = steady(300, 20, 400)
  it.each([
    ['packet by packet, sound late', 1, 5 * HOUR],
    ['packet by packet, sound early', 1, -5 * HOUR],
    ['in fragments of a second', 1000, 5 * HOUR],
  ])('%s', (_, pieceMs, lateMs) => {
    const [picture, sound] = recorded({ pictureMs, soundMs, pieceMs, lateMs })
    const found = judgeApart(picture, sound)
    expect(Math.abs(Number(found) - lateMs)).toBeLessThan(25)
  })

  it('not where pieces side by side do not agree', () => {
    const jumping = soundMs.map((ms, i) => ms + Math.floor(i / 30) * 30_000)
    const [picture, sound] = recorded({ pictureMs, soundMs: jumping, pieceMs: 1, lateMs: 0 })
    const placed = recorded({ pictureMs, soundMs, pieceMs: 1, lateMs: 0 })[1].positions
    const late = { timesMs: Array.from(sound.timesMs, (ms) => ms + 5 * HOUR), positions: placed }
    expect(judgeApart(picture, late)).toBe('unknown')
  })
})

describe('one track behind the other in the file too', () => {
  const before: Placed = { timesMs: steady(100, 67), positions: steady(100, 1) }
  const after = (lateMs: number, at: number): Placed => ({
    timesMs: steady(100, 20, lateMs),
    positions: steady(100, 1, at),
  })
  it.each([
    ['is believed', 2 * HOUR, 1000, 'true'],
    ['is not where the later one lies first', -2 * HOUR, 1000, 'unknown'],
    ['is not over half a day', 12 * HOUR, 1000, 'unknown'],
  ])('%s', (_, lateMs, at, verdict) => {
    expect(judgeApart(before, after(lateMs, at))).toBe(verdict)
  })
})

it('tracks that overlap, or follow one another soon, are not asked about', () => {
  expect(apartMs(steady(100, 67), steady(300, 20, 5000))).toBeUndefined()
  expect(apartMs(steady(100, 67), steady(300, 20, 60_000))).toBeUndefined()
  expect(apartMs(steady(100, 67), steady(300, 20, 70_000))).toBe(70_000 - 99 * 67)
  expect(apartMs(steady(300, 20, 70_000), steady(100, 67))).toBe(99 * 67 - 70_000)
  expect(apartMs([], [])).toBeUndefined()
})
