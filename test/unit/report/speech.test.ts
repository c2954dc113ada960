import { describe, expect, it } from 'vitest'
import { type Level, whenSpoken } from '../../../src/report/speech.ts'

/** @param pattern a character per 100 ms: `#` speech, `.` a quiet room, `-` digital silence */
const levelsOf = (pattern: string, noiseDb = -70, speechDb = -20): Level[] =>
  [...pattern].map((one, i) => ({
    atMs: i * 100,
    db: one === '#' ? speechDb : one === '.' ? noiseDb : -Infinity,
  }))

const spoken = (levels: readonly Level[], more: Partial<Parameters<typeof whenSpoken>[0]> = {}) =>
  whenSpoken({ levels, offsetMs: 0, within: [{ startMs: 0, endMs: 1e6 }], gridMs: 0, ...more })

describe('when something is heard', () => {
  it('is what stands out from the noise of the room', () => {
    const heard = [
      { startMs: 300, endMs: 500 },
      { startMs: 1200, endMs: 1500 },
    ]
    expect(spoken(levelsOf('...##.......###....'))).toEqual({ heard, heardMs: 500 })
    expect(spoken(levelsOf('...##.......###....', -48))).toEqual({ heard, heardMs: 500 })
    expect(spoken(levelsOf('---##-------###----'))).toEqual({ heard, heardMs: 500 })
  })

  it('goes on through the pauses between words', () => {
    expect(spoken(levelsOf('.##....##.')).heard).toEqual([{ startMs: 100, endMs: 900 }])
    expect(spoken(levelsOf('.##.....##.')).heard).toHaveLength(2)
  })

  it('is nothing in noise alone, and everything in a loud sound that never ends', () => {
    expect(spoken(levelsOf('.'.repeat(50), -45)).heard).toEqual([])
    expect(spoken(levelsOf('.'.repeat(50), -62)).heard).toEqual([])
    expect(spoken(levelsOf('-'.repeat(50))).heard).toEqual([])
    expect(spoken(levelsOf('#'.repeat(50)))).toEqual({ heard: [{ startMs: 0, endMs: 5000 }], heardMs: 5000 })
  })

  it('is told in output time, where the recording is heard, as finely as is asked for', () => {
    const within = [{ startMs: 1050, endMs: 2400 }]
    const levels = levelsOf('##......#.......##')
    expect(spoken(levels, { offsetMs: 1000, within })).toEqual({
      heard: [
        { startMs: 1050, endMs: 1200 },
        { startMs: 1800, endMs: 1900 },
      ],
      heardMs: 250,
    })
    expect(spoken(levels, { offsetMs: 1000, within, gridMs: 700 })).toEqual({
      heard: [{ startMs: 1050, endMs: 1900 }],
      heardMs: 250,
    })
  })

  it('is nothing while a stream is muted', () => {
    const within = [
      { startMs: 0, endMs: 1050 },
      { startMs: 1250, endMs: 2000 },
    ]
    expect(spoken(levelsOf('.....##########.....'), { within })).toEqual({
      heard: [
        { startMs: 500, endMs: 1050 },
        { startMs: 1250, endMs: 1500 },
      ],
      heardMs: 800,
    })
  })
})
