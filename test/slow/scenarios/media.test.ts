/** Sound and pictures of every kind that recorders make. */
import { describe } from 'vitest'
import { type Scenario, type ScenarioClip, runScenarios } from '../../harness/scenario.ts'
import type { AudioSpec, SourceSpec, VideoSpec } from '../../harness/sources.ts'
import { APART } from './apart.ts'
import { recoded } from './recoded.ts'

const size = { width: 320, height: 180 }
const CANVAS = { width: 960, height: 540, fps: 25 }
const FOUR_BY_THREE = { width: 240, height: 180 }
const VIDEO: VideoSpec = { codec: 'vp8', size, fps: 20 }

/** Four seconds of some sound with a picture, in a container that can hold it. */
function heard(id: number, container: SourceSpec['container'], audio: AudioSpec): SourceSpec {
  const video: VideoSpec = { ...VIDEO, codec: container === 'mp4' ? 'h264' : 'vp8' }
  return { id, container, durationMs: 4000, video, audio }
}

/** Coded without loss, to be coded again. */
function master(id: number, video: Partial<VideoSpec> = {}): SourceSpec {
  return {
    id,
    container: 'mkv',
    durationMs: 4000,
    video: { codec: 'h264', size, fps: 20, bitrateKbps: 4000, ...video },
    audio: { codec: 'pcm' },
  }
}

/** One stream for each, that join a little apart. */
function room(sources: readonly ScenarioClip['source'][]): ScenarioClip[] {
  return sources.map((source, i) => ({ streamId: `user${i}_1`, startMs: i * 37, source }))
}

/** Three of the four seconds have a burst and a flash each; that at 0 has none before it. */
function all(sources: readonly ScenarioClip['source'][]): Pick<Scenario, 'clips' | 'canvas' | 'expected'> {
  return {
    clips: room(sources),
    canvas: CANVAS,
    expected: { bursts: 3 * sources.length, lips: 3 * sources.length },
  }
}

describe('sound', () => {
  runScenarios([
    {
      name: 'Opus of 48, 24, 16, 12 and 8 kHz, mono and stereo',
      ...all([
        heard(1, 'webm', { codec: 'opus', channels: 2 }),
        heard(2, 'webm', { codec: 'opus', sampleRate: 24000 }),
        heard(3, 'webm', { codec: 'opus', sampleRate: 16000 }),
        heard(4, 'webm', { codec: 'opus', sampleRate: 12000, channels: 2 }),
        heard(5, 'webm', { codec: 'opus', sampleRate: 8000 }),
      ]),
    },
    {
      name: 'AAC of 48, 44.1, 32 and 22.05 kHz, mono and stereo',
      ...all([
        heard(1, 'mp4', { codec: 'aac', channels: 2 }),
        heard(2, 'mp4', { codec: 'aac', sampleRate: 44100 }),
        heard(3, 'mp4', { codec: 'aac', sampleRate: 32000 }),
        heard(4, 'mp4', { codec: 'aac', sampleRate: 22050, channels: 2 }),
      ]),
    },
    {
      name: 'AAC of 24, 16, 12 and 8 kHz',
      ...all([
        heard(1, 'mp4', { codec: 'aac', sampleRate: 24000 }),
        heard(2, 'mp4', { codec: 'aac', sampleRate: 16000, channels: 2 }),
        heard(3, 'mp4', { codec: 'aac', sampleRate: 12000 }),
        heard(4, 'mp4', { codec: 'aac', sampleRate: 8000 }),
      ]),
    },
    {
      name: 'PCM, Vorbis, MP3 and FLAC of several rates',
      ...all([
        heard(1, 'mkv', { codec: 'pcm', channels: 2 }),
        heard(2, 'mkv', { codec: 'pcm', sampleRate: 8000 }),
        heard(3, 'webm', { codec: 'vorbis', sampleRate: 44100, channels: 2 }),
        heard(4, 'webm', { codec: 'vorbis', sampleRate: 16000 }),
        heard(5, 'mkv', { codec: 'mp3', sampleRate: 44100 }),
        heard(6, 'mkv', { codec: 'flac', sampleRate: 32000 }),
      ]),
    },
    {
      name: '5.1: AAC, Opus, PCM',
      ...all([
        () => recoded(master(1), { container: 'mp4', args: ['-c:v', 'copy', '-c:a', 'aac', '-ac', '6'] }),
        () =>
          recoded(master(2), {
            container: 'mkv',
            args: ['-c:v', 'copy', '-c:a', 'libopus', '-ac', '6', '-mapping_family', '1', '-b:a', '256k'],
          }),
        () =>
          recoded(master(3), { container: 'mkv', args: ['-c:v', 'copy', '-c:a', 'pcm_s24le', '-ac', '6'] }),
      ]),
    },
  ])
})

const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20']
const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1500k']
const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '22', '-x265-params', 'log-level=error']
const aac = ['-c:a', 'aac']
const opus = ['-c:a', 'libopus']

function made(
  id: number,
  container: SourceSpec['container'],
  args: readonly string[],
): ScenarioClip['source'] {
  return () => recoded(master(id), { container, args })
}

/** A size no side of which is even: painted at about twice that. */
function odd(
  id: number,
  container: SourceSpec['container'],
  args: readonly string[],
  to = { width: 321, height: 241 },
): ScenarioClip['source'] {
  const from = { width: to.width * 2, height: to.height * 2 }
  const filters = ['-vf', `scale=${to.width}:${to.height}:flags=area,setsar=1`]
  return () => recoded(master(id, { size: from }), { container, args: [...filters, ...args], size: to })
}

