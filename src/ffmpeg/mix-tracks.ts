/** Copies a recording and mixes all its audio tracks into one. */
import { openArgs } from '../model/command.ts'
import type { Demuxer } from '../model/room.ts'
import { runWatched, type Watching } from './run-watched.ts'

/** Floating-point samples: two voices together may exceed full scale. */
export const MIXED_CODEC = 'pcm_f32le'
const SAMPLE_RATE = 48_000
/** A whole number of ms, Matroska's time unit, so that no timestamp is rounded. */
const PACKET_SAMPLES = SAMPLE_RATE / 10
/** A track that deviates this far from its timestamps is corrected by inserting silence or dropping samples. */
const MOST_OFF_SECONDS = 0.01

/** An audio track, by its index among those of its file. */
interface Heard {
  readonly path: string
  readonly demuxer: Demuxer
  readonly position: number
}

/**
 * Writes the copy: the video is not re-encoded; the audio is lossless, at its original level, each track at its
 * timestamps.
 * @param mixing.startMs file time at which the first of the tracks begins
 * @param mixing.picture index among the video tracks of the first track's file; undefined if there is none
 * @param mixing.to a Matroska file
 * @returns whether the copy was written
 * @throws the signal's reason if aborted
 */
export async function mixTracks(
  mixing: Watching & {
    readonly maxPixels: number
    readonly codecs: readonly string[]
    readonly tracks: readonly [Heard, ...Heard[]]
    readonly startMs: number
    readonly picture: number | undefined
    readonly to: string
  },
): Promise<boolean> {
  const { maxPixels, codecs, tracks, startMs, picture, to } = mixing
  const [first, ...others] = tracks
  const firstSample = Math.round((startMs * SAMPLE_RATE) / 1000)
  const timed = [
    `aresample=${SAMPLE_RATE}:async=1`,
    `min_hard_comp=${MOST_OFF_SECONDS}`,
    `first_pts=${firstSample}`,
  ].join(':')
  const heard = tracks.map(({ position }, i) => `[${i}:a:${position}]${timed}[t${i}]`)
  const mixed = [
    `${tracks.map((_, i) => `[t${i}]`).join('')}amix=inputs=${tracks.length}:normalize=0:dropout_transition=0`,
    `asetnsamples=${PACKET_SAMPLES}:p=0[mixed]`,
  ].join(',')
  const open = ({ demuxer, path }: Heard) => ({ args: openArgs({ demuxer, codecs }, maxPixels), path })
  const { ok } = await runWatched(mixing, {
    fence: mixing.ffmpeg.fences.look,
    input: open(first),
    moreInputs: others.map(open),
    logLevel: 'error',
    args: [
      ...['-y', '-copyts', '-filter_complex', [...heard, mixed].join(';')],
      ...(picture === undefined ? [] : ['-map', `0:V:${picture}`]),
      ...['-map', '[mixed]', '-c:v', 'copy', '-copyinkf', '-c:a', MIXED_CODEC],
      ...['-avoid_negative_ts', 'disabled', '-f', 'matroska'],
    ],
    to,
  })
  return ok
}
