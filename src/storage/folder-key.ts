/** Maps a key to a path that is guaranteed to lie inside the bucket's folder. */
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { JobError } from '../errors.ts'
import { errorCode, fileError } from '../files/file-error.ts'

export interface Folder {
  readonly where: string
  readonly path: string
  /** The folder must lie in one of these; if empty, it may be anywhere. */
  readonly roots: readonly string[]
}

/**
 * Returns the bucket's folder with all links resolved.
 * @throws JobError `folderMissing`, `folderOutside`
 */
async function realFolder(folder: Folder): Promise<string> {
  try {
    const path = await realpath(folder.path)
    await refuseOtherRoots(folder, path)
    if ((await stat(path)).isDirectory()) return path
  } catch (error) {
    if (!isAbsence(error)) throw fileError(folder.path, error, 'config')
  }
  throw new JobError({ code: 'folderMissing', params: { where: folder.where } }, { fault: 'config' })
}

/** A root that does not exist contains nothing. */
async function refuseOtherRoots(folder: Folder, path: string): Promise<void> {
  if (folder.roots.length === 0) return
  const roots = await Promise.all(folder.roots.map((root) => realpath(root).catch(() => undefined)))
  if (roots.some((root) => root !== undefined && isInside(root, path))) return
  throw new JobError({ code: 'folderOutside', params: { where: folder.where } }, { fault: 'config' })
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** Whether an error means that a file, or a folder on its path, does not exist. */
export function isAbsence(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/**
 * Returns the path of an object with links resolved; undefined if there is no object under that key.
 * @throws JobError `keyLeavesBucket`, `folderMissing`
 */
export async function pathOfObject(folder: Folder, key: string): Promise<string | undefined> {
  const root = await realFolder(folder)
  const wanted = join(root, ...segmentsOf(folder, key))
  try {
    const path = await realpath(wanted)
    refuseOutside({ folder, root, path, key })
    return path
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw fileError(wanted, error, 'input')
  }
}

/** Where an object will be written. */
export interface PlaceForObject {
  /** The bucket's folder with links resolved. */
  readonly root: string
  /** The folder names from there. Those that exist are not links. */
  readonly segments: readonly string[]
  readonly name: string
}

/**
 * Returns the folder and name under which an object will be written. Only the part of the path that exists is checked.
 * The name itself may be a link, since the rename at the end of a put replaces it.
 * @throws JobError `keyLeavesBucket`, `folderMissing`
 */
export async function placeForObject(folder: Folder, key: string): Promise<PlaceForObject> {
  const root = await realFolder(folder)
  const wanted = join(root, ...segmentsOf(folder, key))
  const missing: string[] = []
  let existing = dirname(wanted)
  for (;;) {
    try {
      const path = await realpath(existing)
      refuseOutside({ folder, root, path, key })
      const there = relative(root, path).split(sep)
      return { root, segments: [...there.filter((name) => name !== ''), ...missing], name: basename(wanted) }
    } catch (error) {
      // A dangling link also ends here; opening the folder detects it.
      if (errorCode(error) !== 'ENOENT') throw fileError(existing, error, 'destination')
      missing.unshift(basename(existing))
      existing = dirname(existing)
    }
  }
}

function segmentsOf(folder: Folder, key: string): string[] {
  const segments = key.split(/[/\\]/)
  if (key === '' || key.includes('\0') || isAbsolute(key) || segments.includes('..'))
    throw leaves(folder, key)
  const named = key.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (named.length === 0) throw leaves(folder, key)
  return named
}

function refuseOutside(found: { folder: Folder; root: string; path: string; key: string }): void {
  const { folder, root, path, key } = found
  if (!isInside(root, path)) throw leaves(folder, key)
}

export function leaves(folder: Folder, key: string): JobError {
  return new JobError({ code: 'keyLeavesBucket', params: { where: folder.where, key } }, { fault: 'input' })
}
