/** A report's files: the page, and the facts it was made from. */
import { type JobPlace, type OwnPlace, jobFile } from '../records/job-files.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import { type ReportFacts, factsKey } from '../report/facts.ts'
import { type Facts, reportPage } from '../report/html/page.ts'
import type { Result } from '../report/result.ts'
import { harmlessJson } from '../text/harmless.ts'
import { putText, replaceText } from '../files/write-file.ts'

/** @returns undefined if there are no facts for this result */
export async function readFacts(place: JobPlace, result: Result): Promise<ReportFacts | undefined> {
  try {
    const facts = JSON.parse(await readRegularText(jobFile(place, 'facts'), MAX_OWN_BYTES)) as ReportFacts
    return facts.version === 1 && facts.of === factsKey(result) ? facts : undefined
  } catch {
    return undefined
  }
}

export async function writeFacts(place: OwnPlace, facts: ReportFacts): Promise<void> {
  await replaceText(jobFile(place, 'facts'), `${harmlessJson(facts)}\n`, place.mode)
}

/** @param mode file mode; the umask applies if undefined */
export async function writePage(path: string, result: Result, facts: Facts, mode?: number): Promise<void> {
  await putText(path, reportPage(result, facts), mode)
}
