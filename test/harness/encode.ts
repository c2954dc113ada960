/** Coded packets of a source: raw frames and samples through the real encoders, timestamps put on afterwards. */
import { type Packet, type Track, readMatroska } from './matroska.ts'
import { OWN_MARKS, paintMarks } from './marks.ts'
import { type Picture, pictureBytes, pictureOf, turned } from './picture.ts'
import { runFfmpeg } from './run-ffmpeg.ts'
import {
  type AudioSpec,
  type SourceSpec,
  type VideoSpec,
  frameTimes,
  pitchOf,
  sizeAt,
} from './source-spec.ts'

/** Frames are coded on this grid; it only orders them. */
const GRID_FPS = 25
/** Length of a burst in ms. */
const BURST_MS = 80
/** Bursts keep this far from holes and from the start, in ms. */
const CLEAR_MS = 50

export interface Coded {
  readonly track: Track
  readonly packets: readonly Packet[]
}

/** Sound, with the file times in ms at which its bursts start: where the packets that hold them say so. */
export interface CodedSound extends Coded {
  readonly burstsMs: readonly number[]
}

/** Source time to file time, both in ms. */
export function toFileMs(
  sourceMs: number,
  spec: SourceSpec,
  { clockErrorPpm = 0 }: { clockErrorPpm?: number },
): number {
  return sourceMs * (1 + clockErrorPpm / 1e6) + (spec.fileStartMs ?? 0)
}

/** The picture's packets. Each size is encoded on its own; all begin with a keyframe that carries its headers. */
export async function encodeVideo(spec: SourceSpec, video: VideoSpec): Promise<Coded> {
  const pieces: { width: number; height: number; timesMs: number[] }[] = []
  for (const ms of frameTimes(spec, video)) {
    const { width, height } = sizeAt(video, ms)
    const last = pieces.at(-1)
    if (last?.width === width && last.height === height) last.timesMs.push(ms)
    else pieces.push({ width, height, timesMs: [ms] })
  }
  const coded: Coded[] = []
  for (const piece of pieces) coded.push(await encodePiece({ spec, video, ...piece }))
  const [first] = coded
  if (!first) throw new Error('a picture without frames')
  return { track: first.track, packets: coded.flatMap(({ packets }) => packets) }
}

async function encodePiece(options: {
  spec: SourceSpec
  video: VideoSpec
  width: number
  height: number
  timesMs: readonly number[]
}): Promise<Coded> {
  const { spec, video, timesMs } = options
  const {
    rotation = 0,
    colour = { matrix: 'bt601', range: 'limited' },
    pixelAspect,
    keyframeEveryMs = 2000,
  } = video
  const upright = { width: options.width, height: options.height }
  const isTurned = rotation === 90 || rotation === 270
  const [width, height] = isTurned ? [upright.height, upright.width] : [upright.width, upright.height]
  function* frames(): Generator<Uint8Array> {
    for (const sourceMs of timesMs) {
      const bytes = new Uint8Array(pictureBytes(upright.width, upright.height))
      const picture = pictureOf(bytes, upright.width, upright.height)
      paintMarks(picture, { id: spec.id, sourceMs, design: OWN_MARKS, code: colour })
      yield* rotation === 0 ? [bytes] : planes(turned(picture, 4 - rotation / 90))
    }
  }
  const keys = timesMs.flatMap((ms, i) => {
    if (keyframeEveryMs === 'first' || i === 0) return []
    return Math.floor(ms / keyframeEveryMs) > Math.floor((timesMs[i - 1] ?? 0) / keyframeEveryMs) ? [i] : []
  })
  const { stdout } = await runFfmpeg(
    [
      ...[
        '-loglevel',
        'error',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'yuv420p',
        '-color_range',
        colour.range === 'full' ? 'pc' : 'tv',
      ],
      ...['-video_size', `${width}x${height}`, '-framerate', String(GRID_FPS), '-i', 'pipe:0'],
      ...['-fps_mode', 'passthrough', '-threads', '1', '-g', '99999', ...videoEncoder(video)],
      ...(keys.length > 0 ? ['-force_key_frames', keys.map((i) => (i / GRID_FPS).toFixed(2)).join(',')] : []),
      ...(pixelAspect ? ['-aspect', `${width * pixelAspect[0]}:${height * pixelAspect[1]}`] : []),
      ...(colour.tagged === false ? [] : colourOptions(colour)),
      ...['-f', 'matroska', 'pipe:1'],
    ],
    { input: frames() },
  )
  const { track, packets } = readMatroska(stdout)
  if (packets.length !== timesMs.length)
    throw new Error(`${timesMs.length} frames became ${packets.length} packets`)
  return {
    track: {
      ...track,
      video: {
        width,
        height,
        ...(colour.tagged !== false && video.colour && { colour }),
        ...(pixelAspect && {
          display: { width: Math.round((width * pixelAspect[0]) / pixelAspect[1]), height },
        }),
      },
    },
    packets: packets.map((packet) => ({
      ...packet,
      timeMs: toFileMs(timesMs[Math.round((packet.timeMs * GRID_FPS) / 1000)] ?? NaN, spec, video),
    })),
  }
}

