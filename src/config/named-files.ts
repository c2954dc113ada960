/** Finds the files that an index names, as broadly as possible: anything that may be a recording is protected. Pure. */
import type { NamedFile } from '../model/room.ts'

/** Fields that do not contain a file name. */
const OTHERS = new Set(['StreamId', 'StartTime', 'EndTime', 'Clock', 'Rotation'])

/**
 * Treats every text of every entry as a file name, since an invalid entry may still name a recording: in a misspelt
 * field, with `..`, from the root of the bucket or as a URL.
 * @param root the segments of the index's `Root`
 */
export function namedFiles(files: readonly unknown[], root: readonly string[]): readonly NamedFile[] {
  return files.flatMap(textsOf).map((name) => {
    const text = name.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*|^file:/i, '')
    const isAbsolute = /^[/\\]/.test(text)
    const keys = new Set<string>()
    for (const separator of ['/', /[/\\]/]) {
      const segments = text.split(separator)
      keys.add(joined([...root, ...segments]))
      if (isAbsolute) keys.add(joined(segments))
    }
    keys.delete('')
    // In a URL the bucket may be the first segment of the path.
    if (text !== name)
      for (const key of [...keys]) if (key.includes('/')) keys.add(key.slice(key.indexOf('/') + 1))
    return { name, keys: [...keys], ...(text.startsWith('/') && { path: text }) }
  })
}

function textsOf(file: unknown): string[] {
  const fields = typeof file === 'object' && file !== null ? Object.entries(file) : [['Name', file] as const]
  return fields.flatMap(([field, value]) => {
    if (field === 'Slices' && Array.isArray(value)) return value.flatMap(textsOf)
    const text: unknown = typeof value === 'number' ? String(value) : value
    const isName = typeof text === 'string' && text.trim() !== '' && !text.includes('\0')
    return isName && !OTHERS.has(field) ? [text] : []
  })
}

/** Joins segments to a key; `..` removes the segment before it. */
function joined(segments: readonly string[]): string {
  const key: string[] = []
  for (const segment of segments) {
    if (segment === '..') key.pop()
    else if (segment !== '' && segment !== '.') key.push(segment)
  }
  return key.join('/')
}
