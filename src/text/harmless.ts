/** Makes untrusted text safe for a terminal or a log. Pure. */

/** Longer than any useful name, path or message; untrusted text can be megabytes long. */
const MOST_CHARACTERS = 2000

/**
 * Characters that a terminal interprets or does not show: control characters, line and paragraph separators,
 * bidirectional controls, zero-width characters, lone surrogates. Joiners are kept: scripts and emoji need them.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu

/** "\u001b": a character as a JavaScript escape. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** `text` on one line of bounded length, with unsafe characters written as escapes such as `\u001b`. */
export function harmless(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text
  return cut.replaceAll(UNSAFE, escaped)
}

/** Like `harmless`, but keeps line breaks and length: for our own text with untrusted parts. */
export const harmlessLines = (text: string): string =>
  text.replaceAll(UNSAFE, (character) => (character === '\n' ? character : escaped(character)))

/** Whether `text` contains a character that `harmless` would escape. */
export const hasUnsafe = (text: string): boolean => text.search(UNSAFE) >= 0

/** Applies `harmless` to every string in a value, at any depth. */
export function harmlessParams(value: unknown): unknown {
  if (typeof value === 'string') return harmless(value)
  if (Array.isArray(value)) return value.map(harmlessParams)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, harmlessParams(one)]))
}

/** JSON that is safe to print: the same value, with unsafe characters escaped. */
export const harmlessJson = (value: unknown, indent?: number): string =>
  harmlessLines(JSON.stringify(value, null, indent))
