/** Makes the finished file and its sidecars from a job's recordings. */
import pLimit from 'p-limit'
import type { Conf } from '../config/conf.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Recording } from '../model/room.ts'
import { estimate, limitMs } from '../plan/estimate.ts'
import { pathOf } from '../plan/locate.ts'
import { type ArtifactCache, openArtifactCache } from '../records/artifact-cache.ts'
import { gatherStarting } from './early-start.ts'
import type { DistributedJob } from './executor.ts'
import type { JobContext } from './host.ts'
import { machineKind } from './machine.ts'
import { make } from './make-file.ts'
import { makeSidecars } from './make-sidecars.ts'
import type { OpenJob } from './open-room.ts'
import { type Planned, chunkRulesOf } from './plan-job.ts'
import { type RenderTools, runTask } from './render.ts'

/** Commands started before the complete plan is known. */
export interface EarlySteps {
  /** Aborts them with the job. */
  readonly signal: AbortSignal
  readonly begin: (step: Promise<unknown>) => void
}

/** Opens the job's artifact cache, and the executor if the host has one. The caller closes the executor. */
export async function openTools(open: OpenJob, conf: Conf, context: JobContext): Promise<RenderTools> {
  const { job, budget, at, ffmpeg } = open
  const { log, signal, openExecutor } = context
  const distributed = await distributedJob(open, conf, context)
  const executor = await openExecutor?.(distributed)
  return {
    steps: openSteps(distributed),
    at,
    ffmpeg,
    stallMs: conf.ffmpeg.stallMs,
    inTurn: pLimit(chunkRulesOf({ job, conf, budget }).atOnce),
    executor,
    log,
    signal,
  }
}

/** What an executor needs to know of an open job. */
export async function distributedJob(
  open: OpenJob,
  conf: Conf,
  { log, signal }: Pick<JobContext, 'log' | 'signal'>,
): Promise<DistributedJob> {
  const { job, storage, at, objects, omissions } = open
  const makers = { ...open.makers, machine: await machineKind() }
  return { job, conf, storage, makers, at, objects, log, signal, warn: omissions.warn }
}

export function openSteps({ makers, at }: Pick<DistributedJob, 'makers' | 'at'>): ArtifactCache {
  return openArtifactCache({ makers, pathOf: (output) => pathOf(output, at) })
}

export interface Film {
  readonly gathered: Awaited<ReturnType<OpenJob['gather']>>
  readonly made: Planned
  readonly sidecars: Awaited<ReturnType<typeof makeSidecars>>
}

interface Making {
  readonly conf: Conf
  readonly context: JobContext
  readonly tools: RenderTools
  readonly early: EarlySteps
}

/** Makes the finished file and its sidecars in the work folder from the recordings. */
export async function makeFilm(open: OpenJob, making: Making): Promise<Film> {
  const { job, budget, work, omissions } = open
  const { context, tools } = making
  const { emit, progress, now } = context
  const { gathered, encoder } = await gatherWithEncoder(open, making)
  const makeStart = now()
  const planBefore = open.spentMs()
  const timed = () =>
    emit({ kind: 'timed', timings: { encodeMs: now() - makeStart - (open.spentMs() - planBefore) } })
  const made = await make({
    job,
    encoder,
    omissions,
    tools,
    progress,
    recordings: gathered.recordings,
    plan: planWithin(open, making),
    maxPixels: open.maxPixels,
    cores: budget.cores,
    keepAs: work.rejected,
  }).finally(timed)
  omissions.warn(made.warnings)
  const sidecarsStart = now()
  const sidecars = await makeSidecars({ sidecars: made.plan.sidecars, canvas: job.canvas, tools, progress })
  emit({ kind: 'timed', timings: { encodeMs: now() - sidecarsStart } })
  omissions.warn(sidecars.warnings)
  return { gathered, made, sidecars }
}

/** Gathers recordings while the encoder is being chosen, and meanwhile starts on the video. */
async function gatherWithEncoder(
  open: OpenJob,
  { conf, context: { log }, tools, early }: Making,
): Promise<Pick<Film, 'gathered'> & { encoder: Encoder }> {
  const { job, entries, roomStartMs, omissions } = open
  const choosing = open.chooseEncoder()
  const gathered = await gatherStarting({
    entries,
    roomStartMs,
    rules: chunkRulesOf({ ...open, conf }),
    log,
    plan: async (recordings) => open.plan(recordings, { encoder: (await choosing).encoder, tolerant: false }),
    // A command that fails early fails again in the complete plan, which handles the failure.
    start: (command) => early.begin(runTask(command, { ...tools, signal: early.signal }, tools.inTurn)),
    gather: (arrived) =>
      open.gather({
        onArrival(entry, recording) {
          log.info({ file: entry.name, isUsable: recording !== undefined }, 'recording looked at')
          if (job.media !== 'audio') arrived(entry, recording)
        },
      }),
    // In any case, so that no trial encode outlives the job.
  }).finally(() => choosing)
  const { encoder, warnings } = await choosing
  omissions.warn(warnings)
  return { gathered, encoder }
}

/** Plans, and sets the job's time limit from its first plan; the limit includes time for repeated work. */
function planWithin(
  { job, budget, decide }: OpenJob,
  { conf, context: { allow } }: Making,
): (recordings: readonly Recording[], attempt: Parameters<typeof decide>[1]) => Promise<Planned> {
  let isTimed = false
  return async (recordings, attempt) => {
    const planned = await decide(recordings, attempt)
    if (!isTimed) {
      const { plan, timeline } = planned
      const costs = { plan, timeline, canvas: job.canvas, speed: conf.video.speed, cores: budget.cores }
      allow(limitMs(estimate({ ...costs, fetchedBytes: 0 })))
      isTimed = true
    }
    return planned
  }
}
