/** How far a job is, in one line. Pure. */
import { say } from '../messages/index.ts'
import { duration, size } from '../report/text.ts'
import { cutTo, textWidth } from '../text/width.ts'
import type { Phase, PhaseSpeed, PhaseState } from './track.ts'

const BAR_CELLS = 24
const SHORT_BAR_CELLS = 10
/** What is cut shorter than this says nothing. */
const LEAST_DOING = 16

/** For a terminal, with a bar, in at most `columns`: what matters less is left out first. */
export function barLine(state: PhaseState, columns: number): string {
  const { phase, share, doing } = state
  const percent = share === undefined ? [] : [`${Math.floor(share * 100)} %`]
  const head = (cells: number) =>
    [nameOf(phase), ...(share === undefined || cells === 0 ? [] : [bar(share, cells)]), ...percent].join(' ')
  const [speed, left] = [speedText(state.speed), leftText(state)]
  const rests = [[...speed, ...left], left, []]
  const lines = [BAR_CELLS, SHORT_BAR_CELLS, 0].flatMap((cells) =>
    rests.map((rest) => listed([head(cells), ...rest])),
  )
  const line = lines.find((one) => textWidth(one) <= columns) ?? cutTo(nameOf(phase), columns)
  const room = columns - textWidth(line) - 2
  return doing && room >= LEAST_DOING ? listed([line, cutTo(harmless(say(doing)), room)]) : line
}

/** For a file or a pipe: the same in words, as long as it is. */
export function plainLine(state: PhaseState): string {
  const { phase, share, doing } = state
  const parts = [
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    ...speedText(state.speed),
    ...leftText(state),
    ...(doing ? [harmless(say(doing))] : []),
  ]
  return say({ code: 'phaseGoesOn', params: { name: nameOf(phase), how: listed(parts) } })
}

export function startLine(phase: Phase): string {
  return say({ code: 'phaseStarts', params: { name: nameOf(phase) } })
}

/** @param ms how long it took */
export function endLine(phase: Phase, ms: number): string {
  return say({ code: 'phaseEnds', params: { name: nameOf(phase), length: duration(ms) } })
}

export function nameOf(phase: Phase): string {
  return say({ code: 'phaseName', params: { phase } })
}

/** "4.1 times real time", "3.2 MB/s"; nothing where it is not known. */
export function speedText(speed: PhaseSpeed | undefined): string[] {
  if (!speed) return []
  return 'timesRealTime' in speed
    ? [say({ code: 'speedRealTime', params: { times: speed.timesRealTime.toFixed(1) } })]
    : [`${size(speed.bytesPerSecond)}/s`]
}

/** How long it will take; where that is not known, how long it has taken. */
export function leftText({
  leftMs,
  share,
  elapsedMs,
}: Pick<PhaseState, 'leftMs' | 'share' | 'elapsedMs'>): string[] {
  if (leftMs !== undefined) return [say({ code: 'timeLeft', params: { length: roughly(leftMs) } })]
  return share === undefined && elapsedMs >= 1000
    ? [say({ code: 'timeSoFar', params: { length: roughly(elapsedMs) } })]
    : []
}

/** Whole seconds: a figure that is bent ten times a second needs no fractions. */
function roughly(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? say({ code: 'lengthSeconds', params: { seconds: String(seconds) } }) : duration(ms)
}

function listed(parts: readonly string[]): string {
  return say({ code: 'phaseParts', params: { parts } })
}

function bar(share: number, cells: number): string {
  const full = Math.floor(share * cells)
  return `[${'#'.repeat(full)}${'.'.repeat(cells - full)}]`
}

/** Names of files come from others; what moves a terminal's cursor is none of a name. */
export function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?')
}
