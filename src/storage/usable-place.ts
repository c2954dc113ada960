/** Whether a file can be put into a folder, found out without leaving anything there. */
import { constants } from 'node:fs'
import { access, lstat, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../files/file-error.ts'

/** Linux makes a file without a name, which is gone when it is closed. The flag goes with that of folders. */
const UNNAMED = 0o20_000_000 | constants.O_DIRECTORY | constants.O_RDWR
/** What is said where there is no such flag, or a file system does not know it. */
const UNKNOWN = ['EOPNOTSUPP', 'ENOTSUP', 'EISDIR', 'EINVAL', 'ENOENT']

/**
 * Looks at the way to a file, of which some folders may have to be made yet.
 * @throws the system's error: a name or path that is too long, a file or a dangling link where a folder has to be
 *   (`ENOTDIR`), a folder where the file has to be (`EISDIR`), no right to write, a file system for reading only
 */
export async function refuseUnusable(place: {
  root: string
  segments: readonly string[]
  name: string
}): Promise<void> {
  const { root, segments, name } = place
  let folder = root
  for (const [i, segment] of [...segments, name].entries()) {
    // By a folder that is there: the length of a name is not looked at below one that is missing.
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
