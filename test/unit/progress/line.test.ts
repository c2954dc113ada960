import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Message, inLanguage } from '../../../src/messages/index.ts'
import { barLine, plainLine } from '../../../src/progress/line.ts'
import { PHASES } from '../../../src/model/status.ts'
import type { PhaseState } from '../../../src/progress/track.ts'
import { textWidth } from '../../../src/text/width.ts'

const RENDER: Message = { code: 'doingRender', params: { chunks: [3], of: 12, sound: true } }

const state = (changes: Partial<PhaseState> = {}): PhaseState => ({
  phase: 'encode',
  elapsedMs: 20_000,
  share: 0.354,
  speed: { timesRealTime: 4.12 },
  leftMs: 130_000,
  doing: RENDER,
  ...changes,
})

describe('with a bar', () => {
  it('leaves out what matters less', () => {
    expect([120, 80, 66, 40, 20, 9, 5].map((columns) => barLine(state(), columns))).toMatchInlineSnapshot(`
      [
        "encoding [########................] 35 %, 4.1x, 2 min 10 s left, chunk 3 of 12, sound",
        "encoding [###.......] 35 %, 4.1x, 2 min 10 s left, chunk 3 of 12, sound",
        "encoding [########................] 35 %, 4.1x, 2 min 10 s left",
        "encoding 35 %, 4.1x, 2 min 10 s left",
        "encoding 35 %",
        "encoding",
        "en...",
      ]
    `)
  })

  it('never wider than asked, in any language, whatever a file is called', () => {
    const anyState = fc.record({
      phase: fc.constantFrom(...PHASES),
      elapsedMs: fc.nat(1e8),
      share: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      speed: fc.constantFrom(undefined, { timesRealTime: 12.34 }, { bytesPerSecond: 3_200_000 }),
      leftMs: fc.option(fc.nat(1e8), { nil: undefined }),
      doing: fc.option(
        fc
          .string({ unit: 'grapheme' })
          .map((name): Message => ({ code: 'doingFiles', params: { name, others: 2 } })),
        { nil: undefined },
      ),
    })
    for (const language of ['en', 'zh'] as const) {
      fc.assert(
        fc.property(anyState, fc.integer({ min: 1, max: 200 }), (any, columns) => {
          const line = inLanguage(language, () => barLine(any, columns))
          expect(textWidth(line)).toBeLessThanOrEqual(columns)
          expect(line).not.toMatch(/\p{Cc}|undefined|NaN/u)
        }),
      )
    }
  })
})

describe('in words', () => {
  it.each<[Partial<PhaseState>, string]>([
    [{}, 'encoding: 35 %, 4.1 times real time, 2 min 10 s left, chunk 3 of 12, sound'],
    [
      { doing: { code: 'doingJoin', params: {} }, leftMs: 200 },
      'encoding: 35 %, 4.1 times real time, 1 s left, joining picture and sound',
    ],
    [{ doing: undefined, speed: undefined, leftMs: undefined }, 'encoding: 35 %'],
    [
      {
        phase: 'fetch',
        speed: { bytesPerSecond: 3_210_000 },
        doing: { code: 'doingFiles', params: { name: 'a\x1b[2J.webm', others: 0 } },
      },
      'fetching: 35 %, 3.2 MB/s, 2 min 10 s left, a\\u001b[2J.webm',
    ],
    [
      { phase: 'check', share: undefined, speed: undefined, leftMs: undefined, doing: undefined },
      'checking: 20 s so far',
    ],
    [
      {
        phase: 'check',
        share: undefined,
        speed: undefined,
        leftMs: undefined,
        doing: undefined,
        elapsedMs: 10,
      },
      'checking: continues',
    ],
  ])('%j', (changes, line) => {
    expect(plainLine(state(changes))).toBe(line)
  })
})