function turned(
  id: number,
  upright: { readonly width: number; readonly height: number },
  rotation: 0 | 90 | 180 | 270,
): SourceSpec {
  return {
    ...heard(id, 'mp4', { codec: 'aac' }),
    video: { ...VIDEO, codec: 'h264', size: upright, rotation, bitrateKbps: 1500 },
  }
}

function still(id: number, container: 'webm' | 'mp4'): SourceSpec {
  return {
    id,
    container,
    durationMs: 5000,
    video: { codec: container === 'webm' ? 'vp8' : 'h264', size, timesMs: [0] },
    audio: { codec: container === 'webm' ? 'opus' : 'aac' },
  }
}

function blink(id: number): SourceSpec {
  return { ...heard(id, 'webm', { codec: 'opus' }), durationMs: 40, video: { ...VIDEO, fps: 25 } }
}

describe('pictures', () => {
  runScenarios([
    {
      name: 'VP9, AV1, HEVC, MPEG-4',
      ...all([
        { ...heard(1, 'webm', { codec: 'opus' }), video: { ...VIDEO, codec: 'vp9' } },
        { ...heard(2, 'webm', { codec: 'opus' }), video: { ...VIDEO, codec: 'av1', bitrateKbps: 2000 } },
        made(3, 'mp4', [...x265, ...aac]),
        made(4, 'mp4', ['-c:v', 'mpeg4', '-bf', '2', '-q:v', '3', ...aac]),
      ]),
    },
    {
      name: '10 bits, 4:2:2, 4:4:4',
      ...all([
        made(1, 'mp4', [...x264, '-pix_fmt', 'yuv420p10le', ...aac]),
        made(2, 'mp4', [...x264, '-pix_fmt', 'yuv422p', ...aac]),
        made(3, 'mp4', [...x265, '-pix_fmt', 'yuv422p10le', ...aac]),
        made(4, 'mkv', [...vp9, '-pix_fmt', 'yuv420p10le', ...opus]),
        made(5, 'mkv', [...x264, '-pix_fmt', 'yuv444p', ...opus]),
      ]),
    },
    ...(['contain', 'cover'] as const).map((fit): Scenario => ({
      name: `odd sizes: 321 x 241 and the like (${fit})`,
      fit,
      ...all([
        odd(1, 'mkv', ['-c:v', 'libvpx', '-b:v', '1500k', '-deadline', 'realtime', ...opus]),
        odd(2, 'mkv', [...vp9, ...opus], { width: 353, height: 199 }),
        odd(3, 'mp4', [...x264, '-pix_fmt', 'yuv444p', ...aac]),
        odd(4, 'mp4', ['-c:v', 'mpeg4', '-q:v', '3', ...aac], { width: 319, height: 239 }),
      ]),
      ...(fit === 'cover' && { cfg: APART }),
    })),
    {
      name: 'portrait, and turned by 90, 180 and 270 degrees',
      ...all([
        turned(1, { width: 180, height: 320 }, 0),
        turned(2, { width: 180, height: 320 }, 90),
        turned(3, { width: 320, height: 240 }, 180),
        turned(4, { width: 240, height: 320 }, 270),
      ]),
    },
    {
      name: 'turned by 90 and 270 degrees, stretched',
      fit: 'stretch',
      ...all([turned(5, { width: 180, height: 320 }, 90), turned(6, { width: 320, height: 180 }, 270)]),
    },
    {
      name: 'pixels that are not square',
      ...all([
        {
          ...heard(1, 'webm', { codec: 'opus' }),
          video: { ...VIDEO, size: FOUR_BY_THREE, pixelAspect: [4, 3] },
        },
        {
          ...heard(2, 'mp4', { codec: 'aac' }),
          video: { ...VIDEO, codec: 'h264', size: FOUR_BY_THREE, pixelAspect: [4, 3] },
        },
        {
          ...heard(3, 'mp4', { codec: 'aac' }),
          video: { ...VIDEO, codec: 'h264', size, pixelAspect: [3, 4] },
        },
      ]),
    },
    {
      name: 'a picture of one frame, with and without sound',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: still(1, 'webm') },
        { streamId: 'bob_1', startMs: 600, source: still(2, 'mp4') },
        { streamId: 'carol_2', startMs: 1300, source: still(3, 'webm') },
      ],
      stalls: { rule: 'leave', holdMs: 3000 },
      expected: {
        bursts: 12,
        lips: 0,
        layouts: [
          [0, ['alice_1']],
          [600, ['alice_1', 'bob_1']],
          [1300, ['alice_1', 'bob_1', 'carol_2']],
          [3000, ['bob_1', 'carol_2']],
          [3600, ['carol_2']],
        ],
      },
    },
    {
      name: 'a clip of 40 ms is a whole room',
      clips: [{ streamId: 'alice_1', startMs: 0, source: blink(1) }],
      expected: { bursts: 0, lips: 0, layouts: [[0, ['alice_1']]] },
    },
    {
      name: 'a clip of 40 ms between two of its stream, and one of somebody else, too short for a layout',
      clips: [
        { streamId: 'alice_1', startMs: 0, source: heard(1, 'webm', { codec: 'opus' }) },
        { streamId: 'alice_1', startMs: 4000, source: blink(1) },
        { streamId: 'alice_1', startMs: 4040, source: heard(1, 'webm', { codec: 'opus' }) },
        {
          streamId: 'bob_1',
          startMs: 2010,
          source: { ...blink(20), audio: { codec: 'opus', pitchHz: 5000 } },
        },
      ],
      expected: {
        bursts: 6,
        lips: 6,
        layouts: [[0, ['alice_1']]],
      },
    },
  ])
})
