/** A recording's audio clock -> the filters that put its sound at 48 kHz where it belongs, holes filled. */
import type { AudioClock } from '../model/room.ts'
import { FOLLOW_MOST, FOLLOW_MS } from '../timeline/clock.ts'
import { type Filter, filter } from './node.ts'

/** How much faster than drift alone the resampler may go to catch up, as a share of the pace. */
const CATCH_UP = 0.02

/**
 * From a decoded sound, whose timestamps are output time, to `sampleRate` without a hole.
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
  const resample = (async: number, hardSeconds: number) => ({
    sample_rate: sampleRate,
    async,
    min_hard_comp: decimal(hardSeconds),
    first_pts: first,
  })
  switch (clock.pace) {
    case 'exact':
      return [filter('aresample', resample(1, jumpSeconds))]
    case 'jittering':
      // Smoothed timestamps jump at holes alone; half of a jump is neither rounding nor a jump.
      return [smooth(clock, fromStart), filter('aresample', resample(1, jumpSeconds / 2))]
    case 'wandering': {
      const most = Math.abs(clock.driftPpm) / 1e6 + CATCH_UP
      return [
        smooth(clock, fromStart),
        // Without the flag the resampler starts anew, and forgets the time, when it is first asked to stretch.
        filter('aresample', { ...resample(Math.ceil(most * sampleRate), jumpSeconds), flags: '+res' }),
      ]
    }
  }
}

/**
 * Timestamps as the sound itself counts them, in ffmpeg's words what `timeline/clock.ts` measured with.
 * Kept from frame to frame: 0 where the sound goes on. Within a frame: 1 how far off its timestamp is, 2 what
 * it gets instead.
 */
function smooth(clock: AudioClock, fromStart: boolean): Filter {
  const ticks = (ms: number) => `${decimal(ms / 1000)}/TB`
  const start = fromStart && clock.firstLateMs !== 0 ? `PTS-${ticks(clock.firstLateMs)}` : 'PTS'
  const seconds = 'S/SR'
  const pull = `clip(ld(1)*${seconds}/${decimal(FOLLOW_MS / 1000)},-${FOLLOW_MOST}*${seconds}/TB,${FOLLOW_MOST}*${seconds}/TB)`
  const goOn = clock.pace === 'wandering' ? `ld(0)+${pull}` : 'ld(0)'
  const pace = decimal(1 + clock.driftPpm / 1e6)
  return filter('asetpts', {
    expr: [
      'st(1,PTS-ld(0))',
      `st(2,if(isnan(PREV_INPTS),${start},if(gt(abs(ld(1)),${ticks(clock.jumpMs)}),PTS,${goOn})))`,
      `st(0,ld(2)+${seconds}/TB*${pace})`,
      'round(ld(2))',
    ].join(';'),
  })
}

/** A number without an exponent, which expressions do not know. */
function decimal(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '')
}
