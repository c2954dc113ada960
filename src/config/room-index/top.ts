/** The index as JSON: its shape, and names that it does not have. */
import { allowedAt, namesOf, schemaAt } from '../allowed.ts'
import { type Notice, type Problem, found, nameText } from '../findings.ts'
import { nearest } from '../nearest.ts'
import { indexSchema } from '../schema.ts'
import type { Path } from '../../model/findings.ts'

export type Raw = Readonly<Record<string, unknown>>

/** Text, or a number, as people write ids as numbers. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

export function topOf(value: unknown): { raw: Raw; files: readonly unknown[] } | { wrong: Problem } {
  const wrong = (path: Path, at: unknown): { wrong: Problem } => {
    const allowed = allowedAt(indexSchema, path)
    return { wrong: { code: 'indexShape', params: { found: found(at, path), allowed }, path } }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong([], value)
  const raw = value as Raw
  for (const name of ['JobId', 'RoomId', 'Root']) {
    const at = raw[name]
    if (at !== undefined && at !== null && typeof at !== 'string' && typeof at !== 'number')
      return wrong([name], at)
  }
  const files: unknown = raw['Files']
  if (!Array.isArray(files)) return wrong(['Files'], files)
  return { raw, files }
}

/** The fields of an entry of `Files`. */
export const NAMES_OF_ENTRY = namesOf(schemaAt(indexSchema, ['Files', 0]))

/** Unknown names, each reported once however many entries have it. */
export function unknownNames(raw: unknown, files: readonly unknown[]): Notice[] {
  const seen = new Set<string>()
  const ofIndex = namesOf(indexSchema)
  const ofObject = (value: unknown, path: Path, known: readonly string[]): Notice[] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return Object.keys(value).flatMap((key): Notice[] => {
      const id = `${path.length}:${key}`
      if (known.includes(key) || seen.has(id)) return []
      seen.add(id)
      const near = nearest(key, known)
      const params = { key: nameText(key), nearest: near }
      return [{ code: 'unknownKey', params, path: [...path, key], atName: true }]
    })
  }
  return [
    ...ofObject(raw, [], ofIndex),
    ...files.flatMap((file, at) => ofObject(file, ['Files', at], NAMES_OF_ENTRY)),
  ]
}
