/** Sound out of files, measured by spectrum. */
import { ffmpeg } from './frames.ts'

export const RATE = 48000

/** The whole sound of a file, its left channel, -1 to 1. (ffmpeg's own mix to mono would change the level.) */
export async function readSound(path: string): Promise<Float32Array> {
  const raw = await ffmpeg([
    '-i',
    path,
    '-vn',
    '-af',
    'pan=mono|c0=c0',
    '-ar',
    String(RATE),
    '-f',
    'f32le',
    'pipe:1',
  ])
  return new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4)
}

/** Amplitude of one pitch in a stretch of sound (Goertzel over a Hann window): a sine of amplitude a gives a. */
export function amplitudeAt(
  sound: Float32Array,
  options: { hz: number; fromMs: number; lengthMs: number },
): number {
  const start = Math.round((options.fromMs * RATE) / 1000)
  const length = Math.round((options.lengthMs * RATE) / 1000)
  const step = (2 * Math.PI * options.hz) / RATE
  let re = 0
  let im = 0
  let weight = 0
  for (let i = 0; i < length; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1))
    const value = (sound[start + i] ?? 0) * window
    re += value * Math.cos(step * i)
    im += value * Math.sin(step * i)
    weight += window
  }
  return (2 * Math.hypot(re, im)) / weight
}

/** Greatest absolute sample of a stretch. */
export function peak(sound: Float32Array, fromMs = 0, lengthMs = Infinity): number {
  const start = Math.round((fromMs * RATE) / 1000)
  const end = Math.min(sound.length, start + (lengthMs * RATE) / 1000)
  let most = 0
  for (let i = start; i < end; i++) most = Math.max(most, Math.abs(sound[i] ?? 0))
  return most
}
