/** `preview`: renders a picture of every segment, or of one moment, with the filter graph of the job. */
import type { Invocation } from '../cli/invocation.ts'
import type { Settings } from '../cli/settings.ts'
import type { ExitCode } from '../errors.ts'
import { say } from '../messages/index.ts'
import type { Preview } from '../preview/make-preview.ts'
import { previewData, previewJob } from '../preview/preview-job.ts'
import { clock } from '../report/clock.ts'
import type { Result } from '../report/result.ts'
import { harmlessJson } from '../text/harmless.ts'
import { inspectJob } from './inspect-job.ts'

/** @returns the exit code */
export function preview(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  return inspectJob(invocation, settings, {
    see: (request, context) => previewJob(invocation, request, context),
    print: (result, made) => print(invocation, result, made),
  })
}

function print({ json, at }: Invocation, result: Result, made: Preview | undefined): void {
  if (json) {
    process.stdout.write(`${harmlessJson(previewData(result, made), 2)}\n`)
    return
  }
  if (!made) return
  const { path, folder, pictures, segments } = made
  const params = {
    path,
    pictures: pictures.length,
    segments,
    ...(at !== undefined && { at: clock(pictures[0]?.atMs ?? 0) }),
    folder,
  }
  process.stdout.write(`${say({ code: 'previewMade', params })}\n`)
}
