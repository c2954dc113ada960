/** Lines of the muxer `framecrc` with plain timestamps -> lines as `src/ffmpeg/packet-times.ts` has ffmpeg write them. */

/** Timestamps that are no whole numbers are left as they are: nonsense stays nonsense; `NOPTS` is none. */
export function asSums(lines: readonly string[]): string[] {
  const streams = new Map<string, { last: number; sum: number }>()
  return lines.map((line) => {
    const parts = line.split(',')
    const [stream = '', , text = ''] = parts
    const isNone = /^(NOPTS|-9223372036854775808)$/.test(text.trim())
    if (line.startsWith('#') || !(isNone || /^\s*-?\d+$/.test(text))) return line
    const at = streams.get(stream) ?? { last: 0, sum: 0 }
    const step = Number(text) - at.last
    streams.set(
      stream,
      isNone ? at : { last: at.last + step, sum: at.sum + (step >= 0 ? 2 + 2 * step : 1 - 2 * step) },
    )
    const { sum } = streams.get(stream) ?? at
    return [stream, ` ${sum}`, ` ${sum}`, ...parts.slice(3)].join(',')
  })
}
