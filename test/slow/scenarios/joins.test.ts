/** People who come, go and come back. */
import { describe } from 'vitest'
import { runScenarios } from '../../harness/scenario.ts'
import type { SourceSpec } from '../../harness/sources.ts'

/** A camera of one person. */
function webm(id: number, durationMs: number): SourceSpec {
  return {
    id,
    container: 'webm',
    durationMs,
    video: { codec: 'vp8', size: { width: 320, height: 180 }, fps: 20, keyframeEveryMs: 'first' },
    audio: { codec: 'opus' },
  }
}

function mp4(id: number, durationMs: number): SourceSpec {
  return {
    id,
    container: 'mp4',
    durationMs,
    video: { codec: 'h264', size: { width: 320, height: 240 }, fps: 24, keyframeEveryMs: 'first' },
    audio: { codec: 'aac' },
  }
}

describe('joins, leaves, rejoins', () => {
  runScenarios([
    {
      // Layouts of less than half a second are merged into their neighbours.
      name: 'three clips of one stream, with holes between them, beside one who stays',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: webm(1, 1800) },
        { streamId: 'bob_1', startMs: 700, source: mp4(2, 6300) },
        { streamId: 'alice_1', startMs: 2700, source: webm(1, 1500) },
        { streamId: 'alice_1', startMs: 5213, source: webm(1, 1400) },
      ],
      expected: {
        bursts: 9,
        lips: 9,
        layouts: [
          [0, ['alice_1']],
          [700, ['alice_1', 'bob_1']],
          [1800, ['bob_1']],
          [2700, ['alice_1', 'bob_1']],
          [4200, ['bob_1']],
          [5213, ['alice_1', 'bob_1']],
        ],
      },
    },
    {
      name: 'clips of one stream that overlap by a second: the later takes over, in the same seat',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: webm(1, 3400) },
        { streamId: 'bob_1', startMs: 250, source: mp4(2, 6900) },
        { streamId: 'alice_1', startMs: 2410, source: mp4(1, 2600) },
        { streamId: 'alice_1', startMs: 4030, source: webm(1, 3100) },
      ],
      expected: {
        bursts: 12,
        lips: 13,
        layouts: [[0, ['alice_1', 'bob_1']]],
      },
    },
    {
      name: 'a short clip inside a long one, which goes on behind it',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: mp4(1, 6000) },
        { streamId: 'alice_1', startMs: 2300, source: webm(1, 1400) },
      ],
      expected: { bursts: 5, lips: 6, layouts: [[0, ['alice_1']]] },
    },
    {
      name: 'clips that start before the room, one of them ending before it',
      clips: [
        { streamId: 'alice_1', startMs: -1630, source: webm(1, 4000) },
        { streamId: 'bob_1', startMs: -2500, source: mp4(2, 5300) },
        { streamId: 'carol_1', startMs: -3000, source: webm(3, 2000) },
        { streamId: 'carol_1', startMs: 1210, source: mp4(3, 3000) },
      ],
      expected: {
        bursts: 7,
        lips: 7,
        layouts: [
          [0, ['bob_1', 'alice_1']],
          [1210, ['carol_1', 'bob_1', 'alice_1']],
          [2833, ['carol_1']],
        ],
      },
    },
    {
      name: 'a room that begins with nobody, and is empty for a stretch',
      clips: [
        { streamId: 'alice_1', startMs: 1510, source: webm(1, 1700) },
        { streamId: 'bob_1', startMs: 4333, source: mp4(2, 2200) },
        { streamId: 'alice_1', startMs: 4980, source: webm(1, 2000) },
      ],
      canvas: { width: 480, height: 270, fps: 30 },
      expected: {
        bursts: 4,
        lips: 4,
        layouts: [
          [0, []],
          [1510, ['alice_1']],
          [3210, []],
          [4333, ['bob_1']],
          [4980, ['alice_1', 'bob_1']],
        ],
      },
    },
    {
      name: 'recorders that keep clocks of their own',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: { ...webm(1, 2500), fileStartMs: 1_000_000 } },
        { streamId: 'bob_1', startMs: 1260, source: { ...webm(2, 3000), fileStartMs: 7_654_321 } },
        { streamId: 'alice_1', startMs: 3490, source: { ...webm(1, 2500), fileStartMs: 1_003_500 } },
      ],
      expected: {
        bursts: 6,
        lips: 6,
        warnings: ['recorderOwnClock', 'recorderOwnClock', 'recorderOwnClock'],
      },
    },
    {
      name: 'two minutes of coming and going',
      isLong: true,
      canvas: { width: 640, height: 360, fps: 30 },
      clips: [
        { streamId: 'alice_1', startMs: 0, source: webm(1, 120_000) },
        ...[3010, 17_400, 31_550, 48_700, 70_020, 88_880, 104_300].map((startMs, i) => ({
          streamId: 'bob_1',
          startMs,
          // The third and the fifth overlap with those behind them by a second.
          source: mp4(2, [9000, 8000, 18_150, 15_000, 19_860, 9000, 7000][i] ?? 0),
        })),
        ...[9700, 40_100, 60_600, 95_010].map((startMs) => ({
          streamId: 'carol_1',
          startMs,
          source: webm(3, 14_000),
        })),
      ],
      expected: { bursts: 249, lips: 250 },
    },
  ])
})
