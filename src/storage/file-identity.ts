/** What a path really is: its place in a folder and the file behind it, whatever links and spellings lead there. */
import type { BigIntStats } from 'node:fs'
import { lstat, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** Device and inode as one text. */
export type FileId = string

/** A name in a folder. */
export interface Place {
  /** The folder behind all links; undefined where there is none. */
  readonly folder: FileId | undefined
  /** Absolute path, the links of the folder followed. */
  readonly path: string
  readonly name: string
  /** What has that name, a link as such; undefined where nothing has. */
  readonly id: FileId | undefined
}

/** As the system does. */
const MOST_LINKS = 40

export function idOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): FileId {
  return `${dev}:${ino}`
}

/** A folder behind all links. */
interface FoundFolder {
  readonly path: string
  readonly id: FileId | undefined
}
type FolderLookup = (path: string) => Promise<FoundFolder>

async function lookUpFolder(path: string): Promise<FoundFolder> {
  const real = await realpath(path).catch(() => path)
  return { path: real, id: await folderId(real) }
}

/** Looks each folder up once: most files of a room lie in one. */
export function rememberFolders(): FolderLookup {
  const known = new Map<string, Promise<FoundFolder>>()
  return (path) => {
    const found = known.get(path) ?? lookUpFolder(path)
    known.set(path, found)
    return found
  }
}

/** The place of a path and, where a link is there, the places that it leads to one after the other. Never throws. */
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
      ...{ path: real, name: basename(real) },
      id: facts && idOf(facts),
    })
    const target = facts?.isSymbolicLink() === true ? await readlink(real).catch(() => undefined) : undefined
    at = target === undefined ? undefined : resolve(folder, target)
  }
  return places
}

/** The folder behind a path; undefined where there is none. */
export async function folderId(path: string): Promise<FileId | undefined> {
  return stat(path, { bigint: true }).then(
    (facts) => (facts.isDirectory() ? idOf(facts) : undefined),
    () => undefined,
  )
}
