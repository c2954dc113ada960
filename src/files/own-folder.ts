/** Folders that nobody else can put anything into: a shared temporary folder may hold somebody's links. */
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises'
import { JobError } from '../errors.ts'

const WRITABLE_BY_OTHERS = 0o022

/**
 * Makes a folder for this user alone, or takes one that is.
 * @throws JobError `folderNotOwn` for a link, for a folder of another user, and for one with anything in it that others
 *   could have put there
 */
export async function makeOwnFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const facts = await lstat(path)
  const isOwn = facts.isDirectory() && facts.uid === (process.geteuid?.() ?? facts.uid)
  const isOpen = isOwn && (facts.mode & WRITABLE_BY_OTHERS) !== 0 && (await readdir(path)).length > 0
  if (!isOwn || isOpen) throw new JobError({ code: 'folderNotOwn', params: { path } }, { fault: 'config' })
  if ((facts.mode & 0o077) !== 0) await chmod(path, 0o700)
}
