/** Path patterns: `*` and `?` within a name, `**` for any number of folders. Pure. */

export function isGlob(path: string): boolean {
  return /[*?]/.test(path)
}

export interface Glob {
  /** The path before the first name with a wildcard; "/" for the root, empty for the current folder. */
  readonly base: string
  /** One per name of the path; `**` is kept as it is. */
  readonly steps: readonly (RegExp | '**')[]
}

export function parseGlob(pattern: string): Glob {
  const names = pattern.split('/')
  const first = names.findIndex(isGlob)
  const base = names.slice(0, first).join('/')
  return {
    base: base === '' && pattern.startsWith('/') ? '/' : base,
    steps: names
      .slice(first)
      .filter((name) => name !== '')
      .map((name) => (name === '**' ? name : nameTest(name))),
  }
}

/** As in a shell, a leading wildcard does not match the dot of a hidden file. */
function nameTest(name: string): RegExp {
  const body = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[^]*')
    .replace(/\?/g, '[^]')
  return new RegExp(`^${isGlob(name[0] ?? '') ? '(?!\\.)' : ''}${body}$`, 'u')
}
