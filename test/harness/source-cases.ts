/** Sources of every kind that the self-test reads back. */
import type { SourceSpec } from './source-spec.ts'

const size = { width: 320, height: 240 }
export const SOURCE_CASES: Readonly<Record<string, SourceSpec>> = {
  'VP8 and Opus, size changes, one keyframe': {
    id: 3,
    container: 'webm',
    durationMs: 3000,
    video: {
      codec: 'vp8',
      size: [
        { fromMs: 0, ...size },
        { fromMs: 1500, width: 180, height: 240 },
      ],
      keyframeEveryMs: 'first',
    },
    audio: { codec: 'opus' },
  },
  'H.264 and AAC, size changes, uneven frames, late sound': {
    id: 5,
    container: 'mp4',
    durationMs: 3000,
    video: {
      codec: 'h264',
      size: [
        { fromMs: 0, width: 320, height: 180 },
        { fromMs: 900, width: 160, height: 120 },
      ],
      timesMs: [0, 33.333, 100, 500, 900, 1000, 1100, 1500, 2000, 2050, 2900],
    },
    audio: { codec: 'aac', startMs: 120, sampleRate: 44100, channels: 2 },
  },
  'VP9, full range, a fast clock, holes and jitter': {
    id: 63,
    container: 'webm',
    durationMs: 3000,
    video: {
      codec: 'vp9',
      size,
      clockErrorPpm: 2000,
      holes: [{ fromMs: 1200, toMs: 1800 }],
      colour: { matrix: 'bt709', range: 'full' },
    },
    audio: {
      codec: 'opus',
      sampleRate: 16000,
      clockErrorPpm: 2000,
      holes: [{ fromMs: 1200, toMs: 1800 }],
      jitterMs: [0, 4, -3],
    },
  },
  'a turned phone with B-frames and late picture': {
    id: 6,
    container: 'mp4',
    durationMs: 3000,
    video: { codec: 'h264', size: { width: 180, height: 320 }, rotation: 90, startMs: 240, bFrames: 2 },
    audio: { codec: 'aac', holes: [{ fromMs: 1300, toMs: 1700 }] },
  },
  'a recorder with its own clock, Vorbis': {
    id: 9,
    container: 'mkv',
    durationMs: 3000,
    fileStartMs: 100_000,
    video: { codec: 'h264', size, fps: 30, startMs: 500 },
    audio: { codec: 'vorbis', startMs: 250 },
  },
  'a fragmented MP4': {
    id: 14,
    container: 'mp4',
    durationMs: 3000,
    movflags: 'frag_keyframe+empty_moov',
    video: { codec: 'h264', size, fps: 15 },
    audio: { codec: 'aac', sampleRate: 32000 },
  },
  AV1: {
    id: 15,
    container: 'webm',
    durationMs: 2000,
    video: { codec: 'av1', size, fps: 15 },
    audio: { codec: 'opus', delayDeclared: false },
  },
}
