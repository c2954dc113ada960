/** `preview`: the picture of every segment, or of one moment, made by the graph that makes the job's. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../cli/settings.ts'
import { type ExitCode, JobError } from '../errors.ts'
import { say } from '../messages/index.ts'
import { withJob } from '../job/open-job.ts'
import type { Invocation } from '../cli/options.ts'
import { carrier } from '../preview/make-pictures.ts'
import { type Preview, makePreview } from '../preview/make-preview.ts'
import { clock, segmentName } from '../report/clock.ts'
import type { Result } from '../report/result.ts'
import { look } from './dry-run.ts'
import { harmlessJson } from '../text/harmless.ts'

/** @returns the exit code */
export async function preview(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  return look(invocation, settings, {
    async see(request, context) {
      let made: Preview | undefined
      if (invocation.at !== undefined && invocation.everySegment) {
        throw new JobError({ code: 'previewOneOrAll', params: {} }, { fault: 'config' })
      }
      const looking = { ...request, isLook: true, isOffline: invocation.mock }
      await withJob(looking, context, async (open) => {
        const folder = join(open.work.path, 'preview')
        const { stallMs } = request.conf.ffmpeg
        const at = { ...open.at, work: folder }
        const carry = carrier({ ffmpeg: open.ffmpeg, at, stallMs, signal: context.signal })
        await rm(folder, { recursive: true, force: true })
        await mkdir(folder)
        try {
          made = await makePreview({ open, asked: invocation, at, carry })
        } finally {
          if (!request.keepWork) await rm(folder, { recursive: true, force: true })
        }
        return false
      })
      return made
    },
    print: (result, made) => print(invocation, result, made),
  })
}

function print({ json, at }: Invocation, result: Result, made: Preview | undefined): void {
  if (json) {
    process.stdout.write(`${harmlessJson(dataOf(result, made), 2)}\n`)
    return
  }
  if (!made) return
  const { path, folder, pictures, segments } = made
  const params = {
    path,
    pictures: pictures.length,
    segments,
    ...(at !== undefined && { at: clock(pictures[0]?.atMs ?? 0) }),
    ...(folder !== undefined && { folder }),
  }
  process.stdout.write(`${say({ code: 'previewMade', params })}\n`)
}

/** What was made, for machines. */
function dataOf(result: Result, made: Preview | undefined) {
  const { jobId, status, exitCode, error, segments, skipped, warnings } = result
  return {
    ...{ jobId, status, exitCode, ...(error && { error }) },
    ...(made && { path: made.path, ...(made.folder !== undefined && { folder: made.folder }) }),
    pictures: (made?.pictures ?? []).map(({ path, atMs, segment }) => ({
      ...(path !== undefined && { path }),
      atMs,
      segment: segmentName(segment),
      ...segments[segment],
    })),
    segments: made?.segments ?? segments.length,
    skipped,
    warnings,
  }
}
