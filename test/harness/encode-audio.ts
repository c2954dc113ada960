/** Coded sound of a source: samples through the real encoders, timestamps put on afterwards. */
import { type Coded, toFileMs } from './coded.ts'
import { readMatroska } from './matroska.ts'
import { runFfmpeg } from './run-ffmpeg.ts'
import { type AudioSpec, type SourceSpec, pitchOf } from './source-spec.ts'

/** Length of a burst in ms. */
const BURST_MS = 80
/** Bursts keep this far from holes and from the start, in ms. */
const CLEAR_MS = 50

/** Sound, with the file times in ms at which its bursts start: where the packets that hold them say so. */
export interface CodedSound extends Coded {
  readonly burstsMs: readonly number[]
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
