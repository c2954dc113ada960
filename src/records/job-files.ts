/** The files that a job has in the folder of logs. README.md says what is in each. */
import { join } from 'node:path'

const ENDINGS = {
  log: '.log',
  result: '.result.json',
  done: '.done.json',
  state: '.state.json',
  undelivered: '.undelivered.jsonl',
  page: '.html',
  facts: '.report.json',
} as const

export interface JobPlace {
  /** Absolute path. */
  readonly logFolder: string
  /** What can name a file. */
  readonly jobId: string
}

/** The same for one who writes there. */
export interface OwnPlace extends JobPlace {
  /** Who may read what is written. */
  readonly mode: number
}

export function jobFile({ logFolder, jobId }: JobPlace, kind: keyof typeof ENDINGS): string {
  return join(logFolder, `${jobId}${ENDINGS[kind]}`)
}

/** All of them. */
export function jobFilesOf(place: JobPlace): string[] {
  return (Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]).map((kind) => jobFile(place, kind))
}

/** The jobs that have a file of a kind, by the names of a folder's files. */
export function jobIdsOf(names: readonly string[], kind: keyof typeof ENDINGS): string[] {
  const ending = ENDINGS[kind]
  return names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length))
}
