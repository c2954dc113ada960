/** Object keys below the index's `Root`, for untrusted names. */
import { wellFormed } from '../text/well-formed.ts'

/** Includes drive letters; a colon further on is part of a name. */
const isUrl = (text: string): boolean => /^(?:[a-z][a-z0-9+.-]*:[/\\]|(?:file|data):)/i.test(text)

function segmentsOf(text: string): readonly string[] | undefined {
  if (isUrl(text) || /\p{Cc}/u.test(text)) return undefined
  const segments = wellFormed(text).split('/')
  // Some later readers of the key treat a backslash as a separator.
  if (segments.some((segment) => segment.split('\\').includes('..'))) return undefined
  return segments.filter((segment) => segment !== '' && segment !== '.')
}

/** The segments of `Root`; undefined if it leaves the bucket or is a URL. Leading and trailing slashes are ignored. */
export function folderSegments(root: string): readonly string[] | undefined {
  return segmentsOf(root)
}

/** The key `Root/Name`; undefined for a name that leaves Root: `..`, an absolute path, a URL, a control character. */
export function keyBelow(root: readonly string[], name: string): string | undefined {
  if (/^[/\\]/.test(name)) return undefined
  const segments = segmentsOf(name)
  if (!segments || segments.length === 0 || name.endsWith('/')) return undefined
  return [...root, ...segments].join('/')
}
