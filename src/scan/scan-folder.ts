/** Lists the files of a folder, with facts about each. */
import { type Dirent, constants } from 'node:fs'
import { access, opendir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import { readRegularText } from '../files/read-file.ts'
import type { Folder, FolderFile } from '../folder/model.ts'
import { factsOf } from './facts.ts'

/** Systems nest up to five folders. */
const MOST_DEPTH = 7
const MOST_FILES = 5000
const MOST_TEXTS = 1000
const MOST_TEXT_BYTES = 4 * 2 ** 20
const TEXT = /\.(?:json|xml|txt|m3u8)$/i
const AT_ONCE = 8

export interface Scanned extends Folder {
  /** Absolute path with links resolved. */
  readonly path: string
}

/**
 * Lists a folder, or files as if they lay in a folder of their own: the deepest that contains all of them.
 * @param given paths of one folder, or of files
 * @throws JobError `folderNothing`, `folderTooMuch`, `fileMissing`, `fileUnreadable`
 */
export async function scan(given: readonly string[]): Promise<Scanned> {
  const places = await Promise.all(given.map(placeOf))
  const [only] = places
  const folders = places.filter((place) => place.isFolder)
  if (places.length > 1 && folders[0]) {
    throw new JobError({ code: 'folderAmongFiles', params: { path: folders[0].given } }, { fault: 'config' })
  }
  const isFolder = only !== undefined && places.length === 1 && only.isFolder
  const path = isFolder ? only.path : commonFolder(places.map((place) => dirname(place.path)))
  const below = isFolder
    ? await filesIn(path)
    : places.map((place) => relative(path, place.path).split(sep).join('/'))
  if (below.length > MOST_FILES) {
    throw new JobError({ code: 'folderTooMuch', params: { path, maximum: MOST_FILES } }, { fault: 'config' })
  }
  // Manifests beside files that were given belong to them.
  const beside = isFolder ? [] : await textsBeside(path, below)
  const limit = pLimit(AT_ONCE)
  let texts = 0
  const files = await Promise.all(
    [...new Set([...below, ...beside])].map((one) =>
      limit(() => describe(path, one, TEXT.test(one) && texts++ < MOST_TEXTS)),
    ),
  )
  return { name: basename(path), path, files: files.filter((file) => file !== undefined) }
}

interface PlaceGiven {
  readonly given: string
  /** With links resolved. */
  readonly path: string
  readonly isFolder: boolean
}

async function placeOf(given: string): Promise<PlaceGiven> {
  try {
    const path = await realpath(resolve(given))
    await access(path, constants.R_OK)
    return { given, path, isFolder: (await stat(path)).isDirectory() }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new JobError({ code: 'fileMissing', params: { path: given } }, { fault: 'config' })
    const reason = code ?? 'unknown'
    throw new JobError({ code: 'fileUnreadable', params: { path: given, reason } }, { fault: 'config' })
  }
}

/** The deepest folder that contains all of them. */
export function commonFolder(folders: readonly string[]): string {
  const [first = sep, ...others] = folders
  let common = first
  for (const folder of others) {
    while (folder !== common && !folder.startsWith(common.endsWith(sep) ? common : common + sep))
      common = dirname(common)
  }
  return common
}

/** Breadth-first, without hidden files; folders behind links are not entered. */
async function filesIn(path: string): Promise<string[]> {
  const found: string[] = []
  let level = ['']
  for (let depth = 0; depth < MOST_DEPTH && level.length > 0 && found.length <= MOST_FILES; depth++) {
    const next: string[] = []
    for (const folder of level) {
      const names: Dirent[] = []
      const opened = await opendir(join(path, folder)).catch((error: unknown) => {
        // A folder below that cannot be read is as good as empty.
        if (folder === '') throw error
      })
      for await (const entry of opened ?? []) if (names.push(entry) > MOST_FILES) break
      for (const entry of names.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        if (entry.name.startsWith('.')) continue
        const below = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory()) next.push(below)
        else found.push(below)
      }
    }
    level = next
  }
  return found
}

async function textsBeside(path: string, files: readonly string[]): Promise<string[]> {
  const folders = new Set(files.map((file) => (file.includes('/') ? dirname(file) : '')))
  const texts: string[] = []
  for (const folder of folders) {
    const opened = await opendir(join(path, folder)).catch(() => undefined)
    for await (const entry of opened ?? []) {
      if (texts.length > MOST_TEXTS) break
      if (entry.isFile() && /\.(?:json|xml)$|^info\.txt$/i.test(entry.name))
        texts.push(folder === '' ? entry.name : `${folder}/${entry.name}`)
    }
  }
  return texts
}

/** Undefined for anything but a regular file. */
async function describe(root: string, path: string, isText: boolean): Promise<FolderFile | undefined> {
  const at = join(root, path)
  const found = await stat(at).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const facts = await factsOf(at)
  const text =
    isText && !facts && found.size <= MOST_TEXT_BYTES
      ? await readRegularText(at, MOST_TEXT_BYTES).catch(() => undefined)
      : undefined
  return {
    path,
    bytes: found.size,
    modifiedMs: found.mtimeMs,
    ...(found.birthtimeMs > 0 && { bornMs: found.birthtimeMs }),
    facts,
    text,
  }
}
