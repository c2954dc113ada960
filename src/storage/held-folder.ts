/** A folder inside a bucket's folder, held open so that links swapped in later cannot redirect it. */
import { constants, existsSync } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../files/file-error.ts'

export interface HeldFolder {
  /** Returns the path of a name in the folder. The name must not contain a slash; valid until `close`. */
  readonly at: (name: string) => string
  /** Flushes the folder's entries to disk if the file system supports it. */
  readonly sync: () => Promise<void>
  /** Removes the folder and its parents as long as they are empty. @param onlyMade only those created for it */
  readonly removeEmpty: (onlyMade: boolean) => Promise<void>
  readonly close: () => Promise<void>
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY
/** Where open folders have paths of their own. Elsewhere names are resolved again and checked only once. */
const HANDLES = '/proc/self/fd'
const hasHandles = existsSync(HANDLES)

/**
 * Opens a folder one name at a time, following no links.
 * @param options.root a folder with links already resolved
 * @param options.segments the folder names from there
 * @param options.isMade whether missing folders are created
 * @throws the system's error; `ELOOP` if a name is a link
 */
export async function holdFolder(options: {
  root: string
  segments: readonly string[]
  isMade: boolean
}): Promise<HeldFolder> {
  const { root, segments, isMade } = options
  const steps: { readonly handle: FileHandle; readonly path: string; readonly isNew: boolean }[] = []
  const close = async () => {
    await Promise.all(steps.map(({ handle }) => handle.close()))
  }
  const within = (step: (typeof steps)[number] | undefined, name: string) =>
    join(step && hasHandles ? `${HANDLES}/${step.handle.fd}` : (step?.path ?? root), name)
  const removeEmpty = async (onlyMade: boolean) => {
    for (let i = segments.length; i > 0; i--) {
      if (onlyMade && steps[i]?.isNew !== true) return
      try {
        await rmdir(within(steps[i - 1], segments[i - 1] ?? ''))
      } catch {
        return
      }
    }
  }
  try {
    steps.push({ handle: await open(root, FOLDER), path: root, isNew: false })
    for (const [i, segment] of segments.entries()) {
      const path = within(steps[i], segment)
      const isNew = isMade && (await make(path))
      steps.push({ handle: await openOnly(path), path: join(root, ...segments.slice(0, i + 1)), isNew })
    }
  } catch (error) {
    await removeEmpty(true)
    await close()
    throw error
  }
  return {
    at: (name) => within(steps.at(-1), name),
    sync: async () => {
      try {
        await steps.at(-1)?.handle.sync()
      } catch (error) {
        if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(errorCode(error) ?? '')) throw error
      }
    },
    removeEmpty,
    close,
  }
}

async function openOnly(path: string): Promise<FileHandle> {
  try {
    return await open(path, FOLDER | constants.O_NOFOLLOW)
  } catch (error) {
    const isLink = (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true
    throw isLink ? Object.assign(new Error('a link', { cause: error }), { code: 'ELOOP' }) : error
  }
}

/** @returns whether the folder was created */
async function make(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    return false
  }
}
