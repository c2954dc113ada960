/** A job's files in the log folder. README.md describes what each contains. */
import { join } from 'node:path'

const ENDINGS = {
  log: '.log',
  result: '.result.json',
  done: '.done.json',
  state: '.state.json',
  undelivered: '.undelivered.jsonl',
  queued: '.queued.json',
  page: '.html',
  facts: '.report.json',
} as const

export interface JobPlace {
  /** Absolute path. */
  readonly logFolder: string
  /** A valid file name. */
  readonly jobId: string
}

/** A place that the worker writes to. */
export interface OwnPlace extends JobPlace {
  /** File mode of what is written. */
  readonly mode: number
}

export function jobFile({ logFolder, jobId }: JobPlace, kind: keyof typeof ENDINGS): string {
  return join(logFolder, `${jobId}${ENDINGS[kind]}`)
}

/** All file paths of a job. */
export function jobFilesOf(place: JobPlace): string[] {
  return (Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]).map((kind) => jobFile(place, kind))
}

/** The job IDs that have a file of the given kind, from a folder's file names. */
export function jobIdsOf(names: readonly string[], kind: keyof typeof ENDINGS): string[] {
  const ending = ENDINGS[kind]
  return names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length))
}
