/** Private folders: in a shared temporary folder, other users may have placed links. */
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises'
import { JobError } from '../errors.ts'

const WRITABLE_BY_OTHERS = 0o022

/**
 * Creates a folder for this user alone, or accepts an existing one.
 * @throws JobError `folderNotOwn` for a link, another user's folder, or one with content that others could have put
 *   there
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
