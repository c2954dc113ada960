/** The timeline as text: a row for each stream, and the segments below on the same scale. Pure. */
import type { FrameRange, Timeline, TimelineStream } from '../model/timeline.ts'
import { msOfFrame } from '../model/time.ts'
import { cutToLine, padEndTo, padStartTo, textWidth } from '../text/width.ts'
import { segmentName } from './clock.ts'
import { type Stay, staysOf } from './stays.ts'

/** The characters of the drawing, one cell each. */
interface Ink {
  /** Alternate between a stream's clips, to tell them apart. */
  readonly seen: readonly [string, string]
  readonly heard: readonly [string, string]
  /** Between the stream's first and last clip, where it has no recording. */
  readonly gap: string
  /** The cells in which a stream joins and leaves. */
  readonly join: string
  readonly leave: string
  readonly line: string
  readonly tick: string
}

export const ASCII: Ink = {
  seen: ['#', '='],
  heard: ['~', '-'],
  gap: '.',
  join: '[',
  leave: ']',
  line: '-',
  tick: '+',
}
export const UNICODE: Ink = {
  seen: ['█', '▓'],
  heard: ['━', '─'],
  gap: '·',
  join: '▐',
  leave: '▌',
  line: '─',
  tick: '┬',
}

const LONGEST_NAME = 24
const FEWEST_CELLS = 20
/** Space left of names, and between names and bars. */
const MARGIN = 2
/** Steps of the time axis, in seconds. */
const STEPS = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600],
]

/**
 * @param columns of the terminal
 * @param segmentsLabel label of the segments' row
 * @returns lines without line breaks
 */
export function timelineText(options: {
  timeline: Timeline
  columns: number
  ink: Ink
  segmentsLabel: string
}): string[] {
  const { timeline, columns, ink, segmentsLabel } = options
  const { streams, segments, frames, fps } = timeline
  const names = streams.map(({ streamId }) => cutToLine(streamId, LONGEST_NAME))
  const labels = segments.length > 0 ? [...names, segmentsLabel] : names
  const nameCells = Math.max(...labels.map(textWidth))
  const cells = Math.max(FEWEST_CELLS, columns - nameCells - 2 * MARGIN)
  const row = (label: string, drawn: string) =>
    `${' '.repeat(MARGIN)}${padEndTo(label, nameCells)}${' '.repeat(MARGIN)}${drawn}`.trimEnd()
  const lengthMs = msOfFrame(frames, fps)
  const msPerCell = lengthMs / cells
  const [times, ruler] = axis({ lengthMs, cells, ink })
  return [
    row('', times),
    row('', ruler),
    ...streams.map((stream, i) => row(names[i] ?? '', bar({ stream, timeline, cells, msPerCell, ink }))),
    ...(segments.length > 0
      ? [row(segmentsLabel, segmentBar({ segments, cells, framesPerCell: frames / cells, ink }))]
      : []),
  ]
}

function bar(options: {
  stream: TimelineStream
  timeline: Timeline
  cells: number
  msPerCell: number
  ink: Ink
}): string {
  const { stream, timeline, cells, msPerCell, ink } = options
  const stays = staysOf(stream, timeline)
  if (stays.length === 0) return ''
  const firstMs = Math.min(...stays.map(({ startMs }) => startMs))
  const lastMs = Math.max(...stays.map(({ endMs }) => endMs))
  const cellOf = (ms: number) => Math.max(0, Math.min(cells - 1, Math.floor(ms / msPerCell)))
  // The end of a cell belongs to that cell.
  const [first, last] = [cellOf(firstMs), Math.max(cellOf(firstMs), Math.ceil(lastMs / msPerCell) - 1)]
  return Array.from({ length: Math.min(cells, last + 1) }, (_, cell) => {
    if (cell < first) return ' '
    if (cell === first && last > first) return ink.join
    if (cell === last && last > first) return ink.leave
    const stay = most(stays, cell * msPerCell, (cell + 1) * msPerCell)
    return stay ? (ink[stay.kind][stay.clip % 2] ?? '') : ink.gap
  }).join('')
}

/** The stay that fills most of a range; any video takes precedence over audio. */
function most(stays: readonly Stay[], fromMs: number, toMs: number): Stay | undefined {
  const within = stays
    .map((stay) => ({ stay, ms: Math.min(stay.endMs, toMs) - Math.max(stay.startMs, fromMs) }))
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => b.ms - a.ms)
  return (within.find(({ stay }) => stay.kind === 'seen') ?? within[0])?.stay
}

/** Draws each segment's letter at its start; segments without a free cell appear only in the legend. */
function segmentBar(options: {
  segments: readonly FrameRange[]
  cells: number
  framesPerCell: number
  ink: Ink
}): string {
  const { segments, cells, framesPerCell, ink } = options
  const drawn = Array.from({ length: cells }, () => ink.line)
  let free = 0
  for (const [i, { startFrame }] of segments.entries()) {
    const cell = Math.min(cells - 1, Math.floor(startFrame / framesPerCell))
    const name = segmentName(i)
    if (cell < free || cell + name.length > cells) continue
    ;[...name].forEach((letter, k) => (drawn[cell + k] = letter))
    free = cell + name.length
  }
  return drawn.join('')
}

/** Times above, ticks below. */
function axis(options: { lengthMs: number; cells: number; ink: Ink }): [string, string] {
  const { lengthMs, cells, ink } = options
  const seconds = lengthMs / 1000
  const apart = (step: number) => (step / seconds) * cells
  const widest = axisTime(seconds, 0.1).length + 3
  const step = STEPS.find((one) => apart(one) >= widest) ?? Math.ceil(seconds)
  let times = ''
  const ruler = Array.from({ length: cells }, () => ink.line)
  for (let n = 0; n * step < seconds; n++) {
    const cell = Math.floor(apart(step) * n)
    const label = axisTime(n * step, step)
    if (cell >= cells) break
    ruler[cell] = ink.tick
    if (cell + label.length <= cells) times = padEndTo(times, cell) + label
  }
  return [times, ruler.join('')]
}

function axisTime(seconds: number, step: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  const rest = (seconds % 60).toFixed(step < 1 ? 1 : 0)
  const two = (text: string | number, cells = 2) => padStartTo(String(text), cells).replaceAll(' ', '0')
  const tail = `${two(minutes)}:${two(rest, step < 1 ? 4 : 2)}`
  return hours > 0 ? `${hours}:${tail}` : tail
}
