/** From a key to a path that is sure to lie inside the bucket's folder. */
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { JobError } from '../errors.ts'
import { errorCode, fileError } from '../files/file-error.ts'

export interface Folder {
  readonly where: string
  readonly path: string
  /** Folders in one of which it must lie; none: anywhere. */
  readonly roots: readonly string[]
}

/**
 * The bucket's folder with every link in its path followed.
 * @throws JobError `folderMissing` where there is none, `folderOutside`
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

/** A root that is not there holds nothing. */
async function refuseOtherRoots(folder: Folder, path: string): Promise<void> {
  if (folder.roots.length === 0) return
  const roots = await Promise.all(folder.roots.map((root) => realpath(root).catch(() => undefined)))
  if (roots.some((root) => root !== undefined && isInside(root, path))) return
  throw new JobError({ code: 'folderOutside', params: { where: folder.where } }, { fault: 'config' })
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** Whether an error says that a file, or a folder on the way to it, is not there. */
export function isAbsence(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/**
 * Where an object lies, links followed; undefined when there is nothing under that key.
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

/** Where an object is to be put. */
export interface PlaceForObject {
  /** The bucket's folder, links followed. */
  readonly root: string
  /** The names of the folders from there, without a link among those that exist. */
  readonly segments: readonly string[]
  readonly name: string
}

/**
 * Where an object is to be put: its folder, of which only the part that exists has been looked at, and its name.
 * A link under the name itself is no concern, for the rename that ends a put replaces it.
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
      // A link to nowhere also ends here; opening the folder finds it.
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
