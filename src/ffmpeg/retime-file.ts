/** Copies a recording with corrected packet times, so that no later step sees the wrong ones. */
import { openArgs } from '../model/command.ts'
import type { Demuxer } from '../model/room.ts'
import { seconds } from '../model/time.ts'
import type { Retimed } from '../timeline/retime.ts'
import { escaped } from './packet-times.ts'
import type { TrackTiming } from './packets.ts'
import type { Timing } from './probe-outcome.ts'
import { type Watching, runWatched } from './run-watched.ts'

/** By medium, in ms. */
export interface Shifts {
  readonly video: number
  readonly audio: number
}

/** The filter's time unit, which differs between releases: the recording's ticks, or those of the copy. */
export type Unit = 'TB' | '0.001'

interface Copying extends Watching {
  readonly path: string
  readonly demuxer: Demuxer
  readonly maxPixels: number
  readonly codecs: readonly string[]
  readonly timing: Timing
  /** Added to all times of a medium. */
  readonly shiftMs: Shifts
  readonly unit: Unit
  /** A Matroska file. */
  readonly to: string
}

/**
 * Writes the copy: the video and audio tracks that are used, without re-encoding.
 * @returns whether the copy was written
 * @throws the signal's reason if aborted
 */
export async function retimeFile(copying: Copying): Promise<boolean> {
  const { path, demuxer, codecs, maxPixels, timing, shiftMs, unit, to } = copying
  const { ok } = await runWatched(copying, {
    fence: copying.ffmpeg.fences.look,
    input: { args: openArgs({ demuxer, codecs }, maxPixels), path },
    logLevel: 'error',
    args: [
      ...['-y', '-copyts'],
      ...(timing.video ? ['-map', `0:V:${timing.video.position}`] : []),
      ...(timing.audio ? ['-map', `0:a:${timing.audio.position}`] : []),
      ...['-c', 'copy', '-copyinkf'],
      ...(timing.video ? ['-bsf:v', timesOf(timing.video, shiftMs.video, unit)] : []),
      ...(timing.audio ? ['-bsf:a', timesOf(timing.audio, shiftMs.audio, unit)] : []),
      ...['-avoid_negative_ts', 'disabled', '-f', 'matroska'],
    ],
    to,
  })
  return ok
}

/** The bitstream filter that sets packet times. Decoding times never decrease and are never too late. */
function timesOf({ runs, reorderMs }: TrackTiming, shiftMs: number, unit: Unit): string {
  const pts = `${timeExpression(runs, unit)}+round(${seconds(shiftMs)}/${unit})`
  const early = `(${pts})-ceil(${seconds(reorderMs)}/${unit})`
  return `setts=pts=${escaped(pts)}:dts=${escaped(`st(0,if(N,max(ld(0),${early}),${early}))`)}`
}

/** A sum with one nonzero term: nested conditions would be too deep for ffmpeg. */
function timeExpression(runs: readonly Retimed[], unit: Unit): string {
  if (runs.length === 0) return 'PTS'
  const within = runs.map(({ first, count }) => `between(N,${first},${first + count - 1})`)
  const given = runs.map((run, i) => {
    if ('byMs' in run) return `${within[i]}*(PTS+round(${seconds(run.byMs)}/${unit}))`
    return `${within[i]}*round((${seconds(run.atMs)}+(N-${run.first})*${seconds(run.stepMs)})/${unit})`
  })
  return [`not(${within.join('+')})*PTS`, ...given].join('+')
}
