/** Texts for a shell. Pure. */

/** A word that a POSIX shell takes as it is, whatever it holds. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
