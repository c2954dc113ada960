/**
 * Escapes a value for a filter graph; no other code does. ffmpeg parses a value twice: first the graph parser, then the
 * filter's option parser. Each level has its own special characters, and both strip unescaped white space at the ends.
 * https://ffmpeg.org/ffmpeg-filters.html#Notes-on-filtergraph-escaping
 */
export function escapeValue(value: string | number): string {
  // A graph has many thousands of values; hardly any need escaping.
  if (typeof value === 'number' || !SPECIAL.test(value)) return String(value)
  const forOption = escapeAll(value, /[\\':]/g)
  return escapeAll(forOption, /[\\'[\],;]/g)
}

/**
 * Reverses `escapeValue`.
 * @param escaped as written by `escapeValue`; further options may follow after a colon
 */
export function unescapedValue(escaped: string): string {
  const forOption = escaped.replace(/\\([^])/g, '$1')
  const [value = ''] = /^(?:\\[^]|[^\\:])*/.exec(forOption) ?? []
  return value.replace(/\\([^])/g, '$1')
}

const SPECIAL = /[\\':[\],;\s]/

function escapeAll(text: string, special: RegExp): string {
  return text.replace(special, '\\$&').replace(/^[ \n\t\r]|[ \n\t\r]$/g, '\\$&')
}
