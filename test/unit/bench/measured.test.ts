import { describe, expect, it } from 'vitest'
import { parsePackets } from '../../../scripts/bench/inspect.mjs'
import { TINY_BYTES, judgeBoundary, overallDifference } from '../../../scripts/bench/pictures.mjs'
import { parseBusy, parseRollup, parseStat, parseTimes, together } from '../../../scripts/bench/proc.mjs'
import { sideBySide } from '../../../scripts/bench/shell.mjs'
import { median, pairedRatios, spread } from '../../../scripts/bench/statistics.mjs'

describe('what Linux tells of processes', () => {
  it('is read past names with brackets and blanks', () => {
    const text = `42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 30 20 20 0 8 0 99 123456 777 18446744073709551615`
    expect(parseStat(text)).toEqual({ ownMs: 3000, childrenMs: 500, pages: 777 })
  })

  it('counts what processes of one program share once', () => {
    const text = 'Shared_Clean: 20 kB\nShared_Dirty: 1 kB\nPrivate_Clean: 3 kB\nPrivate_Dirty: 100 kB\n'
    expect(parseRollup(text)).toEqual({ own: 103 * 1024, shared: 21 * 1024 })
    const process = (program: string, own: number, shared: number) => ({ program, own, shared })
    expect(together([process('ffmpeg', 100, 20), process('ffmpeg', 50, 21), process('node', 60, 30)])).toBe(
      261,
    )
  })

  it('is the children that the shell waited for', () => {
    expect(parseTimes('0m0.010000s 0m0.020000s\n1m2.500000s 0m0.250000s\n')).toBe(62_750)
    expect(parseTimes('0m0.010s 0m0.020s\n0m0.001s 0m0.002s\n')).toBe(3)
    expect(() => parseTimes('nothing')).toThrow('times')
  })

  it('leaves idle and waiting cores out of the busy ones', () => {
    expect(parseBusy('cpu  100 20 30 9999 8888 1 2 3 0 0\ncpu0 …')).toBe(1560)
  })
})

describe('what is in a finished file', () => {
  const text = (pts: number[]) =>
    [
      '#tb 0: 1/30000',
      '#media_type 0: video',
      '#tb 1: 1/48000',
      '#media_type 1: audio',
      ...pts.map((one) => `0, 0, ${one}, 1000, 500, 0x1`),
      '1, 47000, 47000, 1024, 300, 0x2',
    ].join('\n')

  it('is counted, whatever order its frames are stored in', () => {
    expect(parsePackets(text([0, 3000, 1000, 2000]))).toEqual({
      frames: 4,
      isSteady: true,
      soundMs: expect.closeTo(1000.5, 1) as number,
    })
  })

  it('is not steady when a frame is late, missing, or the first not at 0', () => {
    expect(parsePackets(text([0, 1000, 2001])).isSteady).toBe(false)
    expect(parsePackets(text([0, 1000, 3000])).isSteady).toBe(false)
    expect(parsePackets(text([1000, 2000])).isSteady).toBe(false)
  })
})

describe('a boundary', () => {
  const grey = (level: number) => new Uint8Array(TINY_BYTES).fill(level)
  const right = { before: grey(50), after: grey(90) }

  it('is exact where the pictures on both sides are the right ones', () => {
    expect(judgeBoundary({ before: grey(53), after: grey(88) }, right)).toBe('exact')
  })

  it('is off where one of them is a frame early or late', () => {
    expect(judgeBoundary({ before: grey(50), after: grey(52) }, right)).toBe('off')
    expect(judgeBoundary({ before: grey(89), after: grey(90) }, right)).toBe('off')
  })

  it('cannot be told where nothing is to be seen of it', () => {
    expect(judgeBoundary(right, { before: grey(50), after: grey(51) })).toBe('untold')
  })

  it('is no part of how far all pictures are off', () => {
    expect(overallDifference(grey(50), grey(53))).toBe(3)
  })
})

describe('figures', () => {
  it('are medians with the least and the most', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(spread([3, null, 1])).toEqual({ median: 2, least: 1, most: 3, count: 2 })
    expect(spread([null, undefined])).toBeNull()
  })

  it('of ratios are taken turn by turn', () => {
    expect(pairedRatios([10, 40, 9], [10, 20, 10])).toEqual({ median: 1, least: 0.9, most: 2, count: 3 })
    expect(pairedRatios([10], [])).toBeNull()
  })
})

describe('rows of commands', () => {
  it('run side by side, and each is waited for', () => {
    expect(sideBySide([['a', 'b'], [], ['c']])).toEqual([
      '(set -e; a; b) & row0=$!',
      '(set -e; c) & row1=$!',
      'wait $row0',
      'wait $row1',
    ])
  })
})
