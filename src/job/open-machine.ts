/** Finds what this machine has for a job, and refuses a job that it cannot do. */
import { JobError } from '../errors.ts'
import { refuseLacking } from '../ffmpeg/features.ts'
import { findFfmpeg } from '../ffmpeg/find.ts'
import type { FencedFfmpeg, FoundFfmpeg } from '../ffmpeg/types.ts'
import type { Canvas, Job } from '../model/job.ts'
import { type Budget, canvasThatFits } from '../plan/budget.ts'
import { pixelLimit } from '../plan/fences.ts'
import { needsOfJob } from '../plan/needs.ts'
import type { JobContext } from './host.ts'
import type { JobRequest } from './job-request.ts'
import { machineBudget } from './machine.ts'
import { fencesFor } from './plan-job.ts'

/** The tools and the limits of this machine for a job. */
export interface Machine {
  readonly ffmpeg: FencedFfmpeg & FoundFfmpeg
  readonly budget: Budget
  readonly maxPixels: number
}

/** @throws JobError if this machine's ffmpeg or memory is insufficient for the job */
export async function openMachine(job: Job, request: JobRequest, context: JobContext): Promise<Machine> {
  const { conf, workFolder } = request
  const { emit, log, env } = context
  const { path: confPath, sandbox } = conf.ffmpeg
  const [found, budget] = await Promise.all([
    findFfmpeg({ confPath, env, sandbox, workFolder }),
    machineBudget(conf.limits),
  ])
  emit({ kind: 'ffmpegFound', version: found.version })
  if (job.media !== 'audio') refuseTooLarge(job.canvas, budget)
  const kbps = job.video.bitrateKbps + conf.audio.bitrateKbps
  const ffmpeg = { ...found, fences: fencesFor({ canvas: job.canvas, kbps, conf, budget }) }
  const { guards, unboxed: detail } = found
  const shown = { ...found, has: undefined, guards: undefined, unboxed: undefined }
  log.info({ jobId: job.jobId, ffmpeg: shown, node: process.version, budget }, 'job read')
  const held = { bwrap: guards.sandbox?.bwrap, prlimit: guards.prlimit, detail }
  log.info(held, guards.sandbox ? 'each ffmpeg runs in a sandbox' : 'each ffmpeg runs without a sandbox')
  refuseLacking(found, needsOfJob(job, conf.video.encoder))
  return { ffmpeg, budget, maxPixels: pixelLimit(conf.limits.maxPixels, budget) }
}

/** @throws JobError `canvasTooLarge` if not even one chunk of video can be encoded within the budget */
function refuseTooLarge({ width, height }: Canvas, { memoryMb }: Budget): void {
  const fitting = canvasThatFits({ width, height }, memoryMb)
  if (!fitting) return
  const { neededMb } = fitting
  const fits = `${fitting.width} x ${fitting.height}`
  throw new JobError(
    { code: 'canvasTooLarge', params: { width, height, neededMb, memoryMb, fits } },
    { fault: 'config' },
  )
}
