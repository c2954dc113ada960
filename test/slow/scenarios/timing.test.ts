/** Frames and sound that come when they like. */
import { describe, expect, it } from 'vitest'
import { makeRoom, runRoom } from '../../harness/room.ts'
import { IS_LONG, runScenarios } from '../../harness/scenario.ts'
import { type SourceSpec, makeSource } from '../../harness/sources.ts'
import { turnedBack } from './turned-back.ts'

const size = { width: 320, height: 180 }
const FPS_30 = { width: 640, height: 360, fps: 30 }

/** From `slowest` to `fastest` frames a second and back, over and over, with a frame at every whole second. */
function variableTimes(options: { untilMs: number; slowest: number; fastest: number }): number[] {
  const { untilMs, slowest, fastest } = options
  const times = new Set<number>()
  for (let ms = 0, i = 0; ms < untilMs; i++) {
    times.add(Math.round(ms))
    const swing = (1 - Math.cos((2 * Math.PI * i) / 40)) / 2
    ms += 1000 / (slowest * (fastest / slowest) ** swing)
  }
  for (let ms = 0; ms < untilMs; ms += 1000) times.add(ms)
  return [...times].toSorted((a, b) => a - b)
}

function variable(
  id: number,
  codec: 'vp8' | 'h264',
  slowest: number,
  fastest: number,
  durationMs = 6000,
): SourceSpec {
  return {
    id,
    container: codec === 'vp8' ? 'webm' : 'mp4',
    durationMs,
    video: {
      codec,
      size,
      // The sound lasts longer: how long a last frame lasts, nobody tells.
      timesMs: variableTimes({ untilMs: durationMs - 700, slowest, fastest }),
      keyframeEveryMs: 'first',
    },
    audio: { codec: codec === 'vp8' ? 'opus' : 'aac' },
  }
}

describe('frames and sound that come when they like', () => {
  runScenarios([
    {
      name: 'two to sixty frames a second, VP8 and H.264',
      canvas: FPS_30,
      clips: [
        { streamId: 'alice_1', startMs: 0, source: variable(1, 'vp8', 2, 60) },
        { streamId: 'bob_1', startMs: 1117, source: variable(2, 'h264', 2, 60) },
      ],
      expected: { bursts: 10, lips: 10 },
    },
    {
      name: 'sixty frames a second into fifteen, and five',
      canvas: { width: 480, height: 270, fps: 15 },
      clips: [
        { streamId: 'alice_1', startMs: 33, source: variable(3, 'vp8', 60, 60) },
        { streamId: 'bob_1', startMs: 1009, source: variable(4, 'h264', 5, 5) },
      ],
      expected: { bursts: 10, lips: 10 },
    },
    {
      name: 'a screen that sends a frame every few seconds keeps its seat',
      clips: [
        {
          streamId: 'alice_2',
          startMs: 600,
          source: {
            id: 1,
            container: 'webm',
            durationMs: 8000,
            video: {
              codec: 'vp8',
              size: { width: 480, height: 270 },
              // The last lasts as long as is usual.
              timesMs: [0, 120, 900, 1000, 4700, 5000, 7600, 7900],
              keyframeEveryMs: 'first',
            },
          },
        },
        {
          streamId: 'bob_1',
          startMs: 0,
          source: jumpless(2, 9000),
        },
        {
          streamId: 'bob_2',
          startMs: 1250,
          source: {
            id: 3,
            container: 'mp4',
            durationMs: 7000,
            video: { codec: 'h264', size, timesMs: [0, 3600, 6900, 6940], keyframeEveryMs: 'first' },
          },
        },
      ],
      stalls: { rule: 'hold', holdMs: 3000 },
      expected: {
        bursts: 8,
        lips: 8,
        layouts: [
          [0, ['bob_1']],
          [600, ['bob_1', 'alice_2']],
          [1250, ['bob_1', 'alice_2', 'bob_2']],
          [8230, ['bob_1', 'alice_2']],
        ],
      },
    },
    {
      name: 'timestamps that jump forwards by two seconds in mid file',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: jumps(1, 'webm') },
        { streamId: 'bob_1', startMs: 540, source: jumps(2, 'mp4') },
      ],
      expected: { bursts: 8, lips: 8 },
    },
    {
      name: 'timestamps that jump backwards in mid file',
      clips: [
        {
          streamId: 'alice_1',
          startMs: 0,
          source: () => turnedBack(jumpless(1, 6000), { atMs: 2350, byMs: 700 }),
        },
      ],
      expected: { bursts: 4, lips: 5 },
    },
    {
      name: 'the first frame comes late, and sound starts and ends before and after the picture',
      canvas: FPS_30,
      clips: [
        { streamId: 'alice_1', startMs: 0, source: shifted(1, { video: [1230, 6000], audio: [0, 6000] }) },
        { streamId: 'bob_1', startMs: 0, source: shifted(2, { video: [0, 6000], audio: [1770, 4600] }) },
        { streamId: 'carol_1', startMs: 210, source: shifted(3, { video: [300, 4000], audio: [0, 6000] }) },
        { streamId: 'dave_1', startMs: 1500, source: shifted(4, { video: [0, 5000], audio: [0, 3000] }) },
      ],
      expected: { bursts: 15, lips: 12 },
    },
    {
      name: 'two minutes of two to sixty frames a second, VP8 and H.264',
      isLong: true,
      canvas: FPS_30,
      clips: [
        { streamId: 'alice_1', startMs: 0, source: variable(1, 'vp8', 2, 60, 120_000) },
        { streamId: 'bob_1', startMs: 1117, source: variable(2, 'h264', 2, 60, 118_000) },
      ],
      expected: { bursts: 236, lips: 236 },
    },
  ])
})

