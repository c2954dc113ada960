/**
 * The one place that knows how text is written into a filter graph. ffmpeg takes a value apart twice: the
 * graph parser first, then the filter's option parser; each level has its own special characters, and both
 * take away white space at the ends that is not escaped.
 * https://ffmpeg.org/ffmpeg-filters.html#Notes-on-filtergraph-escaping
 */
export function escapeValue(value: string | number): string {
  // A graph has many thousands of values; hardly any has something to escape.
  if (typeof value === 'number' || !SPECIAL.test(value)) return String(value)
  const forOption = escapeAll(value, /[\\':]/g)
  return escapeAll(forOption, /[\\'[\],;]/g)
}

/**
 * The value that an escaped one stands for.
 * @param escaped as `escapeValue` writes it; further options may follow behind a colon
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
