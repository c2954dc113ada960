/** A plan for people: timeline, segments, rectangles and the exact commands. */
import { commandLine, shellLine } from '../model/command.ts'
import { type RenderPlan, commandsOf } from '../plan/render.ts'
import type { Result } from './result.ts'
import { duration } from './text.ts'

export function planText(result: Result, plan: RenderPlan, ffmpegPath: string): string {
  const streams = result.streams.flatMap(({ streamId, clips }) =>
    clips.map(
      (clip) =>
        `  ${streamId}  ${clock(clip.startMs)} - ${clock(clip.endMs)}  ${media(clip)}  ${clip.name} (offset ${clip.offsetMs} ms)`,
    ),
  )
  const segments = result.segments.flatMap((segment) => [
    `  ${clock(segment.startMs)} - ${clock(segment.endMs)}`,
    ...segment.layout.map(
      (p) => `    ${p.streamId}  ${p.width}x${p.height} at ${p.x},${p.y}${p.z === 0 ? '' : `, z ${p.z}`}`,
    ),
  ])
  const commands = commandsOf(plan).flatMap((command) => [
    `  # ${command.name}`,
    `  ${shellLine(ffmpegPath, command)}`,
    ...(command.graph ? [`  # ${command.graph.path}`, indented(command.graph.text)] : []),
  ])
  return [
    `${result.jobId}: ${plan.frames} frames, ${duration(plan.durationMs)}`,
    'streams',
    ...streams,
    'segments',
    ...segments,
    ...(result.skipped.length > 0
      ? ['skipped', ...result.skipped.map((one) => `  ${one.streamId}  ${one.name}: ${one.reason}`)]
      : []),
    'commands',
    ...commands,
    '',
  ].join('\n')
}

/** The commands as data, for `plan --json`. */
export function planCommands(plan: RenderPlan, ffmpegPath: string) {
  return commandsOf(plan).map((command) => ({
    name: command.name,
    argv: [ffmpegPath, ...commandLine(command)],
    files: [...command.files, ...(command.graph ? [command.graph] : [])],
    durationMs: command.durationMs,
    ...(command.frames !== undefined && { frames: command.frames }),
  }))
}

function clock(ms: number): string {
  const whole = Math.round(ms)
  const minutes = Math.floor(whole / 60_000)
  return `${String(minutes).padStart(2, '0')}:${((whole % 60_000) / 1000).toFixed(3).padStart(6, '0')}`
}

function media(clip: { video: boolean; audio: boolean }): string {
  return [clip.video ? 'video' : '', clip.audio ? 'audio' : ''].filter(Boolean).join('+')
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
