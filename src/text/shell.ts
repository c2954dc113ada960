/** Texts for a shell. Pure. */

/** A word that a POSIX shell takes as it is, with quotes where it needs them. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text)
}

/** A word that a POSIX shell takes as it is, whatever it holds. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
