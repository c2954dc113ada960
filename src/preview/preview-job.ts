/** Opens a job and makes a preview of it. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import type { JobContext } from '../job/host.ts'
import type { JobRequest } from '../job/job-request.ts'
import { withJob } from '../job/open-job.ts'
import { segmentName } from '../report/clock.ts'
import type { Result } from '../report/result.ts'
import { commandRunner } from './make-pictures.ts'
import { type Asked, type Preview, makePreview } from './make-preview.ts'

/** @throws JobError, `previewOneOrAll` if both a moment and every segment are requested */
export async function previewJob(
  asked: Asked,
  request: JobRequest,
  context: JobContext,
): Promise<Preview | undefined> {
  if (asked.at !== undefined && asked.everySegment) {
    throw new JobError({ code: 'previewOneOrAll', params: {} }, { fault: 'config' })
  }
  const { conf, keepWork } = request
  const { signal } = context
  let made: Preview | undefined
  await withJob({ ...request, isLook: true, isOffline: asked.mock }, context, async (open) => {
    const folder = join(open.work.path, 'preview')
    const at = { ...open.at, work: folder }
    const run = commandRunner({ ffmpeg: open.ffmpeg, at, stallMs: conf.ffmpeg.stallMs, signal })
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    try {
      made = await makePreview({ open, asked, at, run })
    } finally {
      if (!keepWork) await rm(folder, { recursive: true, force: true })
    }
    return false
  })
  return made
}

/** Returns the preview as data for `--json`. */
export function previewData(result: Result, made: Preview | undefined) {
  const { jobId, status, exitCode, error, segments, skipped, warnings } = result
  return {
    jobId,
    status,
    exitCode,
    error,
    ...(made && { path: made.path, folder: made.folder }),
    pictures: (made?.pictures ?? []).map(({ path, atMs, segment }) => ({
      path,
      atMs,
      segment: segmentName(segment),
      ...segments[segment],
    })),
    segments: made?.segments ?? segments.length,
    skipped,
    warnings,
  }
}
