/**
 * A note next to a file that is being put into a bucket: what to remove from the bucket if this process is killed
 * before it can do so itself. One note per bucket and key, read by the next put of the same file.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { replaceText } from '../files/write-file.ts'

interface Unfinished {
  /** The note of a put that never ended; undefined if there is none. */
  read(): Promise<string | undefined>
  note(what: string): Promise<void>
  forget(): Promise<void>
}

/** Opens the note of one put. Failing to read or write the note does not fail the put. */
export function unfinishedPut(put: { where: string; key: string; fromPath: string }): Unfinished {
  const id = createHash('sha256').update(`${put.where}\n${put.key}`).digest('hex').slice(0, 16)
  const path = `${put.fromPath}.upload-${id}`
  return {
    read: () => readFile(path, 'utf8').catch(() => undefined),
    note: (what) => replaceText(path, what).catch(() => {}),
    forget: () => rm(path, { force: true }).catch(() => {}),
  }
}
