/**
 * A filter graph as immutable nodes. A node knows what feeds it; labels, splits and escapes exist only once it
 * is printed (`print.ts`).
 */

/** One filter and its options. An option's value is plain text or a number: printing escapes it. */
export interface Filter {
  readonly name: string
  readonly options: Readonly<Record<string, string | number>>
}

export type Medium = 'video' | 'audio'

/** A stream of pictures or of sound, at one point of the graph. */
export type Stream =
  /** Track of an input file of the command. */
  | { readonly kind: 'input'; readonly medium: Medium; readonly input: number }
  /** What a row of filters makes of the streams that feed its first filter; none for a source. */
  | {
      readonly kind: 'filtered'
      readonly medium: Medium
      readonly filters: readonly Filter[]
      readonly from: readonly Stream[]
    }

export function filter(name: string, options: Filter['options'] = {}): Filter {
  return { name, options }
}

/** The first track of a medium of input number `input`. */
export function input(medium: Medium, input: number): Stream & { readonly kind: 'input' } {
  return { kind: 'input', medium, input }
}

/** A stream that comes from nowhere: a colour, silence. */
export function source(medium: Medium, filters: readonly Filter[]): Stream {
  return { kind: 'filtered', medium, filters, from: [] }
}

/** Filters after a stream. */
export function through(from: Stream, filters: readonly Filter[]): Stream {
  return filters.length === 0 ? from : { kind: 'filtered', medium: from.medium, filters, from: [from] }
}

/** Several streams made one by the first of the filters. */
export function joined(from: readonly [Stream, ...Stream[]], filters: readonly Filter[]): Stream {
  return { kind: 'filtered', medium: from[0].medium, filters, from }
}
