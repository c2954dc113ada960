/**
 * A filter graph as immutable nodes that refer to their inputs. Printing (`print.ts`) adds labels, splits and escapes.
 */

/** One filter and its options. An option's value is plain text or a number, escaped when printed. */
export interface Filter {
  readonly name: string
  readonly options: Readonly<Record<string, string | number>>
}

export type Medium = 'video' | 'audio'

/** A video or audio stream at one point of the graph. */
export type Stream =
  /** A track of one of the command's inputs. */
  | { readonly kind: 'input'; readonly medium: Medium; readonly input: number }
  /** The output of a filter chain. `from` feeds its first filter and is empty for a source. */
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

/** A stream without an input, such as a colour or silence. */
export function source(medium: Medium, filters: readonly Filter[]): Stream {
  return { kind: 'filtered', medium, filters, from: [] }
}

/** Appends filters to a stream. */
export function through(from: Stream, filters: readonly Filter[]): Stream {
  return filters.length === 0 ? from : { kind: 'filtered', medium: from.medium, filters, from: [from] }
}

/** Merges several streams with the first of the filters. */
export function joined(from: readonly [Stream, ...Stream[]], filters: readonly Filter[]): Stream {
  return { kind: 'filtered', medium: from[0].medium, filters, from }
}
