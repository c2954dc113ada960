/** Makes the finished file from local recordings and verifies it. */
import { readFile, rm } from 'node:fs/promises'
import { checkFinished } from '../check/check-finished.ts'
import { checkDiskSpace } from './disk-space.ts'
import { JobError } from '../errors.ts'
import type { MessageCode } from '../messages/index.ts'
import type { Omissions } from './omissions.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'
import type { Recording } from '../model/room.ts'
import { pathOf } from '../plan/locate.ts'
import type { Attempt, Planned } from './plan-job.ts'
import type { Progress } from '../events/channels.ts'
import { findBroken, findHeaviest, isSuspect, withoutBroken } from './find-broken.ts'
import { type RenderTools, render } from './render.ts'
import { warnUndecoded } from './undecoded.ts'
import { keyPath } from '../records/artifact-cache.ts'
import { writeText } from '../files/write-file.ts'

/** Failures that a tolerant graph may avoid. */
const OF_GRAPH = new Set<MessageCode>(['framesWrong', 'ffmpegStalled', 'ffmpegFailed', 'ffmpegFenced'])
/** How often a command that crashed with the last graph is run again. */
const REPEATS = 3
/** Failures that a hardware encoder may have caused. */
const OF_ENCODER = new Set<MessageCode>([...OF_GRAPH, 'checkFailed'])

/**
 * Plans, renders and verifies, and repeats that without recordings that do not decode or without an encoder that fails,
 * so that one bad file or driver does not fail the job.
 * @param options.keepAs where an incorrect finished file is moved
 */
export async function make(options: {
  job: Job
  recordings: readonly Recording[]
  plan: (recordings: readonly Recording[], attempt: Attempt) => Promise<Planned>
  /** The first encoder to use; x264 replaces it if it fails. */
  encoder: Encoder
  omissions: Omissions
  tools: RenderTools
  maxPixels: number
  /** How many recordings are decoded concurrently to find a broken one. */
  cores: number
  keepAs: string
  progress: Progress
}): Promise<Planned> {
  const { job, plan, omissions, tools, maxPixels, cores, keepAs, progress } = options
  const { ffmpeg, stallMs, log, signal } = tools
  let { recordings, encoder } = options
  let tolerant = false
  let repeats = 0
  for (;;) {
    const planned = await plan(recordings, { encoder, tolerant })
    try {
      await checkDiskSpace(planned.plan, job, tools.at)
      const levelled = await render(planned.plan, tools, progress)
      progress.end('encode')
      progress.update('check', 0, 0, { doing: { code: 'doingCheck', params: {} } })
      await check({ job, planned, tools, maxPixels, keepAs }).finally(() => progress.end('check'))
      omissions.warn(levelled?.warnings ?? [])
      omissions.warn(await warnUndecoded(planned.plan, recordings, tools))
      return { ...planned, ...(levelled?.used && { loudness: levelled.used }) }
    } catch (error) {
      const { clips } = planned.timeline
      if (isSuspect(error)) progress.update('check', 0, 0, { doing: { code: 'doingSearch', params: {} } })
      const looking = { clips, ffmpeg, stallMs, maxPixels, atOnce: cores, signal }
      const isOfGraph = error instanceof JobError && OF_GRAPH.has(error.code)
      const isLastTry = encoder === 'x264' && (tolerant || !isOfGraph)
      // A tolerant graph is the second try with the same recordings: each of them decodes.
      const search = tolerant ? Promise.resolve([]) : findBroken({ error, ...looking })
      let broken = await search.finally(() => progress.end('check'))
      if (broken.length === 0 && isLastTry) {
        broken = findHeaviest({ error, clips, memoryMb: ffmpeg.fences.command(0, true).memoryMb })
      }
      if (broken.length > 0) {
        await rm(keepAs, { force: true })
        recordings = withoutBroken(recordings, broken)
        const names = broken.map((one) => one.recording.entry.name)
        log.warn({ err: error, broken: names }, 'rendering again without')
        omissions.broken(broken, recordings)
        continue
      }
      if (encoder !== 'x264' && error instanceof JobError && OF_ENCODER.has(error.code)) {
        await rm(keepAs, { force: true })
        log.warn({ err: error, encoder }, 'rendering again with x264')
        omissions.warn([{ code: 'encoderFailed', params: { encoder, detail: error.message } }])
        encoder = 'x264'
        continue
      }
      // Depending on how its threads are timed, ffmpeg 7 aborts now and then on input that is fine.
      if (tolerant && isCrash(error) && repeats < REPEATS) {
        repeats++
        log.warn({ err: error, repeats }, 'rendering again after a crash')
        continue
      }
      // Each track decodes, but some section yields no picture.
      if (!isOfGraph || tolerant) throw error
      tolerant = true
      // Commands that ran out of resources side by side may succeed alone.
      tools.inTurn.concurrency = 1
      log.warn({ err: error }, 'rendering again with a backdrop for each tile')
    }
  }
}

/** Whether ffmpeg crashed, rather than refuse its input. */
const isCrash = (error: unknown): boolean =>
  error instanceof JobError && error.said.code === 'ffmpegFailed' && error.said.params.isCrash === true

/** Verifies a finished file. Skipped if an earlier run verified the same file but could not upload it. */
async function check(options: {
  job: Job
  planned: Planned
  tools: RenderTools
  maxPixels: number
  keepAs: string
}): Promise<void> {
  const { job, planned, tools, maxPixels, keepAs } = options
  const { timeline, plan } = planned
  const { ffmpeg, stallMs, signal, steps, at } = tools
  const finished = pathOf(plan.mux.output, at)
  const note = `${finished}.checked`
  const key = steps.keyOf(plan.mux.output)
  if (key !== undefined && (await readFile(note, 'utf8').catch(() => '')) === key) return
  try {
    await checkFinished({
      path: finished,
      timeline,
      plan,
      canvas: job.canvas,
      look: { ffmpeg, folder: at.work, maxPixels, stallMs, signal },
      keepAs,
    })
  } catch (error) {
    await rm(keyPath(finished), { force: true })
    throw error
  }
  await writeText(note, key ?? '')
}
