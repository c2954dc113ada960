/** Quoting for a shell. Pure. */
import { harmlessLines, hasUnsafe } from './harmless.ts'

/** Quotes a word for a POSIX shell if it needs quotes. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text)
}

/**
 * Quotes a word for a shell, whatever it contains. Unsafe characters become `$'...'` escapes, which bash, ksh and zsh
 * understand; any POSIX shell reads everything else.
 */
export function quoted(text: string): string {
  if (!hasUnsafe(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  return `$'${harmlessLines(text.replaceAll(/[\\']/g, '\\$&')).replaceAll('\n', '\\n')}'`
}
