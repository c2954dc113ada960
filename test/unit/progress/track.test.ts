import { describe, expect, it } from 'vitest'
import { trackPhases } from '../../../src/progress/track.ts'

function open() {
  let at = 0
  const track = trackPhases(() => at)
  return { track, later: (ms: number) => void (at += ms) }
}

describe('phases', () => {
  it('of several that run, the foremost is the current one', () => {
    const { track, later } = open()
    expect(track.current()).toBeUndefined()
    expect(track.update('probe', 0, 3)).toBe(true)
    expect(track.update('fetch', 1, 4)).toBe(true)
    expect(track.update('fetch', 2, 4)).toBe(false)
    expect(track.current()).toMatchObject({ phase: 'fetch', share: 0.5 })
    later(700)
    expect(track.end('fetch')).toBe(700)
    expect(track.end('fetch')).toBeUndefined()
    expect(track.current()).toMatchObject({ phase: 'probe', elapsedMs: 700, share: 0 })
    track.clear()
    expect(track.current()).toBeUndefined()
  })

  it('a share is never more than all, and unknown where nobody knows how much there is', () => {
    const { track } = open()
    track.update('upload', 12, 10)
    expect(track.current()?.share).toBe(1)
    track.update('upload', 12, 0)
    expect(track.current()?.share).toBeUndefined()
  })

  it.each([
    ['encode', { timesRealTime: 0.5 }],
    ['upload', { bytesPerSecond: 500 }],
    ['fetch', { bytesPerSecond: 8000 }],
    ['probe', undefined],
  ] as const)('speed of %s', (phase, speed) => {
    const { track, later } = open()
    track.update(phase, 0, 100_000)
    for (let ms = 100; ms <= 10_000; ms += 100) {
      later(100)
      track.update(phase, ms / 2, 100_000, phase === 'fetch' ? { bytes: ms * 8 } : {})
      track.current()
    }
    const found = track.current()?.speed
    expect(
      found && Object.entries(found).map(([unit, value]) => [unit, Math.round(value * 100) / 100]),
    ).toEqual(speed && Object.entries(speed))
  })

  it('what it is at stays until something else is told, or that it is at nothing', () => {
    const { track } = open()
    const doing = { code: 'doingJoin', params: {} } as const
    track.update('encode', 0, 10, { doing })
    track.update('encode', 1, 10)
    expect(track.current()?.doing).toEqual(doing)
    track.update('encode', 1, 10, { doing: undefined })
    expect(track.current()?.doing).toBeUndefined()
  })
})
