/** Formats a plan for people: the timeline, its segments, the estimated cost, and the exact commands. */
import { say } from '../messages/index.ts'
import { processesOf, shellLine } from '../model/command.ts'
import type { LayoutChoice } from '../model/job.ts'
import { commandsOf } from '../plan/render.ts'
import type { FleetTime } from '../plan/fleet-times.ts'
import { cutToLine } from '../text/width.ts'
import { wrapTo } from '../text/wrap.ts'
import { layoutName } from '../timeline/changes.ts'
import { clock, segmentName } from './clock.ts'
import type { Result } from './result.ts'
import { duration, size } from './text.ts'
import { ASCII, UNICODE, timelineText } from './timeline-text.ts'
import { harmless } from '../text/harmless.ts'
import { type PlanView, layoutsOf, type ResultSegment, type LayoutAt, mainOf } from './plan-view.ts'

/** Format options. */
export interface TextOptions {
  /** Width of the terminal. */
  readonly columns: number
  /** Height of the terminal; undefined elsewhere, where nothing is left out. */
  readonly rows?: number | undefined
  /** Whether the terminal supports Unicode. */
  readonly isUnicode: boolean
  /** Whether to show every detail. */
  readonly isWhole: boolean
}

/** Drawing, segments and estimate on one screen; with `isWhole` also every recording, rectangle and command. */
export function planText(result: Result, drawn: PlanView, options: TextOptions): string {
  const { isWhole } = options
  const before = [titleLine(result, drawn), ...drawingLines(drawn, options)]
  const skipped = skippedLines(result)
  const updates = updateLines(result)
  const estimated = [title('planEstimate'), ...estimateLines(drawn, options.columns)]
  if (isWhole) {
    const { segments } = result
    const listed =
      segments.length > 0 ? [title('planSegments'), ...placedLines(segments, layoutsOf(drawn))] : []
    const streams = [title('planStreams'), ...streamLines(result)]
    const commands = [title('planCommands'), ...commandLines(drawn)]
    return [...before, ...streams, ...listed, ...updates, ...skipped, ...estimated, ...commands, ''].join(
      '\n',
    )
  }
  const after = [...updates, ...skipped, ...estimated, say({ code: 'planMore', params: {} })]
  // A line is left for the prompt.
  const room = (options.rows ?? Infinity) - before.length - after.length - 2
  return [...before, ...segmentLines(result.segments, drawn, { ...options, room }), ...after, ''].join('\n')
}

const title = (code: Part): string => say({ code, params: {} })

function titleLine({ jobId }: Result, { plan }: PlanView): string {
  const length = duration(plan.durationMs)
  return say({ code: 'planTitle', params: { jobId, frames: plan.frames, length } })
}

function drawingLines({ timeline }: PlanView, { columns, isUnicode }: TextOptions): string[] {
  const ink = isUnicode ? UNICODE : ASCII
  const inks = { seen: ink.seen.join(''), heard: ink.heard.join(''), gap: ink.gap }
  return [
    ...timelineText({ timeline, columns, ink, segmentsLabel: title('planSegments') }),
    `  ${say({ code: 'planInks', params: inks })}`,
  ]
}

function streamLines({ streams }: Result): string[] {
  return streams.flatMap(({ streamId, clips }) =>
    clips.map(({ startMs, endMs, video, audio, name, offsetMs }) => {
      const clip = say({ code: 'planClip', params: { video, audio, name, offsetMs } })
      return `  ${harmless(streamId)}  ${clock(startMs)} - ${clock(endMs)}  ${clip}`
    }),
  )
}

function skippedLines({ skipped }: Result): string[] {
  if (skipped.length === 0) return []
  return [
    title('planSkipped'),
    ...skipped.map((one) => `  ${harmless(one.streamId)}  ${harmless(one.name)}: ${harmless(one.reason)}`),
  ]
}

/** Fewer would say nothing of a room, however many streams it has. */
const LEAST_SEGMENTS = 3

