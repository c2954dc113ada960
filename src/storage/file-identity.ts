/** What a path refers to: its name in a folder and the file behind it, regardless of links and spelling. */
import type { BigIntStats } from 'node:fs'
import { lstat, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** Device and inode as one string. */
export type FileId = string

/** A name in a folder. */
export interface Place {
  /** The folder with all links resolved; undefined if there is none. */
  readonly folder: FileId | undefined
  /** Absolute path with the folder's links resolved. */
  readonly path: string
  readonly name: string
  /** The file of that name, without following a link; undefined if there is none. */
  readonly id: FileId | undefined
}

/** The same limit as the operating system. */
const MOST_LINKS = 40

export function idOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): FileId {
  return `${dev}:${ino}`
}

/** A folder with all links resolved. */
interface FoundFolder {
  readonly path: string
  readonly id: FileId | undefined
}
type FolderLookup = (path: string) => Promise<FoundFolder>

async function lookUpFolder(path: string): Promise<FoundFolder> {
  const real = await realpath(path).catch(() => path)
  return { path: real, id: await folderId(real) }
}

/** Looks up each folder only once, since most files of a module lie in the same folder. */
export function rememberFolders(): FolderLookup {
  const known = new Map<string, Promise<FoundFolder>>()
  return (path) => {
    const found = known.get(path) ?? lookUpFolder(path)
    known.set(path, found)
    return found
  }
}

/** Returns the place of a path and, if it is a link, the places that it leads to in order. Never throws. */
export async function placesOf(
  path: string,
  folders: FolderLookup = lookUpFolder,
): Promise<readonly Place[]> {
  const places: Place[] = []
  let at: string | undefined = resolve(path)
  while (at !== undefined && places.length < MOST_LINKS) {
    const { path: folder, id: folderOf }: FoundFolder = await folders(dirname(at))
    const real: string = join(folder, basename(at))
    const facts = await lstat(real, { bigint: true }).catch(() => undefined)
    places.push({
      folder: folderOf,
      path: real,
      name: basename(real),
      id: facts && idOf(facts),
    })
    const target = facts?.isSymbolicLink() === true ? await readlink(real).catch(() => undefined) : undefined
    at = target === undefined ? undefined : resolve(folder, target)
  }
  return places
}

/** Returns the folder a path refers to; undefined if there is none. */
export async function folderId(path: string): Promise<FileId | undefined> {
  return stat(path, { bigint: true }).then(
    (facts) => (facts.isDirectory() ? idOf(facts) : undefined),
    () => undefined,
  )
}
