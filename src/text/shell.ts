/** Texts for a shell. Pure. */
import { harmlessLines, hasUnsafe } from './harmless.ts'

/** A word that a POSIX shell takes as it is, with quotes where it needs them. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text)
}

/**
 * A word that a shell takes as it is, whatever it holds. What a terminal would act on is written as an escape, which
 * bash, ksh and zsh understand; everything else any POSIX shell does.
 */
export function quoted(text: string): string {
  if (!hasUnsafe(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  return `$'${harmlessLines(text.replaceAll(/[\\']/g, '\\$&')).replaceAll('\n', '\\n')}'`
}
