/** A recording's audio clock -> the filters that put its sound where it belongs in output time, holes filled. */
import type { AudioClock } from '../model/room.ts'
import { FOLLOW_MOST, FOLLOW_MS } from '../audio-clock/clock.ts'
import { type Filter, filter } from './node.ts'

/** How much faster or slower than its pace a straying sound may be resampled, as a share of it. */
const MOST_STRETCH = 0.02

/**
 * From a decoded sound, whose timestamps are output time, to one without a hole.
 * @param sampleRate of the result, in Hz
 * @param first the sample of output time at which the result begins
 * @param fromStart whether the recording's first packet is in it
 */
export function keepPace(options: {
  clock: AudioClock
  sampleRate: number
  first: number
  fromStart: boolean
}): Filter[] {
  const { clock, sampleRate, first, fromStart } = options
  const jumpSeconds = clock.jumpMs / 1000
  // `first_pts` counts in samples that come in: a filter of its own brings other rates to this one before.
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
      // Smoothed timestamps jump at holes alone; half of a jump is neither rounding nor a jump.
      return [evenRate, smooth({ clock, fromStart, scale: 1 }), resample(1, jumpSeconds / 2)]
    case 'wandering': {
      // The rate at which the sound was really taken; what a whole number leaves over is followed.
      const trueRate = Math.round(sampleRate / (1 + clock.driftPpm / 1e6))
      const scale = trueRate / sampleRate
      const stretching = resample(Math.ceil(MOST_STRETCH * sampleRate), jumpSeconds, trueRate)
      return [
        evenRate,
        // It leaves the timestamps' numbers as they are, in a unit that is now another.
        ...(scale === 1 ? [] : [filter('asetrate', { sample_rate: trueRate })]),
        smooth({ clock, fromStart, scale }),
        // Without the flag the resampler starts anew, and forgets the time, when it is first asked to stretch.
        { ...stretching, options: { ...stretching.options, flags: '+res' } },
      ]
    }
  }
}

/**
 * Timestamps as the sound itself counts them: in ffmpeg's words what `timeline/clock.ts` has measured with.
 * Kept from frame to frame: 0 where the sound goes on. Within a frame: 1 its own timestamp, 2 how far off that is,
 * 3 what it gets instead.
 * @param scale what a timestamp is to be multiplied with
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

/** A number without an exponent, which expressions do not know. */
function decimal(value: number): string {
  return value.toFixed(12).replace(/\.?(?<!0)0+$/, '')
}
