/** Checks whether a file can be written to a folder without leaving anything there. */
import { constants } from 'node:fs'
import { access, lstat, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../files/file-error.ts'

/** `O_TMPFILE`: Linux creates an unnamed file that is gone once closed. The flag includes that of folders. */
const UNNAMED = 0o20_000_000 | constants.O_DIRECTORY | constants.O_RDWR
/** Errors if the flag does not exist or the file system does not support it. */
const UNKNOWN = ['EOPNOTSUPP', 'ENOTSUP', 'EISDIR', 'EINVAL', 'ENOENT']

/**
 * Checks the path to a file, of which some folders may not exist yet.
 * @throws the system's error: a name or path that is too long, a file or dangling link in place of a folder
 *   (`ENOTDIR`), a folder in place of the file (`EISDIR`), no write permission, a read-only file system
 */
export async function refuseUnusable(place: {
  root: string
  segments: readonly string[]
  name: string
}): Promise<void> {
  const { root, segments, name } = place
  let folder = root
  for (const [i, segment] of [...segments, name].entries()) {
    // Via the existing parent: the length of a name is not checked below a missing folder.
    const path = join(folder, segment)
    const facts = await lstat(path).catch(absent)
    if (facts === undefined || i === segments.length) continue
    if (!facts.isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' })
    folder = path
  }
  const there = await stat(join(root, ...segments, name)).catch(absent)
  if (there?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
  await tryWriting(folder)
}

async function tryWriting(folder: string): Promise<void> {
  try {
    if (process.platform === 'linux') return await (await open(folder, UNNAMED, 0o600)).close()
  } catch (error) {
    if (!UNKNOWN.includes(errorCode(error) ?? '')) throw error
  }
  await access(folder, constants.W_OK | constants.X_OK)
}

function absent(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
}
