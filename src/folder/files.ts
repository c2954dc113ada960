/** Reads the files of a folder. Never throws because of a file's content. */
import { groupBy } from '../model/collect.ts'
import type { FolderFile, Reading } from './model.ts'

export const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/** The folder of a path, without a slash at its end; empty at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

/** The name without its extension. */
export const stemOf = (path: string): string => baseName(path).replace(/\.[A-Za-z0-9]{1,5}$/, '')

export const isMedia = (file: FolderFile): boolean => file.facts !== undefined

type Json = Readonly<Record<string, unknown>>

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Text, or a number as text; undefined for anything else and for nothing. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A number, or text of one. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** The value of a JSON file; undefined if it is none. */
export function jsonOf(file: FolderFile): unknown {
  if (file.text === undefined || !/^\uFEFF?\s*[[{]/.test(file.text)) return undefined
  try {
    return JSON.parse(file.text.replace(/^\uFEFF/, '')) as unknown
  } catch {
    return undefined
  }
}

const MOST_DEPTH = 6
const MOST_OBJECTS = 50_000

/** Every object in the JSON files of a folder, outermost first, with its file. */
export function objectsIn(files: readonly FolderFile[]): readonly { file: FolderFile; object: Json }[] {
  const found: { file: FolderFile; object: Json }[] = []
  const visit = (file: FolderFile, value: unknown, depth: number): void => {
    if (depth > MOST_DEPTH || found.length >= MOST_OBJECTS) return
    const object = asObject(value)
    if (object) found.push({ file, object })
    for (const inner of object ? Object.values(object) : asList(value)) {
      if (typeof inner === 'object' && inner !== null) visit(file, inner, depth + 1)
    }
  }
  for (const file of files) visit(file, jsonOf(file), 0)
  return found
}

/**
 * Finds recordings by the name that a manifest gives. Its folders may be those of another machine, so of several files
 * with its base name the one counts that has most of its folders.
 */
export function byName(files: readonly FolderFile[]): (name: string) => FolderFile | undefined {
  const bases = groupBy(files, ({ path }) => baseName(path))
  return (name) => {
    const [first, ...others] = bases.get(baseName(name)) ?? []
    return others.reduce(
      (best, file) => (best && sharedEnd(file.path, name) <= sharedEnd(best.path, name) ? best : file),
      first,
    )
  }
}

/** How many segments at their ends two paths have in common. */
function sharedEnd(a: string, b: string): number {
  const [ours, theirs] = [a, b].map((path) => path.split(/[/\\]/).toReversed())
  const differs = ours?.findIndex((segment, at) => segment !== theirs?.[at]) ?? 0
  return differs === -1 ? (ours?.length ?? 0) : differs
}

/** The named groups of a file's base name; undefined if it does not match. */
export function matched(
  file: FolderFile,
  pattern: RegExp,
): Readonly<Record<string, string | undefined>> | undefined {
  return pattern.exec(baseName(file.path))?.groups
}

/** What a reader found; undefined if there is no recording in it. */
export const ifAny = (reading: Reading): Reading | undefined =>
  reading.recorded.length > 0 ? reading : undefined