/** A line for each segment: its letter in the drawing, its time, its layout and who is in it. */
function segmentLines(
  segments: readonly ResultSegment[],
  drawn: PlanView,
  { columns, room }: TextOptions & { room: number },
): string[] {
  if (segments.length === 0) return []
  const layoutAt = layoutsOf(drawn)
  const most = Math.max(LEAST_SEGMENTS, room)
  const shown = segments.length > most ? segments.slice(0, most - 1) : segments
  const widest = segmentName(segments.length - 1).length
  const lines = shown.map((segment, i) => {
    const times = `${clock(segment.startMs)} - ${clock(segment.endMs)}`
    const streams = segment.layout.map(({ streamId }) => streamId)
    const who = say({ code: 'planWho', params: { layout: layoutName(layoutAt(segment.startMs)), streams } })
    return cutToLine(`  ${segmentName(i).padEnd(widest)}  ${times}  ${who}`, columns)
  })
  const count = segments.length - shown.length
  return [...lines, ...(count > 0 ? [`  ${say({ code: 'planMoreSegments', params: { count } })}`] : [])]
}

/** The timed updates, a line each below a title. */
export function updateLines({ updates }: Pick<Result, 'updates'>): string[] {
  if (!updates) return []
  return [
    title('planUpdates'),
    ...updates.map(
      ({ atMs, actions, changes }) =>
        `  ${clock(atMs)}  ${harmless(`${changes.join('; ')} (${actions.join(', ')})`)}`,
    ),
  ]
}

type Part = 'planStreams' | 'planSegments' | 'planUpdates' | 'planSkipped' | 'planEstimate' | 'planCommands'

function placedLines(segments: readonly ResultSegment[], layoutAt: LayoutAt): string[] {
  const widest = segmentName(segments.length - 1).length
  return segments.flatMap((segment, i) => [
    `  ${segmentName(i).padEnd(widest)}  ${clock(segment.startMs)} - ${clock(segment.endMs)}  ${layoutText(segment, layoutAt(segment.startMs))}`,
    ...segment.layout.map(
      (p) =>
        `  ${' '.repeat(widest)}    ${harmless(p.streamId)}  ${say({ code: 'planPlace', params: { width: p.width, height: p.height, x: p.x, y: p.y, z: p.z } })}`,
    ),
  ])
}

function layoutText(segment: ResultSegment, layout: LayoutChoice): string {
  const main = mainOf(segment)
  const params = {
    layout: layoutName(layout),
    streams: segment.layout.length,
    main,
  }
  return say({ code: 'planLayout', params })
}

/** The middle of the range, which assumes that half of the picture moves, and what else was assumed. */
function estimateLines({ estimate, fleets, plan, speed }: PlanView, columns: number): string[] {
  const { seconds, cores, outputBytes, diskBytes } = estimate
  const [least, most] = seconds
  const length = (of: number) => duration(of * 1000)
  const time = {
    about: length((least + most) / 2),
    ...{ least: length(least), most: length(most) },
    ...{ cores, encoder: plan.encoder, speed },
  }
  return [
    say({ code: 'planTime', params: time }),
    ...fleetLine(fleets),
    say({
      code: 'planOutput',
      params: { output: size(outputBytes), kbps: plan.kbps, disk: size(diskBytes) },
    }),
  ].flatMap((line) => wrapTo(line, columns - 4).map((part, i) => (i === 0 ? `  ${part}` : `    ${part}`)))
}

/** Nothing where more machines make nothing faster. */
function fleetLine(fleets: readonly FleetTime[]): string[] {
  const [alone, ...others] = fleets
  const faster = others.filter(({ seconds }) => alone && seconds[1] < alone.seconds[1])
  if (faster.length === 0) return []
  const parts = faster.map(({ machines, redecoded, seconds: [least, most] }) => ({
    machines,
    about: duration(((least + most) / 2) * 1000),
    percent: Math.round(redecoded * 100),
  }))
  return [say({ code: 'planFleet', params: { fleets: parts } })]
}

function commandLines({ plan, local, argv }: PlanView): string[] {
  return commandsOf(plan)
    .map(local)
    .flatMap(processesOf)
    .flatMap((command) => [
      `  # ${command.name}`,
      `  ${shellLine(command, argv(command))}`,
      ...(command.graph ? [`  # ${command.graph.path}`, indented(command.graph.text)] : []),
    ])
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
