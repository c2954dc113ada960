/** A copy of a recording whose packets have the times that are believed, so that nobody meets the others again. */
import { openArgs } from '../model/command.ts'
import type { Demuxer } from '../model/room.ts'
import { seconds } from '../model/time.ts'
import type { Retimed } from '../timeline/retime.ts'
import { escaped } from './packet-times.ts'
import type { TrackTiming } from './packets.ts'
import type { Timing } from './probe.ts'
import { type Watching, runWatched } from './run-watched.ts'

/** By medium, in ms. */
export interface Shifts {
  readonly video: number
  readonly audio: number
}

/**
 * What the filter counts time in, which differs between releases: the recording's ticks, or the copy's, that come before
 * or behind it.
 */
export type Unit = 'TB' | '0.001'

interface Copying extends Watching {
  readonly path: string
  readonly demuxer: Demuxer
  readonly maxPixels: number
  readonly codecs: readonly string[]
  readonly timing: Timing
  /** What is added to all times of a medium. */
  readonly shiftMs: Shifts
  readonly unit: Unit
  /** A Matroska file. */
  readonly to: string
}

/**
 * Writes the copy: the picture and the sound that are used, not encoded anew.
 * @returns whether it is there
 * @throws the signal's reason when that stopped it
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

/** The bitstream filter that gives packets their times. Decoding times never go back, nor are they ever too late. */
function timesOf({ runs, reorderMs }: TrackTiming, shiftMs: number, unit: Unit): string {
  const pts = `${timeExpression(runs, unit)}+round(${seconds(shiftMs)}/${unit})`
  const early = `(${pts})-ceil(${seconds(reorderMs)}/${unit})`
  return `setts=pts=${escaped(pts)}:dts=${escaped(`st(0,if(N,max(ld(0),${early}),${early}))`)}`
}

/** A sum of which one term alone is not 0: nested conditions would be too deep for ffmpeg. */
function timeExpression(runs: readonly Retimed[], unit: Unit): string {
  if (runs.length === 0) return 'PTS'
  const within = runs.map(({ first, count }) => `between(N,${first},${first + count - 1})`)
  const given = runs.map((run, i) => {
    if ('byMs' in run) return `${within[i]}*(PTS+round(${seconds(run.byMs)}/${unit}))`
    return `${within[i]}*round((${seconds(run.atMs)}+(N-${run.first})*${seconds(run.stepMs)})/${unit})`
  })
  return [`not(${within.join('+')})*PTS`, ...given].join('+')
}
