/** A plan as data. */
import { processesOf } from '../model/command.ts'
import { commandsOf } from '../plan/render.ts'
import { layoutName } from '../timeline/changes.ts'
import { segmentName } from './clock.ts'
import type { Result } from './result.ts'
import { staysOf } from './stays.ts'
import { type PlanView, layoutsOf, mainOf } from './plan-view.ts'

/** What `plan --json` adds to the result. */
export function planData(result: Result, view: PlanView) {
  const { timeline, plan, estimate, fleets } = view
  const layoutAt = layoutsOf(view)
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
        layout: layoutName(layoutAt(segment.startMs)),
        streams: segment.layout.map(({ streamId }) => streamId),
        main: mainOf(segment) ?? null,
      })),
    },
    estimate,
    fleets,
    commands: planCommands(view),
  }
}

/** The commands as data. */
export function planCommands({ plan, local, argv }: Pick<PlanView, 'plan' | 'local' | 'argv'>) {
  return commandsOf(plan)
    .map(local)
    .flatMap(processesOf)
    .map((command) => ({
      name: command.name,
      argv: argv(command),
      cwd: command.cwd,
      files: [...command.files, ...(command.graph ? [command.graph] : [])].map(({ path, text }) => ({
        path,
        text,
      })),
      durationMs: command.durationMs,
      frames: command.frames,
    }))
}
