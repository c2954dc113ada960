/** Validates what is on this machine: outputs, watermark pictures and recordings. */
import { dirname, resolve } from 'node:path'
import type { Conf } from '../../config/conf.ts'
import { findingsOfError } from '../../config/validation.ts'
import { EXIT, JobError, asJobError } from '../../errors.ts'
import { lookAtDestination } from '../../job/destination.ts'
import { type Message, say } from '../../messages/index.ts'
import type { Job, StorageTarget } from '../../model/job.ts'
import type { IndexEntry } from '../../model/room.ts'
import { openStorage, storageSettings } from '../../storage/open.ts'
import { missingPictures, missingRecordings } from '../missing-files.ts'
import { type Step, failed, type ValidateRequest } from './step.ts'

/** Checks whether the outputs of a run could be written, as far as possible without writing. */
export async function destinationStep(file: string, job: Job, conf: Conf): Promise<Step> {
  const storage = openStorage(job.storage, storageSettings(conf))
  try {
    await lookAtDestination({ job, conf, storage, signal: new AbortController().signal })
    return { findings: [], exitCode: EXIT.done }
  } catch (thrown) {
    return failed(asJobError(thrown), file)
  } finally {
    storage.close()
  }
}

/** Checks whether the watermark pictures are there, as far as they are on this machine. */
export async function picturesStep({ cfgPath, conf, strict }: ValidateRequest, job: Job): Promise<Step> {
  if (job.storage.kind !== 'local') return { findings: [], exitCode: EXIT.done }
  const storage = openStorage(job.storage, storageSettings(conf))
  try {
    const missing = await missingPictures(storage, job, dirname(resolve(cfgPath)))
    return missingStep(missing, { file: cfgPath, strict })
  } finally {
    storage.close()
  }
}

/** What a run would leave out, which fails it under `--strict`. */
function missingStep(missing: readonly Message[], { file, strict }: { file: string; strict: boolean }): Step {
  const severity = strict ? 'error' : 'warning'
  return {
    findings: missing.map((one) => ({ severity, code: one.code, message: say(one), file, path: '' })),
    exitCode: strict && missing.length > 0 ? EXIT.failed : EXIT.done,
  }
}

/** Checks whether a local bucket has the recordings that a run would read. */
export async function recordingsStep(
  wanted: readonly IndexEntry[],
  of: { request: ValidateRequest; target: StorageTarget; file: string; jobId: string },
): Promise<Step> {
  const { request, target, file, jobId } = of
  const { conf, strict } = request
  const storage = openStorage(target, storageSettings(conf))
  try {
    const missing = await missingRecordings(storage, wanted)
    const step = missingStep(missing, { file, strict })
    if (missing.length < wanted.length) return step
    const params = { jobId, skipped: missing.length }
    const error = new JobError({ code: 'noUsableStream', params }, { exitCode: EXIT.noStream })
    return {
      findings: [...step.findings, ...findingsOfError(error, file)],
      exitCode: step.exitCode || error.exitCode,
    }
  } finally {
    storage.close()
  }
}