function planes({ y, u, v }: Picture): Uint8Array[] {
  return [y, u, v]
}

function videoEncoder({ codec, bFrames = 0, bitrateKbps }: VideoSpec): string[] {
  const rate = (kbps: number) => ['-b:v', `${bitrateKbps ?? kbps}k`]
  switch (codec) {
    case 'vp8':
      return [
        '-c:v',
        'libvpx',
        '-deadline',
        'realtime',
        '-cpu-used',
        '8',
        '-auto-alt-ref',
        '0',
        '-lag-in-frames',
        '0',
        ...rate(600),
      ]
    case 'vp9':
      return [
        ...[
          '-c:v',
          'libvpx-vp9',
          '-deadline',
          'realtime',
          '-cpu-used',
          '8',
          '-auto-alt-ref',
          '0',
          '-lag-in-frames',
          '0',
        ],
        ...rate(600),
      ]
    case 'h264':
      // Headers in band: a change of size is understood by whoever reads on.
      return [
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-bf', String(bFrames), '-sc_threshold', '0'],
        ...['-x264-params', 'repeat-headers=1', ...(bitrateKbps ? rate(bitrateKbps) : ['-crf', '23'])],
      ]
    case 'av1':
      return [
        '-c:v',
        'libaom-av1',
        '-usage',
        'realtime',
        '-cpu-used',
        '8',
        '-lag-in-frames',
        '0',
        ...rate(600),
      ]
  }
}

function colourOptions({
  matrix,
  range,
}: {
  matrix: 'bt601' | 'bt709'
  range: 'limited' | 'full'
}): string[] {
  const name = matrix === 'bt709' ? 'bt709' : 'smpte170m'
  return [
    ...['-colorspace', name, '-color_primaries', name, '-color_trc', name],
    ...['-color_range', range === 'full' ? 'pc' : 'tv'],
  ]
}

/** The sound's packets. */
export async function encodeAudio(spec: SourceSpec, audio: AudioSpec): Promise<CodedSound> {
  const {
    sampleRate = 48000,
    channels = 1,
    startMs = 0,
    holes = [],
    jitterMs = [],
    delayDeclared = audio.codec !== 'vorbis',
  } = audio
  const { stdout } = await runFfmpeg(
    [
      ...[
        '-loglevel',
        'error',
        '-f',
        'f32le',
        '-ar',
        String(sampleRate),
        '-ac',
        String(channels),
        '-i',
        'pipe:0',
      ],
      ...[...audioEncoder(audio), '-f', 'matroska', 'pipe:1'],
    ],
    { input: [new Uint8Array(samplesOf(spec, audio).buffer)] },
  )
  const { track, packets } = readMatroska(stdout)
  const { packetMs, delayMs } = pacing(audio)
  const kept = packets
    .map((packet, i) => {
      // Whole packets from the first sample that is heard; ffmpeg's own stamps are rounded to ms.
      const sourceMs = startMs - delayMs + (packetMs === undefined ? packet.timeMs : i * packetMs)
      const lateMs = jitterMs[i % Math.max(1, jitterMs.length)] ?? 0
      // An undeclared delay is heard as a little silence in front.
      return {
        ...packet,
        sourceMs,
        timeMs: toFileMs(sourceMs + (delayDeclared ? 0 : delayMs), spec, audio) + lateMs,
      }
    })
    .filter(({ sourceMs }) => !holes.some((hole) => sourceMs >= hole.fromMs && sourceMs < hole.toMs))
  const burstsMs = burstTimes(spec, audio).flatMap((ms) => {
    const packet = kept.findLast(({ sourceMs }) => sourceMs <= ms)
    return packet ? [packet.timeMs + ms - packet.sourceMs] : []
  })
  return {
    track: {
      codecId: track.codecId,
      ...(track.codecPrivate && { codecPrivate: track.codecPrivate }),
      ...(delayDeclared && { codecDelayNs: Math.round(delayMs * 1e6) }),
      audio: { sampleRate, channels, ...(audio.codec === 'pcm' && { bitDepth: 16 }) },
    },
    packets: kept.map(({ timeMs, isKey, data }) => ({ timeMs, isKey, data })),
    burstsMs,
  }
}

