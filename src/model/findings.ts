/** The words findings are made of: plain data, turned into text by the message catalogue only. */

/** Keys and array positions from the top of a file down to a value. */
export type Path = readonly (string | number)[]

/** A spot in a file. Lines and columns count from 1; a column counts UTF-16 units, a BOM not among them. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where something is said to be: a file (or a variable's name), the spot in it, the path of the value. */
export interface Place extends Partial<Position> {
  readonly file: string
  readonly path: string
}

/** What stands in the file: a value that may be shown, or only its kind. `hidden` is a secret. */
export type Found =
  | { readonly value: string }
  | {
      readonly kind:
        'object' | 'array' | 'text' | 'number' | 'boolean' | 'null' | 'nothing' | 'word' | 'hidden'
    }

/** Texts that have to look a certain way; the catalogue has a description of each. */
export type Shape =
  | 'jobId'
  | 'fraction'
  | 'audioCodec'
  | 'time'
  | 'name'
  | 'httpUrl'
  | 'endpointTemplate'
  | 'trustedHost'
  | 'absolutePath'
  | 'networkRule'
  | 'fileMode'
  | 'codecName'
  | 'heightFraction'
  | 'indexKey'
  | 'zone'
  | 'region'
  | 'bucket'

/** What may stand at a place. `field` lets the catalogue add what each value means. */
export type Allowed =
  | {
      readonly kind: 'number'
      readonly whole: boolean
      readonly step?: number
      readonly min?: number
      readonly max?: number
    }
  | { readonly kind: 'values'; readonly field: string; readonly values: readonly (string | number)[] }
  | { readonly kind: 'shape'; readonly shape: Shape }
  /** `names`: what such an object cannot do without. */
  | { readonly kind: 'object'; readonly names: readonly string[] }
  /** `most`: how many an array may hold, where it is bounded. */
  | { readonly kind: 'objectOrArray'; readonly names: readonly string[]; readonly most?: number }
  | { readonly kind: 'array' | 'textOrArray'; readonly most?: number }
  | { readonly kind: 'text' | 'filledText' | 'boolean' | 'any' }