describe.runIf(IS_LONG)('a plan of six hours', () => {
  it.each([
    ['screen', 'alice_2', 1],
    // A camera that sends so rarely leaves after 3 s and comes back, every time but the last.
    ['camera', 'alice_1', 2 * 2160 - 1],
  ])('is made of a %s that sends a frame every ten seconds', async (_, streamId, layouts) => {
    const hours = 6 * 3_600_000
    const source = await makeSource({
      id: 1,
      container: 'webm',
      durationMs: hours,
      video: { codec: 'vp8', size: { width: 64, height: 48 }, fps: 0.1, keyframeEveryMs: 'first' },
    })
    const room = await makeRoom({ clips: [{ streamId, startMs: 0, source }] })
    try {
      const run = await runRoom(room, { args: ['plan'] })
      expect(run.exitCode, run.stderr).toBe(0)
      const last = run.result?.segments.at(-1)
      // The last frame lasts a second at most: the file does not say how long.
      expect(last?.endMs).toBe(hours - 10_000 + 1000)
      expect(run.result?.segments.length).toBe(layouts)
    } finally {
      await room.remove()
    }
  })
})

function jumpless(id: number, durationMs: number): SourceSpec {
  return {
    id,
    container: 'webm',
    durationMs,
    video: { codec: 'vp8', size, fps: 20, keyframeEveryMs: 'first' },
    audio: { codec: 'opus' },
  }
}

function jumps(id: number, container: 'webm' | 'mp4'): SourceSpec {
  const holes = [{ fromMs: 2300, toMs: 4310 }]
  const isWebm = container === 'webm'
  return {
    id,
    container,
    durationMs: 7000,
    video: { codec: isWebm ? 'vp8' : 'h264', size, fps: 20, holes, keyframeEveryMs: 'first' },
    audio: { codec: isWebm ? 'opus' : 'aac', holes },
  }
}

type Span = readonly [startMs: number, endMs: number]

function shifted(id: number, spans: { video: Span; audio: Span }): SourceSpec {
  const [video, audio] = [spans.video, spans.audio].map(([startMs, endMs]) => ({ startMs, endMs }))
  const isWebm = id % 2 === 1
  return {
    id,
    container: isWebm ? 'webm' : 'mp4',
    durationMs: 6000,
    video: { codec: isWebm ? 'vp8' : 'h264', size, fps: 20, ...video },
    audio: { codec: isWebm ? 'opus' : 'aac', ...audio },
  }
}
