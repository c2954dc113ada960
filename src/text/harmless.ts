/** Text that others have written, made fit for a terminal or a log. Pure. */

/** Longer than any name, path or message of use; what others write can have megabytes. */
const MOST_CHARACTERS = 2000

/**
 * What a terminal acts on instead of showing it: control characters, line and paragraph separators, marks that turn
 * the direction of text or show nothing, halves of surrogate pairs. Joiners stay: scripts and emoji need them.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu

/** "\u001b": how a program would write it. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** `text` on one line of bounded length, with nothing in it that a terminal acts on: that is shown as `\u001b`. */
export function harmless(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text
  return cut.replaceAll(UNSAFE, escaped)
}

/** Several lines of our own, in which others' text may stand: line breaks stay, and so does the length. */
export const harmlessLines = (text: string): string =>
  text.replaceAll(UNSAFE, (character) => (character === '\n' ? character : escaped(character)))

/** Whether something stands in `text` that a terminal acts on. */
export const hasUnsafe = (text: string): boolean => text.search(UNSAFE) >= 0

/** Every text in a value, however deep, made harmless. */
export function harmlessParams(value: unknown): unknown {
  if (typeof value === 'string') return harmless(value)
  if (Array.isArray(value)) return value.map(harmlessParams)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, harmlessParams(one)]))
}

/** JSON that can be shown: the same value, with what a terminal acts on written as an escape. */
export const harmlessJson = (value: unknown, indent?: number): string =>
  harmlessLines(JSON.stringify(value, null, indent))
