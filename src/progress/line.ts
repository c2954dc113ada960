/** A job's progress in one line. Pure. */
import { say } from '../messages/index.ts'
import { duration, size } from '../report/text.ts'
import { cutTo, textWidth } from '../text/width.ts'
import type { Phase } from '../model/status.ts'
import type { PhaseSpeed, PhaseState } from './track.ts'

const BAR_CELLS = 24
const SHORT_BAR_CELLS = 10
/** Minimum width of the current activity; shorter text is useless. */
const LEAST_DOING = 16
/** Width of the separator between two parts, in every language. */
const GAP = 2

/** The line for a terminal, with a bar, in at most `columns`; less important parts are dropped first. */
export function barLine(state: PhaseState, columns: number): string {
  const { phase, share, doing } = state
  const percent = share === undefined ? [] : [`${Math.floor(share * 100)} %`]
  const head = (cells: number) =>
    [nameOf(phase), ...(share === undefined || cells === 0 ? [] : [bar(share, cells)]), ...percent].join(' ')
  const [speed, left] = [speedText(state.speed, 'speedShort'), leftText(state)]
  const what = doing && say(doing)
  const fits = (line: string, room: number) => textWidth(line) + room <= columns
  // The bar is shortened to make room for the activity, but no figures are dropped for it.
  const least = what === undefined ? 0 : Math.min(LEAST_DOING, textWidth(what)) + GAP
  const full = [BAR_CELLS, SHORT_BAR_CELLS].map((cells) => listed([head(cells), ...speed, ...left]))
  const short = [[...speed, ...left], left, []].map((rest) => listed([head(0), ...rest]))
  const line =
    full.find((one) => fits(one, least)) ??
    [...full, ...short].find((one) => fits(one, 0)) ??
    cutTo(nameOf(phase), columns)
  return what !== undefined && fits(line, least)
    ? listed([line, cutTo(what, columns - textWidth(line) - GAP)])
    : line
}

/** The line for a file or pipe: the same in words, of any length. */
export function plainLine(state: PhaseState): string {
  const { phase, share, doing } = state
  const parts = [
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    ...speedText(state.speed, 'speedRealTime'),
    ...leftText(state),
    ...(doing ? [say(doing)] : []),
  ]
  return say({ code: 'phaseGoesOn', params: { name: nameOf(phase), how: listed(parts) } })
}

export function startLine(phase: Phase): string {
  return say({ code: 'phaseStarts', params: { name: nameOf(phase) } })
}

/** @param ms duration of the phase */
export function endLine(phase: Phase, ms: number): string {
  return say({ code: 'phaseEnds', params: { name: nameOf(phase), length: duration(ms) } })
}

function nameOf(phase: Phase): string {
  return say({ code: 'phaseName', params: { phase } })
}

/** "4.1 times real time" or "4.1x", "3.2 MB/s"; empty if unknown. */
function speedText(speed: PhaseSpeed | undefined, code: 'speedRealTime' | 'speedShort'): string[] {
  if (!speed) return []
  return 'timesRealTime' in speed
    ? [say({ code, params: { times: speed.timesRealTime.toFixed(1) } })]
    : [`${size(speed.bytesPerSecond)}/s`]
}

/** The time left or, if that is unknown, the time elapsed. */
function leftText({
  leftMs,
  share,
  elapsedMs,
}: Pick<PhaseState, 'leftMs' | 'share' | 'elapsedMs'>): string[] {
  if (leftMs !== undefined) return [say({ code: 'timeLeft', params: { length: roughly(leftMs) } })]
  return share === undefined && elapsedMs >= 1000
    ? [say({ code: 'timeSoFar', params: { length: roughly(elapsedMs) } })]
    : []
}

/** Whole seconds: fractions are useless in a figure that changes several times a second. */
function roughly(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  return seconds < 60 ? say({ code: 'lengthSeconds', params: { seconds: String(seconds) } }) : duration(ms)
}

function listed(parts: readonly string[]): string {
  return say({ code: 'phaseParts', params: { parts } })
}

function bar(share: number, cells: number): string {
  const full = Math.floor(share * cells)
  return `[${'#'.repeat(full)}${'.'.repeat(cells - full)}]`
}
