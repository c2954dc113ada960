/** Filters of the audio graph: exact lengths, channels, levels. */
import type { LevelChange } from '../model/loudness.ts'
import { type Filter, type Stream, filter, source } from './node.ts'

export const SAMPLE_RATE = 48000

/** 1 dB below full scale: the AAC encoder was measured to add up to 0.7 dB to limited peaks. */
const CEILING = 0.891
/** Encoded, peaks that are limited to this stay below -1 dBTP. */
const LEVELLED_CEILING = 0.8

/**
 * ffmpeg's own matrix lowers mono by 3 dB when upmixing to stereo, and raises stereo by 3 dB when downmixing to mono.
 */
export function matchChannels(channels: number, layout: string): Filter[] {
  if (channels === 1 && layout === 'stereo') return [filter('pan', { args: 'stereo|c0=c0|c1=c0' })]
  if (channels === 2 && layout === 'mono') return [filter('pan', { args: 'mono|c0=0.5*c0+0.5*c1' })]
  return []
}

export function silence(samples: number, layout: string): Stream {
  return source('audio', [
    filter('anullsrc', { sample_rate: SAMPLE_RATE, channel_layout: layout }),
    filter('aformat', { sample_fmts: 'fltp', channel_layouts: layout }),
    filter('atrim', { end_sample: samples }),
  ])
}

export function exactly(samples: number): Filter[] {
  return [filter('apad', { whole_len: samples }), filter('atrim', { end_sample: samples })]
}

/** A look-ahead limiter: levels below the ceiling pass unchanged, and nothing clips. */
export function keepBelowCeiling(): Filter[] {
  return [
    filter('alimiter', { limit: CEILING, level: 0, attack: 5, release: 80, latency: 1 }),
    // Its samples are in sync, but its timestamps jump by the 5 ms of look-ahead when the frame size changes.
    ...byCount(),
  ]
}

/** Between samples a peak can be higher than on them, so peaks are limited at four times the rate. */
export function changeLevel({ gainDb, isLimited }: LevelChange): Filter[] {
  const limit = [
    filter('aresample', { sample_rate: 4 * SAMPLE_RATE }),
    filter('alimiter', { limit: LEVELLED_CEILING, level: 0, attack: 5, release: 80, latency: 1 }),
    filter('aresample', { sample_rate: SAMPLE_RATE }),
  ]
  return [
    filter('volume', { volume: `${gainDb}dB`, precision: 'float' }),
    ...(isLimited ? limit : []),
    ...byCount(),
  ]
}

/** Derives timestamps from the sample count alone. */
export function byCount(): Filter[] {
  return [filter('asetpts', { expr: 'N/SR/TB' })]
}
