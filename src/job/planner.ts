/** Plans a job as often as necessary, avoiding seeks that land in the wrong place. */
import { plannedOf } from '../events/planned.ts'
import { refuseLacking } from '../ffmpeg/features.ts'
import type { SeekTrial } from '../ffmpeg/seeks.ts'
import type { FencedFfmpeg, FoundFfmpeg } from '../ffmpeg/types.ts'
import type { Command } from '../model/command.ts'
import { type Place, type WorkPlace, recordingPlace } from '../model/place.ts'
import type { Recording } from '../model/room.ts'
import { needsOfCommands } from '../plan/needs.ts'
import { commandsOf } from '../plan/render.ts'
import type { JobContext } from './host.ts'
import { inSlices } from './in-slices.ts'
import type { Omissions } from './omissions.ts'
import { type Attempt, type PlanTools, type Planned, planJob, planStill } from './plan-job.ts'
import { openSureSeeks } from './sure-seeks.ts'

export interface Planner {
  /** Plans the render from the given recordings. */
  readonly plan: (recordings: readonly Recording[], attempt: Attempt) => Promise<Planned>
  /**
   * Like `plan`, but without unreliable seeks. Emits `planned`.
   * @throws JobError `ffmpegLacks` if this machine's ffmpeg cannot execute it
   */
  readonly decide: (recordings: readonly Recording[], attempt: Attempt) => Promise<Planned>
  /**
   * Returns the command that renders one frame of a plan as a PNG, also without unreliable seeks.
   * @param how.stem output path without extension, in a folder of its own
   */
  readonly still: (
    planned: Planned,
    frame: number,
    how: { stem: WorkPlace; tolerant: boolean },
  ) => Promise<Command>
  /** Total planning time so far, in ms. */
  readonly spentMs: () => number
}

export function openPlanner(options: {
  tools: PlanTools
  /** Local paths of recordings; extended by those that are planned with. */
  places: Map<Place, string>
  /** Unix time in ms of output time 0. */
  roomStartMs: number
  ffmpeg: FencedFfmpeg & FoundFfmpeg
  seeking: SeekTrial
  omissions: Omissions
  context: Pick<JobContext, 'emit' | 'log' | 'signal' | 'now'>
}): Planner {
  const { tools, places, roomStartMs, ffmpeg, seeking, omissions, context } = options
  const { emit, log, signal, now } = context
  let spentMs = 0
  const plan: Planner['plan'] = (recordings, attempt) => {
    for (const recording of recordings) places.set(recordingPlace(recording), recording.path)
    return inSlices(
      planJob({ ...tools, roomStartMs, recordings, attempt, skipped: omissions.skipped() }),
      signal,
    )
  }
  const seeks = openSureSeeks(seeking, ({ entry: { name } }) => {
    omissions.warn([{ code: 'seekIndexWrong', params: { name }, where: name }])
  })

  const planTimed: Planner['plan'] = async (recordings, attempt) => {
    const startedMs = now()
    const planned = await plan(seeks.marked(recordings), attempt)
    const planMs = now() - startedMs
    spentMs += planMs
    emit({ kind: 'timed', timings: { planMs } })
    return planned
  }

  return {
    plan,
    async decide(recordings, attempt) {
      for (;;) {
        const planned = await planTimed(recordings, attempt)
        const { timeline } = planned
        emit(plannedOf(timeline, tools.job.media))
        const { frames, segments, shots, clips } = timeline
        log.info({ frames, segments: segments.length, shots: shots.length, clips: clips.length }, 'planned')
        refuseLacking(ffmpeg, needsOfCommands(commandsOf(planned.plan)))
        if (!(await seeks.findWrong(planned.plan.video, seeks.marked(recordings)))) return planned
      }
    },
    async still({ timeline, ...rest }, frame, { stem, tolerant }) {
      for (;;) {
        const command = planStill({
          ...tools,
          frame,
          stem,
          planned: { ...rest, timeline: seeks.markedIn(timeline) },
          attempt: { encoder: 'x264', tolerant },
        })
        const recordings = timeline.clips.map(({ recording }) => recording)
        if (!(await seeks.findWrong([command], seeks.marked(recordings)))) return command
      }
    },
    spentMs: () => spentMs,
  }
}
