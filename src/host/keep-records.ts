/** Keeps a job's log, state and result. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type JobError, asJobError } from '../errors.ts'
import type { DoneRecord, Emit } from '../events/job-event.ts'
import { folderMode } from '../files/file-mode.ts'
import { replaceText } from '../files/write-file.ts'
import { writeDone } from '../records/done.ts'
import { type OwnPlace, jobFile } from '../records/job-files.ts'
import { type Logger, openLog } from '../records/log.ts'
import type { Result } from '../report/result.ts'
import { keepState } from '../status/state-file.ts'
import { harmlessJson } from '../text/harmless.ts'
import type { HostedRequest } from './hosted-request.ts'
import type { openAudience } from './audience.ts'

/**
 * Opens the job's log and its state file.
 * @returns a function that removes the state file
 * @throws if the log cannot be written
 */
export async function keepRecords(
  place: OwnPlace,
  { conf, cfgPath }: HostedRequest,
  audience: ReturnType<typeof openAudience>,
): Promise<() => Promise<void>> {
  // Requires the job's lock, so that the log of a running job is left alone.
  const { level, keep } = conf.logs
  audience.add(toLog(openLog({ path: jobFile(place, 'log'), level, keep, mode: place.mode })))
  const state = await keepState({ place, cfgPath })
  audience.add(state.take)
  return state.end
}

function toLog(logger: Logger): Emit {
  return (event) => {
    if (event.kind === 'note') logger[event.level](event.facts, event.text)
    if (event.kind === 'warning') {
      const { warning, message } = event
      logger.warn({ code: warning.code, where: warning.where }, message)
    }
    if (event.kind === 'failed') {
      const { error } = event
      logger.error({ code: error.code, fault: error.fault, err: error.cause ?? error }, error.message)
    }
  }
}

/** Writes the job's result. If it cannot be written, the job has failed. */
export async function keepResult(
  result: Result,
  of: { place: OwnPlace; record: DoneRecord | undefined; error: JobError | undefined },
): Promise<{ result: Result; error: JobError | undefined }> {
  const { place, record, error } = of
  try {
    const path = jobFile(place, 'result')
    await mkdir(dirname(path), { recursive: true, mode: folderMode(place.mode) })
    // Atomic: a reader never sees a partial result.
    await replaceText(path, `${harmlessJson(result, 2)}\n`, place.mode)
    if (record && !error) await writeDone(place, { ...record, result })
    return { result, error }
  } catch (thrown) {
    const failure = error ?? asJobError(thrown)
    return { result: { ...result, ...endOf(failure) }, error: failure }
  }
}

const endOf = ({ code, message, exitCode }: JobError) =>
  ({ status: 'failed', exitCode, error: { code, message } }) as const
