/** Plans a job as a run would, without encoding anything. */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { commandLine } from '../ffmpeg/arguments.ts'
import { lookAtDestination } from '../job/destination.ts'
import type { JobContext } from '../job/host.ts'
import { inSlices } from '../job/in-slices.ts'
import type { JobRequest } from '../job/job-request.ts'
import { withJob } from '../job/open-job.ts'
import type { OpenJob } from '../job/open-room.ts'
import { chunkRulesOf } from '../job/plan-job.ts'
import type { Recording } from '../model/room.ts'
import { estimate } from '../plan/estimate.ts'
import type { ChunkRules } from '../plan/budget.ts'
import { fleetTimes } from '../plan/fleet-times.ts'
import { soundWork } from '../plan/sound-work.ts'
import { localCommand } from '../plan/locate.ts'
import type { PlanView } from '../report/plan-view.ts'

/** Numbers of machines for which the time is estimated. */
const MACHINES = [1, 4, 16]

/** @throws JobError as a run would */
export async function drawPlan(request: JobRequest, context: JobContext): Promise<PlanView | undefined> {
  let drawn: PlanView | undefined
  await withJob(request, context, async (open) => {
    drawn = await draw(open, request, context.signal)
    // Not done: the work folder is kept so that a run can reuse the fetched recordings.
    return false
  })
  return drawn
}

async function draw(open: OpenJob, { conf }: JobRequest, signal: AbortSignal): Promise<PlanView> {
  const { job, budget, ffmpeg, omissions, storage, work } = open
  await lookAtDestination({ job, conf, storage, signal })
  const { recordings } = await open.gather()
  const { encoder, warnings } = await open.chooseEncoder()
  omissions.warn(warnings)
  const planned = await open.decide(recordings, { encoder, tolerant: false })
  omissions.warn(planned.warnings)
  const { plan, timeline } = planned
  const { speed } = conf.video
  const fetchedBytes = await bytesIn(work.path, recordings)
  const { canvas } = job
  const alone = estimate({ plan, timeline, canvas, speed, cores: budget.cores, fetchedBytes })
  const fleets = MACHINES.map((machines) => ({ machines, rules: rulesFor(machines, { job, conf, budget }) }))
  const { shots } = timeline
  const sound = plan.audio ? soundWork(timeline, plan.durationMs) : 0
  return {
    plan,
    timeline,
    job,
    speed,
    local: (command) => localCommand(command, open.at),
    argv: (command) => commandLine(ffmpeg, command),
    estimate: alone,
    fleets:
      plan.video.length > 0
        ? await inSlices(fleetTimes({ shots, canvas, fleets, alone, soundWork: sound }), signal)
        : [],
  }
}

/** How the video is cut for so many machines like this one. */
function rulesFor(machines: number, { job, conf, budget }: Parameters<typeof chunkRulesOf>[0]): ChunkRules {
  const limits = { ...conf.limits, fleetCores: machines * budget.cores }
  return chunkRulesOf({ job, conf: { ...conf, limits }, budget })
}

/** Total size of the recordings in a folder. */
async function bytesIn(folder: string, recordings: readonly Recording[]): Promise<number> {
  const paths = new Set(recordings.map(({ path }) => path).filter((path) => dirname(path) === folder))
  const sizes = await Promise.all([...paths].map(async (path) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
