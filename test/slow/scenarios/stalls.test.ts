/** A camera that stops sending while its sound goes on. */
import { describe } from 'vitest'
import { type Scenario, runScenarios } from '../../harness/scenario.ts'
import type { SourceSpec } from '../../harness/sources.ts'

const size = { width: 320, height: 180 }

/** Sends no picture in its holes; nothing tells but the timestamps. */
function stalling(id: number, holes: readonly (readonly [number, number])[], durationMs = 8000): SourceSpec {
  const isWebm = id % 2 === 1
  return {
    id,
    container: isWebm ? 'webm' : 'mp4',
    durationMs,
    video: {
      codec: isWebm ? 'vp8' : 'h264',
      size,
      fps: 20,
      keyframeEveryMs: 'first',
      holes: holes.map(([fromMs, toMs]) => ({ fromMs, toMs })),
    },
    audio: { codec: isWebm ? 'opus' : 'aac' },
  }
}

/** The last frame before a hole that begins at 1600 was sent at 1550. */
const clips = [
  { streamId: 'alice_1', startMs: 0, source: stalling(1, [[1600, 6010]]) },
  { streamId: 'bob_1', startMs: 330, source: stalling(2, [], 7600) },
]

describe('a camera that stops sending', () => {
  runScenarios([
    {
      name: 'is held for three seconds, leaves, and comes back to its seat',
      clips,
      stalls: { rule: 'leave', holdMs: 3000 },
      expected: {
        bursts: 14,
        lips: 9,
        layouts: [
          [0, ['alice_1', 'bob_1']],
          [4550, ['bob_1']],
          [6050, ['alice_1', 'bob_1']],
        ],
      },
    },
    {
      name: 'is held for as long as layout.holdMs says',
      clips,
      conf: { layout: { holdMs: 1200 } },
      stalls: { rule: 'leave', holdMs: 1200 },
      expected: {
        bursts: 14,
        lips: 9,
        layouts: [
          [0, ['alice_1', 'bob_1']],
          [2750, ['bob_1']],
          [6050, ['alice_1', 'bob_1']],
        ],
      },
    },
    {
      name: 'is not missed while it pauses for less than that',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: stalling(1, [[1600, 4400]], 6000) },
        {
          streamId: 'bob_1',
          startMs: 330,
          source: stalling(
            2,
            [
              [500, 2200],
              [2800, 5200],
            ],
            5600,
          ),
        },
      ],
      expected: { bursts: 10, lips: 2, layouts: [[0, ['alice_1', 'bob_1']]] },
    },
    ...(['hold', 'background'] as const).map((rule): Scenario => ({
      name: `keeps its seat with layout.whenStalled "${rule}"`,
      clips,
      conf: { layout: { whenStalled: rule, holdMs: 1500 } },
      stalls: { rule, holdMs: 1500 },
      expected: { bursts: 14, lips: rule === 'hold' ? 10 : 9, layouts: [[0, ['alice_1', 'bob_1']]] },
    })),
    {
      name: 'both at once: the room is empty until one sends again, and the sound goes on',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: stalling(1, [[1000, 5010]]) },
        { streamId: 'bob_1', startMs: 200, source: stalling(2, [[1500, 9000]], 7500) },
      ],
      conf: { layout: { holdMs: 1000 } },
      stalls: { rule: 'leave', holdMs: 1000 },
      expected: {
        bursts: 14,
        lips: 3,
        layouts: [
          [0, ['alice_1', 'bob_1']],
          [1950, ['bob_1']],
          [2650, []],
          [5050, ['alice_1']],
        ],
      },
    },
    {
      name: 'two minutes, and a camera that stops every quarter of one',
      isLong: true,
      clips: [
        {
          streamId: 'alice_1',
          startMs: 0,
          source: stalling(
            1,
            Array.from({ length: 8 }, (_, i) => [i * 15_000 + 4600, i * 15_000 + 11_010] as const),
            120_000,
          ),
        },
        { streamId: 'bob_1', startMs: 330, source: stalling(2, [], 119_000) },
      ],
      stalls: { rule: 'leave', holdMs: 3000 },
      expected: { bursts: 237, lips: 181 },
    },
  ])
})
