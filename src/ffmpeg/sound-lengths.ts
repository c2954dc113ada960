/**
 * Determines the duration of the audio in each packet from its samples.
 *
 * Containers do not tell: Matroska rounds to whole ms, MP4 gives the distance to the next packet (including holes and
 * jitter), and some packets have no duration. But codecs use only a few packet lengths.
 */
import { median } from '../model/quantile.ts'

const OPUS_MS = [2.5, 5, 10, 20, 40, 60, 80, 100, 120]
/** Samples in a packet, by codec. */
const SAMPLES: Readonly<Record<string, readonly number[]>> = {
  aac: [1024, 2048, 960, 1920, 512, 480],
  mp3: [1152, 576],
}
/** Durations in whole ms are coarser than this. */
const COARSE_TICK_MS = 0.5
/** A packet with a duration this many times the usual length includes a hole. */
const TOO_LONG = 3

/**
 * @param tickMs length of the container's time unit in ms
 * @param timesMs file times of the packets in ms
 * @param durationsMs durations in the container, 0 if missing
 * @returns `areRough` if lengths are whole ms of a codec with arbitrary packet lengths
 */
export function soundLengths(options: {
  codec: string
  sampleRate: number
  tickMs: number
  timesMs: Float64Array
  durationsMs: Float64Array
}): { lengthsMs: Float64Array; areRough: boolean } {
  const { codec, sampleRate, tickMs, timesMs, durationsMs } = options
  const told = durationsMs.filter((ms) => ms > 0)
  const usual = median(
    told.length > 0 ? told : timesMs.subarray(1).map((ms, i) => Math.abs(ms - (timesMs[i] ?? ms))),
  )
  const known =
    codec === 'opus' ? OPUS_MS : (SAMPLES[codec] ?? []).map((samples) => (samples * 1000) / sampleRate)
  if (known.length > 0 && usual > 0) {
    // Matroska's durations come from the Opus packets themselves, which may change length in mid-file.
    const each = codec === 'opus' && tickMs > COARSE_TICK_MS
    const length = nearest(known, usual)
    const lengthsMs = durationsMs.map((ms) => (each && ms > 0 ? nearest(known, ms) : length))
    return { lengthsMs, areRough: false }
  }
  const lengthsMs = durationsMs.map((ms) => (ms > 0 && ms <= TOO_LONG * usual ? ms : usual))
  return { lengthsMs, areRough: tickMs > COARSE_TICK_MS }
}

/**
 * When an audio track's last packet ends, in ms of file time. A packet's duration may include a pause after it, but at
 * most `TOO_LONG` times its own length is accepted.
 */
export function claimedEnd(packets: {
  timesMs: Float64Array
  durationsMs: Float64Array
  lengthsMs: Float64Array
}): number {
  const { timesMs, durationsMs, lengthsMs } = packets
  return timesMs.reduce((endMs, ms, i) => {
    const [said = 0, length = 0] = [durationsMs[i], lengthsMs[i]]
    return Math.max(endMs, ms + (said > 0 && said <= TOO_LONG * length ? said : length))
  }, -Infinity)
}

function nearest(known: readonly number[], ms: number): number {
  const far = (one: number) => Math.abs(Math.log(one / ms))
  return known.reduce((best, one) => (far(one) < far(best) ? one : best))
}