/** Length of a packet (undefined where it varies) and the coder's delay, in ms. */
export function pacing({ codec, sampleRate = 48000 }: AudioSpec): {
  packetMs: number | undefined
  delayMs: number
} {
  const ms = (samples: number) => (samples * 1000) / sampleRate
  switch (codec) {
    case 'opus':
      // Not as ffmpeg declares it: at other rates than 48000 it counts in the wrong samples.
      return { packetMs: 20, delayMs: 6.5 }
    case 'aac':
      return { packetMs: ms(1024), delayMs: ms(1024) }
    case 'mp3':
      return { packetMs: ms(1152), delayMs: ms(1105) }
    case 'vorbis':
      // A decoder makes nothing of the first packet, which ffmpeg counts all the same.
      return { packetMs: undefined, delayMs: ms(128) }
    case 'flac':
    case 'pcm':
      return { packetMs: undefined, delayMs: 0 }
  }
}

function audioEncoder({ codec, bitrateKbps = 64 }: AudioSpec): string[] {
  const rate = ['-b:a', `${bitrateKbps}k`]
  switch (codec) {
    case 'opus':
      return ['-c:a', 'libopus', '-frame_duration', '20', ...rate]
    case 'aac':
      return ['-c:a', 'aac', ...rate]
    case 'vorbis':
      return ['-c:a', 'libvorbis', ...rate]
    case 'mp3':
      return ['-c:a', 'libmp3lame', ...rate]
    case 'flac':
      return ['-c:a', 'flac']
    case 'pcm':
      return ['-c:a', 'pcm_s16le']
  }
}

/** Source times in ms of the bursts: those that no start, end or hole of the sound would damage. */
function burstTimes(
  spec: SourceSpec,
  { startMs = 0, endMs = spec.durationMs, holes = [] }: AudioSpec,
): number[] {
  const seconds = Array.from({ length: Math.floor(spec.durationMs / 1000) + 1 }, (_, second) => second * 1000)
  return seconds.filter(
    (ms) =>
      ms >= startMs + CLEAR_MS &&
      ms + BURST_MS <= endMs &&
      !holes.some((hole) => ms + BURST_MS + CLEAR_MS > hole.fromMs && ms < hole.toMs + CLEAR_MS),
  )
}

/** Interleaved samples: silence, and from every whole second on a burst of the source's pitch. */
function samplesOf(spec: SourceSpec, audio: AudioSpec): Float32Array {
  const { sampleRate = 48000, channels = 1, startMs = 0, endMs = spec.durationMs, gain = 0.3 } = audio
  const { pitchHz = pitchOf(spec.id) } = audio
  const count = Math.round(((endMs - startMs) * sampleRate) / 1000)
  const out = new Float32Array(count * channels)
  for (const burstMs of burstTimes(spec, audio)) {
    const start = Math.round((burstMs - startMs) * (sampleRate / 1000))
    const length = Math.round((BURST_MS * sampleRate) / 1000)
    for (let i = 0; i < length && start + i < count; i++) {
      out.fill(
        gain * Math.sin((2 * Math.PI * pitchHz * i) / sampleRate),
        (start + i) * channels,
        (start + i + 1) * channels,
      )
    }
  }
  return out
}
