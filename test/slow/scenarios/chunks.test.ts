/** A picture rendered in several chunks, and recordings that are opened more than once. */
import { describe } from 'vitest'
import { runScenarios } from '../../harness/scenario.ts'
import type { SourceSpec } from '../../harness/sources.ts'

/** A camera with many keyframes: a cut costs next to nothing. */
function camera(id: number, durationMs: number, codec: 'vp8' | 'h264' = 'vp8'): SourceSpec {
  return {
    id,
    container: codec === 'vp8' ? 'webm' : 'mp4',
    durationMs,
    video: { codec, size: { width: 320, height: 180 }, fps: 20, keyframeEveryMs: 200 },
    audio: { codec: codec === 'vp8' ? 'opus' : 'aac' },
  }
}

describe('chunks', () => {
  runScenarios([
    {
      name: 'a graph for each layout: no frame is lost or shown twice where they meet',
      conf: { limits: { segmentsPerGraph: 1 } },
      clips: [
        { streamId: 'alice_1', startMs: 0, source: camera(1, 7000) },
        { streamId: 'bob_1', startMs: 1130, source: camera(2, 4400, 'h264') },
        { streamId: 'carol_1', startMs: 2470, source: camera(3, 1900) },
      ],
      expected: {
        bursts: 11,
        lips: 11,
        chunks: 8,
        layouts: [
          [0, ['alice_1']],
          [1130, ['alice_1', 'bob_1']],
          [2470, ['alice_1', 'bob_1', 'carol_1']],
          [4370, ['alice_1', 'bob_1']],
          [5530, ['alice_1']],
        ],
      },
    },
    {
      name: 'two graphs at once, cut in mid layout',
      conf: { limits: { cores: 6, filesPerGraph: 2 } },
      clips: [
        { streamId: 'alice_1', startMs: 0, source: camera(1, 6000) },
        { streamId: 'bob_1', startMs: 500, source: camera(2, 2000, 'h264') },
        { streamId: 'carol_1', startMs: 3000, source: camera(3, 2500) },
      ],
      expected: { bursts: 8, lips: 8, chunks: 2 },
    },
  ])
})
