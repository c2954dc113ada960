import { describe, expect, it } from 'vitest'
import { chance } from '../../../scripts/bench/random.mjs'
import { WORKLOAD_NAMES, workloads } from '../../../scripts/bench/workloads.mjs'

const all = workloads()
const named = (name: string) => {
  const found = all.find((workload) => workload.name === name)
  if (!found) throw new Error(name)
  return found
}

describe('the rooms that are measured', () => {
  it('are the same every time', () => {
    expect(workloads()).toEqual(all)
    expect(all.map(({ name }) => name)).toEqual(WORKLOAD_NAMES)
  })

  it.each([
    ['W2', 2, 3],
    ['W4', 4, 5],
    ['W9', 9, 9],
    ['W32', 32, 36],
  ])('%s has %i people and %i recordings', (name, people, recordings) => {
    const [room] = named(name).rooms
    expect(new Set(room?.stays.map(({ user }) => user)).size).toBe(people)
    expect(room?.stays).toHaveLength(recordings)
  })

  it.each([false, true])('change nowhere twice within half a second (quick: %s)', (quick) => {
    for (const { rooms } of workloads({ quick })) {
      for (const { lengthMs, stays } of rooms) {
        const moments = stays.flatMap(({ fromMs, media }) => [
          fromMs,
          fromMs + media.durationMs * (media.repeat ?? 1),
        ])
        const sorted = [...new Set([0, ...moments, lengthMs])].toSorted((a, b) => a - b)
        const gaps = sorted.slice(1).map((ms, i) => ms - (sorted[i] ?? 0))
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(600)
        expect(sorted.at(-1)).toBe(lengthMs)
      }
    }
  })

  it('have keyframes at one to three later points', () => {
    const [room] = named('W32').rooms
    const counts = new Set(room?.stays.map(({ media }) => media.keysMs.length))
    expect([...counts].toSorted()).toEqual([1, 2, 3])
  })

  it('have one in which a visitor makes 97 segments, and one of the same recordings in which nobody sees that', () => {
    const [many, one] = named('segments').rooms
    expect(many?.stays).toEqual(one?.stays)
    expect(many?.stays.filter(({ user }) => user === 'visitor')).toHaveLength(48)
    expect(one?.unseen).toEqual(['visitor'])
  })

  it('have one that changes size 30 times a minute, with as many pixels on average and the same keyframes', () => {
    const [changing, steady] = named('sizes').rooms
    const pieces = [changing, steady].map((room) => room?.stays[0]?.media.pieces)
    const pixels = pieces.map((piece) => {
      const areas = piece?.sizes.map(([width, height]) => width * height) ?? []
      return areas.reduce((sum, area) => sum + area, 0) / areas.length
    })
    expect(pieces.map((piece) => piece?.everyMs)).toEqual([2000, 2000])
    expect((pixels[0] ?? 0) / (pixels[1] ?? 1)).toBeCloseTo(1, 1)
  })

  it('have one of an hour that is the one of five minutes twelve times', () => {
    const [short, long] = named('long').rooms
    expect([short?.lengthMs, long?.lengthMs]).toEqual([300_000, 3_600_000])
    expect(long?.stays.slice(0, 3).map(({ media }) => media.repeat)).toEqual([12, 12, 12])
    expect(long?.stays.slice(3).map(({ fromMs }) => fromMs % 300_000)).toEqual(
      Array<number>(12).fill(short?.stays[3]?.fromMs ?? -1),
    )
  })

  it('are made from numbers that are spread evenly', () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => chance(i, 3))
    const mean = numbers.reduce((sum, one) => sum + one, 0) / 1000
    expect(mean).toBeGreaterThan(0.45)
    expect(mean).toBeLessThan(0.55)
    expect(Math.max(...numbers)).toBeLessThan(1)
  })
})
