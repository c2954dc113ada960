/**
 * The one place that knows how text is written into a filter graph. ffmpeg takes a value apart twice: the
 * graph parser first, then the filter's option parser; each level has its own special characters.
 * https://ffmpeg.org/ffmpeg-filters.html#Notes-on-filtergraph-escaping
 */
export function escapeValue(value: string | number): string {
  const forOption = String(value).replace(/[\\':]/g, '\\$&')
  return forOption.replace(/[\\'[\],;]/g, '\\$&')
}
