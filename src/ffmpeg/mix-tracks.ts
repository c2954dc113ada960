/** A copy of a recording in which all its sound tracks are one. */
import { openArgs } from '../model/command.ts'
import type { Demuxer } from '../model/room.ts'
import { runWatched, type Watching } from './run-watched.ts'

/** Floating-point samples: two voices at once may be louder than the loudest of one. */
export const MIXED_CODEC = 'pcm_f32le'
const SAMPLE_RATE = 48_000
/** Whole ms, as Matroska counts them: no timestamp is rounded. */
const PACKET_SAMPLES = SAMPLE_RATE / 10
/** A track that is this far from its timestamps is put back with silence, or by leaving some out. */
const MOST_OFF_SECONDS = 0.01

/** A sound track by its place among those of its file. */
interface Heard {
  readonly path: string
  readonly demuxer: Demuxer
  readonly position: number
}

/**
 * Writes the copy: the picture not encoded anew, the sound without loss, as loud as it was, each track at its
 * timestamps.
 * @param mixing.startMs file time at which the first of the tracks begins
 * @param mixing.picture its place among the pictures of the first track's file; undefined where there is none
 * @param mixing.to a Matroska file
 * @returns whether it is there
 * @throws the signal's reason when that stopped it
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
