/** Prints a graph in ffmpeg's syntax: assigns labels and adds splits for streams that are used more than once. */
import { escapeValue } from './escape.ts'
import type { Filter, Stream } from './node.ts'

/**
 * Prints the graph that ends in `sinks`, one chain per line, sources first.
 * @param sinks the finished streams, by the label that the command maps
 * @param unused streams that are read and discarded
 */
export function printGraph(
  sinks: Readonly<Record<string, Stream>>,
  unused: readonly (Stream & { readonly kind: 'input' })[] = [],
): string {
  const ends = Object.entries(sinks)
  const uses = countUses(ends.map(([, stream]) => stream))
  const lines: string[] = []
  /** The labels of each printed stream that are not used yet. */
  const free = new Map<Stream, string[]>()
  let labels = 0

  const take = (stream: Stream): string => {
    const label = free.get(stream)?.shift()
    if (label === undefined) throw new Error('a stream was used more often than it was counted')
    return label
  }
  const print = (stream: Stream): void => {
    if (free.has(stream)) return
    const count = uses.get(stream) ?? 1
    const own = Array.from({ length: count }, () => `[${stream.medium[0]}${labels++}]`)
    const split = count > 1 ? [`${stream.medium === 'audio' ? 'asplit' : 'split'}=${count}`] : []
    if (stream.kind === 'input') {
      const pad = padOf(stream)
      if (count === 1) free.set(stream, [pad])
      else {
        lines.push(`${pad}${split.join()}${own.join('')}`)
        free.set(stream, own)
      }
      return
    }
    stream.from.forEach(print)
    const feeds = stream.from.map(take).join('')
    const name = ends.find(([, end]) => end === stream)?.[0]
    const outs = name !== undefined ? [`[${name}]`] : own
    lines.push(`${feeds}${[...stream.filters.map(printFilter), ...split].join(',')}${outs.join('')}`)
    free.set(stream, outs)
  }
  for (const [, stream] of ends) print(stream)
  for (const stream of unused) lines.push(`${padOf(stream)}nullsink`)
  return lines.join(';\n') + '\n'
}

function padOf({ medium, input }: Stream & { readonly kind: 'input' }): string {
  return `[${input}:${medium === 'audio' ? 'a' : 'V'}:0]`
}

/** Prints one filter as it appears in a graph. */
export function printFilter({ name, options }: Filter): string {
  const list = Object.entries(options).map(([key, value]) => `${key}=${escapeValue(value)}`)
  return list.length === 0 ? name : `${name}=${list.join(':')}`
}

function countUses(ends: readonly Stream[]): Map<Stream, number> {
  const uses = new Map<Stream, number>()
  const visit = (stream: Stream): void => {
    const before = uses.get(stream) ?? 0
    uses.set(stream, before + 1)
    if (before === 0 && stream.kind === 'filtered') stream.from.forEach(visit)
  }
  ends.forEach(visit)
  return uses
}
