/** Turns a recording's audio clock into filters that place its audio in output time and fill its holes. */
import type { AudioClock } from '../model/room.ts'
import { FOLLOW_MOST, FOLLOW_MS } from '../audio-clock/clock.ts'
import { type Filter, filter } from './node.ts'

/** Limit for resampling drifting audio faster or slower than its own pace, as a share of that pace. */
const MOST_STRETCH = 0.02

/**
 * Filters that turn decoded audio, whose timestamps are output time, into audio without holes.
 * @param sampleRate of the result, in Hz
 * @param first output sample at which the result begins
 * @param fromStart whether the result includes the recording's first packet
 */
export function keepPace(options: {
  clock: AudioClock
  sampleRate: number
  first: number
  fromStart: boolean
}): Filter[] {
  const { clock, sampleRate, first, fromStart } = options
  const jumpSeconds = clock.jumpMs / 1000
  // `first_pts` counts input samples, so a separate filter converts other sample rates first.
  const evenRate = filter('aformat', { sample_rates: sampleRate })
  const resample = (async: number, hardSeconds: number, rate = sampleRate) =>
    filter('aresample', {
      sample_rate: sampleRate,
      async,
      min_hard_comp: decimal(hardSeconds),
      first_pts: Math.round((first * rate) / sampleRate),
    })
  switch (clock.pace) {
    case 'exact':
      return [evenRate, resample(1, jumpSeconds)]
    case 'jittering':
      // Smoothed timestamps jump only at holes; half the jump threshold is well above rounding and below any jump.
      return [evenRate, smooth({ clock, fromStart, scale: 1 }), resample(1, jumpSeconds / 2)]
    case 'wandering': {
      // The rate at which the audio was really sampled; the resampler follows what rounding leaves over.
      const trueRate = Math.round(sampleRate / (1 + clock.driftPpm / 1e6))
      const scale = trueRate / sampleRate
      const stretching = resample(Math.ceil(MOST_STRETCH * sampleRate), jumpSeconds, trueRate)
      return [
        evenRate,
        // `asetrate` keeps the numbers of the timestamps but changes their unit.
        ...(scale === 1 ? [] : [filter('asetrate', { sample_rate: trueRate })]),
        smooth({ clock, fromStart, scale }),
        // Without this flag the resampler reinitialises and loses its time when first asked to stretch.
        { ...stretching, options: { ...stretching.options, flags: '+res' } },
      ]
    }
  }
}

/**
 * Derives timestamps from the sample count: the ffmpeg expression of what `audio-clock/clock.ts` measured with. Kept
 * between frames: 0 the expected next timestamp. Within a frame: 1 its own timestamp, 2 the difference, 3 its new
 * timestamp.
 * @param scale factor for the timestamps
 */
function smooth(options: { clock: AudioClock; fromStart: boolean; scale: number }): Filter {
  const { clock, fromStart, scale } = options
  const ticks = (ms: number) => `${decimal(ms / 1000)}/TB`
  const length = 'S/SR/TB'
  const pull = `clip(ld(2)*S/SR/${decimal(FOLLOW_MS / 1000)},-${FOLLOW_MOST}*${length},${FOLLOW_MOST}*${length})`
  const goOn = clock.pace === 'wandering' ? `ld(0)+${pull}` : 'ld(0)'
  const start = fromStart && clock.firstLateMs !== 0 ? `ld(1)-(${ticks(clock.firstLateMs)})` : 'ld(1)'
  const pace = (1 + clock.driftPpm / 1e6) * scale
  return filter('asetpts', {
    expr: [
      `st(1,PTS${scale === 1 ? '' : `*${decimal(scale)}`})`,
      'st(2,ld(1)-ld(0))',
      `st(3,if(isnan(PREV_INPTS),${start},if(gt(abs(ld(2)),${ticks(clock.jumpMs)}),ld(1),${goOn})))`,
      `st(0,ld(3)+${length}${pace === 1 ? '' : `*${decimal(pace)}`})`,
      'round(ld(3))',
    ].join(';'),
  })
}

/** A number without an exponent, which expressions do not support. */
function decimal(value: number): string {
  return value.toFixed(12).replace(/\.?(?<!0)0+$/, '')
}
