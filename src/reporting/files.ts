/** A report's files: the page, and the facts it was made from. */
import { stat } from 'node:fs/promises'
import { dirname, relative, sep } from 'node:path'
import { type JobPlace, type OwnPlace, jobFile } from '../records/job-files.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import { type ReportFacts, factsKey } from '../report/facts.ts'
import type { Film } from '../report/html/film.ts'
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
  await putText(path, reportPage(result, facts, await filmFor(path, result, facts)), mode)
}

/** The finished file as a page at `path` reaches it: on this machine, else by a link that has not expired. */
async function filmFor(path: string, { output }: Result, { link }: Facts): Promise<Film | undefined> {
  if (output?.path !== undefined) {
    const file = await stat(output.path).catch(() => undefined)
    if (file?.isFile() && file.size === output.bytes)
      return { src: addressOf(relative(dirname(path), output.path)) }
  }
  return link && link.untilMs > Date.now() ? { src: link.url, untilMs: link.untilMs } : undefined
}

const addressOf = (path: string): string => path.split(sep).map(encodeURIComponent).join('/')
