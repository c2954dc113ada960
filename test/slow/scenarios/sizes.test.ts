/** Pictures that change size and aspect in mid file. */
import { describe } from 'vitest'
import { type Scenario, runScenarios } from '../../harness/scenario.ts'
import type { Fit } from '../../harness/tile-shapes.ts'
import type { SizeFrom, SourceSpec } from '../../harness/sources.ts'
import { APART } from './apart.ts'

const SHAPES = [
  [320, 180],
  [240, 320],
  [160, 120],
  [480, 270],
  [180, 320],
  [320, 320],
  [240, 136],
  [96, 160],
] as const

/** Their marks can still be read once they are cropped to 16:9. */
const LANDSCAPES = [
  [320, 180],
  [320, 226],
  [160, 112],
  [480, 270],
  [288, 160],
  [240, 136],
  [300, 164],
] as const

/** Another size every `everyMs`, from the `from`th shape on. */
function sizes(options: { durationMs: number; everyMs: number; from: number; fit: Fit }): SizeFrom[] {
  const { durationMs, everyMs, from, fit } = options
  const shapes = fit === 'cover' ? LANDSCAPES : SHAPES
  return Array.from({ length: Math.ceil(durationMs / everyMs) }, (_, i) => {
    const [width, height] = shapes[(i + from) % shapes.length] ?? shapes[0]
    return { fromMs: i * everyMs, width, height }
  })
}

function vp8(id: number, durationMs: number, everyMs = 2000, fit: Fit = 'contain'): SourceSpec {
  return {
    id,
    container: 'webm',
    durationMs,
    video: {
      codec: 'vp8',
      size: sizes({ durationMs, everyMs, from: id, fit }),
      fps: 20,
      keyframeEveryMs: 'first',
    },
    audio: { codec: 'opus' },
  }
}

function h264(id: number, durationMs: number, everyMs = 2000, fit: Fit = 'contain'): SourceSpec {
  const { video, ...spec } = vp8(id, durationMs, everyMs, fit)
  return {
    ...spec,
    container: 'mp4',
    ...(video && { video: { ...video, codec: 'h264' } }),
    audio: { codec: 'aac' },
  }
}

const FITS = ['contain', 'cover', 'stretch'] as const

describe('pictures that change size in mid file', () => {
  runScenarios([
    ...FITS.flatMap((fit): Scenario[] => [
      {
        name: `VP8, another size every second (${fit})`,
        fit,
        isCropped: fit === 'cover',
        canvas: { width: 640, height: 360, fps: 30 },
        clips: [{ streamId: 'alice_1', startMs: 120, source: vp8(1, 6000, 1000) }],
        expected: { bursts: 5, lips: 5 },
      },
      {
        name: `H.264, another size every second (${fit})`,
        fit,
        isCropped: fit === 'cover',
        clips: [{ streamId: 'alice_1', startMs: 70, source: h264(2, 6000, 1000) }],
        expected: { bursts: 5, lips: 5 },
      },
    ]),
    ...([90, 180] as const).map((rotation): Scenario => {
      const { video, ...spec } = h264(3, 3000, 1000)
      return {
        name: `a phone that is turned by ${rotation} degrees, another size every second`,
        clips: [
          {
            streamId: 'alice_1',
            startMs: 70,
            source: { ...spec, ...(video && { video: { ...video, rotation } }) },
          },
        ],
        expected: { bursts: 2, lips: 2 },
      }
    }),
    {
      // One that fills the canvas goes through no filter that leaves behind what it says of itself.
      name: 'a phone that is upside down fills the canvas',
      clips: [
        {
          streamId: 'alice_1',
          startMs: 0,
          source: {
            id: 4,
            container: 'mp4',
            durationMs: 2000,
            video: { codec: 'h264', size: { width: 320, height: 180 }, fps: 20, rotation: 180 },
          },
        },
      ],
      expected: { bursts: 0, lips: 0 },
    },
    ...(['contain', 'cover'] as const).map((fit): Scenario => ({
      name: `three at once, thirty changes a minute each (${fit})`,
      fit,
      canvas: { width: 960, height: 540, fps: 25 },
      ...(fit === 'cover' && { cfg: APART }),
      clips: [
        { streamId: 'alice_1', startMs: 0, source: vp8(1, 6000, 2000, fit) },
        { streamId: 'bob_1', startMs: 1310, source: h264(4, 6000, 2000, fit) },
        { streamId: 'carol_1', startMs: 640, source: vp8(6, 5000, 2000, fit) },
      ],
      expected: { bursts: 14, lips: 14 },
    })),
    {
      name: 'a size that lasts one frame, and one that comes with a rejoin',
      clips: [
        {
          streamId: 'alice_1',
          startMs: 0,
          source: {
            ...vp8(1, 3000),
            video: {
              codec: 'vp8',
              size: [
                { fromMs: 0, width: 320, height: 180 },
                { fromMs: 1400, width: 120, height: 240 },
                { fromMs: 1450, width: 160, height: 120 },
                { fromMs: 1500, width: 320, height: 180 },
              ],
              fps: 20,
            },
          },
        },
        { streamId: 'alice_1', startMs: 3100, source: h264(1, 3000, 700) },
      ],
      expected: { bursts: 4, lips: 4 },
    },
    {
      name: 'a minute: three at once, thirty changes a minute each',
      isLong: true,
      canvas: { width: 960, height: 540, fps: 25 },
      clips: [
        { streamId: 'alice_1', startMs: 0, source: vp8(1, 60_000) },
        { streamId: 'bob_1', startMs: 1310, source: h264(4, 58_000) },
        { streamId: 'carol_1', startMs: 640, source: vp8(6, 59_000) },
      ],
      expected: { bursts: 174, lips: 174 },
    },
  ])
})
