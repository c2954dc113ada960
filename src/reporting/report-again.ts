/**
 * Makes the report of a finished job again: from the facts its run left, otherwise by measuring the finished file if it
 * is local.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Conf } from '../config/conf.ts'
import { findFfmpeg } from '../ffmpeg/find.ts'
import { machineBudget } from '../job/machine.ts'
import { fencesFor } from '../job/plan-job.ts'
import type { JobPlace } from '../records/job-files.ts'
import type { Measured } from '../report/facts.ts'
import type { Result } from '../report/result.ts'
import { readFacts, writePage } from './files.ts'
import { measureFinished } from '../job/measure.ts'

/**
 * @param options.path where the page is written
 * @param options.mode file mode; the umask applies if undefined
 */
export async function reportAgain(options: {
  result: Result
  place: JobPlace
  path: string
  mode?: number
  conf: Conf
  signal: AbortSignal
}): Promise<void> {
  const { result, place, path, mode, conf, signal } = options
  const facts = await readFacts(place, result)
  const isMeasured = facts?.sound !== undefined || facts?.pictures !== undefined
  const measured = isMeasured ? {} : await measureOutput(result, conf, signal)
  signal.throwIfAborted()
  await writePage(path, result, { ...facts, ...measured }, mode)
}

/** Empty if the finished file is not on this machine or differs from the result's. */
async function measureOutput(
  { output, segments }: Result,
  conf: Conf,
  signal: AbortSignal,
): Promise<Measured> {
  if (output?.path === undefined) return {}
  const file = await stat(output.path).catch(() => undefined)
  if (!file?.isFile() || file.size !== output.bytes) return {}
  const { path: confPath, sandbox } = conf.ffmpeg
  const found = await findFfmpeg({ confPath, env: process.env, sandbox }).catch(() => undefined)
  if (!found) return {}
  const { width, height, fps } = output
  const canvas = { width: width ?? 0, height: height ?? 0, fps: fps ?? 0 }
  const budget = await machineBudget(conf.limits)
  const ffmpeg = { ...found, fences: fencesFor({ canvas, kbps: 0, conf, budget }) }
  const folder = await mkdtemp(join(tmpdir(), 'owt-report-'))
  const { maxPixels } = conf.limits
  try {
    return await measureFinished({
      look: { ffmpeg, folder, maxPixels, stallMs: conf.ffmpeg.stallMs, signal },
      path: output.path,
      segments,
      fps: output.fps ?? 1,
      lengthMs: output.durationMs,
      hasSound: output.audioCodec !== null,
      onFailure: () => undefined,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
