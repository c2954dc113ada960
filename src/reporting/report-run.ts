/** Makes the report of a job that has just ended, successful or not. */
import type { Conf } from '../config/conf.ts'
import { asJobError } from '../errors.ts'
import { type OwnPlace, jobFile } from '../records/job-files.ts'
import type { Log } from '../events/channels.ts'
import type { Warning } from '../messages/index.ts'
import { type FilmLink, type Measured, factsKey } from '../report/facts.ts'
import type { Result } from '../report/result.ts'
import { settingsUsed } from '../report/settings.ts'
import { writeFacts, writePage } from './files.ts'
import { reportAgain } from './report-again.ts'

/** @returns a warning if the report could not be made, which does not fail the job */
export async function reportRun(options: {
  result: Result
  /** Unix time in ms of output time 0; undefined if the job did not get that far. */
  startMs: number | undefined
  measured: Measured
  /** To the finished file in its bucket. */
  link: FilmLink | undefined
  /** Content of cfg.json, as far as it could be parsed. */
  cfg: unknown
  conf: Conf
  place: OwnPlace
  log: Log
  signal: AbortSignal
}): Promise<Warning | undefined> {
  const { result, startMs, measured, link, cfg, conf, place, log, signal } = options
  const { mode } = place
  const path = jobFile(place, 'page')
  try {
    if (result.isUnchanged) {
      await reportAgain({ result, place, path, mode, conf, signal })
    } else {
      const facts = {
        version: 1 as const,
        of: factsKey(result),
        endedAtMs: Date.now(),
        roomStartMs: startMs,
        zone: conf.watermark.zone,
        settings: settingsUsed({ cfg, conf }),
        ...measured,
        link,
      }
      await writeFacts(place, facts)
      await writePage(path, result, facts, mode)
    }
    log.info({ path }, 'report written')
    return undefined
  } catch (thrown) {
    const error = asJobError(thrown)
    log.warn({ err: error.cause ?? error }, 'no report')
    return { code: 'reportFailed', params: { reason: error.message } }
  }
}
