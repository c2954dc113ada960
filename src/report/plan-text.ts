/** Formats a plan for people: the timeline, its segments, the estimated cost, and the exact commands. */
import { say } from '../messages/index.ts'
import { type Command, type LocalCommand, shellLine } from '../model/command.ts'
import type { LayoutChoice } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Estimate } from '../plan/estimate.ts'
import { type RenderPlan, commandsOf } from '../plan/render.ts'
import { wrapTo } from '../text/wrap.ts'
import { clock, segmentName } from './clock.ts'
import type { Result } from './result.ts'
import { staysOf } from './stays.ts'
import { duration, size } from './text.ts'
import { ASCII, UNICODE, timelineText } from './timeline-text.ts'
import { harmless } from '../text/harmless.ts'

/** Format options. */
export interface TextOptions {
  /** Width of the terminal. */
  readonly columns: number
  /** Whether the terminal supports Unicode. */
  readonly isUnicode: boolean
}

/** What is shown of a plan in addition to its result. */
export interface PlanView {
  readonly timeline: Timeline
  readonly plan: RenderPlan
  readonly layout: LayoutChoice
  readonly estimate: Estimate
  /** Resolves a command to paths on this machine. */
  readonly local: (command: Command) => LocalCommand
  /** Returns the program and arguments of a command, exactly as started. */
  readonly argv: (command: LocalCommand) => readonly string[]
}

type ResultSegment = Result['segments'][number]

export function planText(result: Result, view: PlanView, options: TextOptions): string {
  const { timeline, plan, layout, estimate } = view
  const ink = options.isUnicode ? UNICODE : ASCII
  const title = (code: Part) => say({ code, params: {} })
  const streams = result.streams.flatMap(({ streamId, clips }) =>
    clips.map(
      ({ startMs, endMs, video, audio, name, offsetMs }) =>
        `  ${harmless(streamId)}  ${clock(startMs)} - ${clock(endMs)}  ${say({ code: 'planClip', params: { video, audio, name, offsetMs } })}`,
    ),
  )
  const { skipped, jobId } = result
  const length = duration(plan.durationMs)
  return [
    say({ code: 'planTitle', params: { jobId, frames: plan.frames, length } }),
    title('planTimeline'),
    ...timelineText({ timeline, columns: options.columns, ink, segmentsLabel: title('planSegments') }),
    `  ${say({ code: 'planInks', params: { seen: ink.seen.join(''), heard: ink.heard.join(''), gap: ink.gap } })}`,
    title('planStreams'),
    ...streams,
    ...(result.segments.length > 0 ? [title('planSegments'), ...segmentLines(result.segments, layout)] : []),
    ...(skipped.length > 0
      ? [
          title('planSkipped'),
          ...skipped.map(
            (one) => `  ${harmless(one.streamId)}  ${harmless(one.name)}: ${harmless(one.reason)}`,
          ),
        ]
      : []),
    title('planEstimate'),
    ...estimateLines(estimate, plan, options.columns),
    title('planCommands'),
    ...commandLines(view),
    '',
  ].join('\n')
}

type Part = 'planTimeline' | 'planStreams' | 'planSegments' | 'planSkipped' | 'planEstimate' | 'planCommands'

function segmentLines(segments: readonly ResultSegment[], layout: LayoutChoice): string[] {
  const widest = segmentName(segments.length - 1).length
  return segments.flatMap((segment, i) => [
    `  ${segmentName(i).padEnd(widest)}  ${clock(segment.startMs)} - ${clock(segment.endMs)}  ${layoutText(segment, layout)}`,
    ...segment.layout.map(
      (p) =>
        `  ${' '.repeat(widest)}    ${harmless(p.streamId)}  ${say({ code: 'planPlace', params: { width: p.width, height: p.height, x: p.x, y: p.y, z: p.z } })}`,
    ),
  ])
}

function layoutText(segment: ResultSegment, layout: LayoutChoice): string {
  const main = mainOf(segment)
  const params = {
    layout: layout.kind === 'preset' ? layout.preset : layout.kind,
    streams: segment.layout.length,
    ...(main !== undefined && { main }),
  }
  return say({ code: 'planLayout', params })
}

/** The stream whose region is larger than all others. */
function mainOf({ layout }: ResultSegment): string | undefined {
  const [first, second] = layout.toSorted((a, b) => b.width * b.height - a.width * a.height)
  if (!first || !second) return undefined
  return first.width * first.height > second.width * second.height ? first.streamId : undefined
}

function estimateLines(estimate: Estimate, plan: RenderPlan, columns: number): string[] {
  const { seconds, cores, encodedPixels, decodedPixels, outputBytes, diskBytes } = estimate
  const [least, most] = seconds.map((one) => duration(one * 1000))
  const mega = (pixels: number) => Math.round(pixels / 1e6)
  const time = {
    least: least ?? '',
    most: most ?? '',
    cores,
    encoded: mega(encodedPixels),
    decoded: mega(decodedPixels),
  }
  return [
    say({ code: 'planTime', params: time }),
    say({ code: 'planDisk', params: { disk: size(diskBytes) } }),
    say({ code: 'planOutput', params: { output: size(outputBytes), kbps: plan.kbps } }),
  ].flatMap((line) => wrapTo(line, columns - 4).map((part, i) => (i === 0 ? `  ${part}` : `    ${part}`)))
}

function commandLines({ plan, local, argv }: PlanView): string[] {
  return commandsOf(plan)
    .map(local)
    .flatMap((command) => [
      `  # ${command.name}`,
      `  ${shellLine(command, argv(command))}`,
      ...(command.graph ? [`  # ${command.graph.path}`, indented(command.graph.text)] : []),
    ])
}

/** What `plan --json` adds to the result. */
export function planData(result: Result, view: PlanView) {
  const { timeline, plan, layout, estimate } = view
  const { startMs, fps, frames } = timeline
  const ms = (value: number) => Math.round(value * 1000) / 1000
  return {
    timeline: {
      startMs,
      durationMs: ms(plan.durationMs),
      fps,
      frames,
      streams: timeline.streams.map((stream) => ({
        streamId: stream.streamId,
        stays: staysOf(stream, timeline).map((stay) => ({
          kind: stay.kind,
          clip: stay.clip,
          startMs: ms(stay.startMs),
          endMs: ms(stay.endMs),
        })),
      })),
      segments: result.segments.map((segment, i) => ({
        name: segmentName(i),
        startMs: segment.startMs,
        endMs: segment.endMs,
        layout: layout.kind === 'preset' ? layout.preset : layout.kind,
        streams: segment.layout.map(({ streamId }) => streamId),
        main: mainOf(segment) ?? null,
      })),
    },
    estimate,
    commands: planCommands(view),
  }
}

/** The commands as data. */
export function planCommands({ plan, local, argv }: Pick<PlanView, 'plan' | 'local' | 'argv'>) {
  return commandsOf(plan)
    .map(local)
    .map((command) => ({
      name: command.name,
      argv: argv(command),
      ...(command.cwd !== undefined && { cwd: command.cwd }),
      files: [...command.files, ...(command.graph ? [command.graph] : [])].map(({ path, text }) => ({
        path,
        text,
      })),
      durationMs: command.durationMs,
      ...(command.frames !== undefined && { frames: command.frames }),
    }))
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
