/** `report`: makes the report of a job that has run, from the files its run left. */
import { basename, resolve } from 'node:path'
import { type Settings, placesOf } from '../cli/settings.ts'
import { EXIT, type ExitCode, JobError } from '../errors.ts'
import { type JobPlace, jobFile } from '../records/job-files.ts'
import type { Invocation } from '../cli/invocation.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import type { Result } from '../report/result.ts'
import { reportAgain } from '../reporting/report-again.ts'
import { stopOnSignals } from '../cli/signals.ts'

/**
 * @returns the exit code
 * @throws JobError with exit code 3 if the job has no result
 */
export async function report(invocation: Invocation, { conf, error }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { jobId = '', output } = invocation
  const { logFolder } = placesOf(invocation, conf)
  const place = { logFolder, jobId }
  const result = await readResult(place)
  const path = output === undefined ? jobFile(place, 'page') : resolve(output)
  const stopping = stopOnSignals()
  try {
    await reportAgain({ result, place, path, conf, signal: stopping.signal })
    if (!invocation.quiet) process.stdout.write(`${path}\n`)
    return EXIT.done
  } catch (thrown) {
    throw stopping.stoppedBy() ?? thrown
  } finally {
    stopping.stop()
  }
}

async function readResult(place: JobPlace): Promise<Result> {
  const { jobId, logFolder: folder } = place
  const path = jobFile(place, 'result')
  // Must be a file name, not a path, so that nothing outside the folder is read.
  const isName = jobId !== '' && basename(jobId) === jobId
  const text = isName ? await readRegularText(path, MAX_OWN_BYTES).catch(() => undefined) : undefined
  if (text === undefined) {
    throw new JobError(
      { code: 'reportUnknownJob', params: { jobId, folder } },
      { exitCode: EXIT.noSuchJob, fault: 'config' },
    )
  }
  try {
    const result = JSON.parse(text) as Partial<Result> | null
    if (result?.jobId !== undefined && result.streams && result.segments && result.timings) {
      return result as Result
    }
  } catch {
    // Reported below, like a file with other content.
  }
  throw new JobError({ code: 'reportBroken', params: { path } }, { fault: 'input' })
}
