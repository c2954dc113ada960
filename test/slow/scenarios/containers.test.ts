/** Files as recorders leave them: unfinished, in pieces, cut off. */
import { describe } from 'vitest'
import { type Scenario, type ScenarioClip, runScenarios } from '../../harness/scenario.ts'
import type { SourceSpec } from '../../harness/sources.ts'
import { type Cut, cutWebm } from './cut.ts'
import { recoded } from './recoded.ts'

const size = { width: 320, height: 180 }
const CANVAS = { width: 960, height: 540, fps: 25 }

function webm(id: number, durationMs = 4000): SourceSpec {
  return {
    id,
    container: 'webm',
    durationMs,
    video: { codec: 'vp8', size, fps: 20, keyframeEveryMs: 'first' },
    audio: { codec: 'opus' },
  }
}

function mp4(id: number, more: Partial<SourceSpec> = {}): SourceSpec {
  return {
    id,
    container: 'mp4',
    durationMs: 4000,
    video: { codec: 'h264', size, fps: 20 },
    audio: { codec: 'aac' },
    ...more,
  }
}

function room(sources: readonly ScenarioClip['source'][]): ScenarioClip[] {
  return sources.map((source, i) => ({ streamId: `user${i}_1`, startMs: i * 43, source }))
}

/**
 * H.264 and AAC cut by an edit list: what lies before `fromMs` is in the file and not shown. A whole frame: ffmpeg
 * begins with the next whole one otherwise, as if the edit list had said so.
 */
function edited(id: number, fromMs: number): ScenarioClip['source'] {
  return () =>
    recoded(
      mp4(id, { durationMs: 5000, video: { codec: 'h264', size, fps: 20, keyframeEveryMs: 'first' } }),
      {
        container: 'mp4',
        fromMs,
        args: ['-c', 'copy'],
        shiftMs: -fromMs,
      },
    )
}

/** Everybody's recorder was killed at another moment. */
function killed(options: {
  spec: (id: number) => SourceSpec
  cuts: readonly Cut[]
  expected: Scenario['expected']
}): Omit<Scenario, 'name'> {
  const { spec, cuts, expected } = options
  return {
    canvas: CANVAS,
    clips: room(cuts.map((cut, i) => () => cutWebm(spec(i + 1), cut))),
    // Every frame is looked at, of however short a layout.
    conf: { layout: { minSegmentMs: 0 } },
    expected,
  }
}

const h264InMkv = (id: number): SourceSpec => ({
  ...webm(id),
  container: 'mkv',
  video: { codec: 'h264', size, fps: 20, keyframeEveryMs: 1000 },
  audio: { codec: 'opus', channels: 2 },
})

describe('containers', () => {
  runScenarios([
    {
      name: 'WebM without duration and cues, and with; MP4 in fragments, with its moov at the end, and in front',
      canvas: CANVAS,
      clips: room([
        webm(1),
        { ...webm(2), finish: 'tidy' },
        mp4(3, { movflags: 'frag_keyframe+empty_moov' }),
        mp4(4, {
          movflags: 'frag_keyframe+delay_moov+default_base_moof',
          video: { codec: 'h264', size, fps: 20, keyframeEveryMs: 500 },
        }),
        mp4(5),
        mp4(6, { movflags: 'faststart' }),
      ]),
      expected: { bursts: 18, lips: 18 },
    },
    {
      name: 'edit lists: late picture, late sound, B-frames, and a beginning that is cut away',
      canvas: CANVAS,
      clips: room([
        mp4(1, { video: { codec: 'h264', size, fps: 20, startMs: 750 } }),
        mp4(2, { audio: { codec: 'aac', startMs: 620 } }),
        mp4(3, { video: { codec: 'h264', size, fps: 20, bFrames: 3, keyframeEveryMs: 'first' } }),
        edited(4, 1150),
        edited(5, 400),
      ]),
      expected: { bursts: 16, lips: 16 },
    },
    {
      name: 'VP8 and Opus cut anywhere',
      ...killed({
        spec: webm,
        cuts: [
          { share: 0.97 },
          { share: 0.55 },
          { track: 'video', block: 47, keptShare: 0.02 },
          { track: 'video', block: 61, keptShare: 0.5 },
          { track: 'video', block: 70, keptShare: 0.98 },
          { track: 'audio', block: 130, keptShare: 0.5 },
        ],
        expected: { bursts: 14, lips: 14 },
      }),
    },
    {
      name: 'H.264 and Opus cut anywhere',
      ...killed({
        spec: h264InMkv,
        cuts: [
          { share: 0.9 },
          { share: 0.6 },
          { track: 'video', block: 40, keptShare: 0.5 },
          { track: 'video', block: 51, keptShare: 0.97 },
          { track: 'audio', block: 155, keptShare: 0.1 },
        ],
        expected: { bursts: 11, lips: 11 },
      }),
    },
    {
      name: 'cut so early that one frame is left, a few, or no picture but sound',
      ...killed({
        spec: lateCamera,
        cuts: [
          { track: 'video', block: 1, keptShare: 0.5 },
          { track: 'video', block: 5, keptShare: 0.9 },
          { track: 'video', block: 0, keptShare: 0.5 },
          { share: 1 },
        ],
        expected: { bursts: 6, lips: 2 },
      }),
    },
  ])
})

/** A camera that is switched on after the microphone. */
function lateCamera(id: number): SourceSpec {
  const { video, ...spec } = webm(id)
  return { ...spec, ...(video && { video: { ...video, startMs: 1200 } }) }
}
