/** Findings as plain data; only the message catalogue turns them into text. */

/** Keys and array indexes from the root of a file to a value. */
export type Path = readonly (string | number)[]

/** A position in a file. Lines and columns count from 1; columns count UTF-16 code units, without a BOM. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Location of a finding: the file (or variable name), the position in it, and the path of the value. */
export interface Place extends Partial<Position> {
  readonly file: string
  readonly path: string
}

/** The value found: the value itself if it may be shown, otherwise its kind. `hidden` is a secret. */
export type Found =
  | { readonly value: string }
  | {
      readonly kind:
        'object' | 'array' | 'text' | 'number' | 'boolean' | 'null' | 'nothing' | 'word' | 'hidden'
    }

/** Formats that a text can be required to have; the catalogue describes each. */
export type Shape =
  | 'jobId'
  | 'mostRedecode'
  | 'processes'
  | 'fraction'
  | 'audioCodec'
  | 'time'
  | 'updateTime'
  | 'name'
  | 'httpUrl'
  | 'endpointTemplate'
  | 'trustedHost'
  | 'absolutePath'
  | 'redisUrl'
  | 'appId'
  | 'sha256'
  | 'networkRule'
  | 'fileMode'
  | 'loudness'
  | 'codecName'
  | 'heightFraction'
  | 'indexKey'
  | 'zone'
  | 'region'
  | 'bucket'

/** What is allowed at a place. `field` lets the catalogue explain each value. */
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
  /** `names`: the required keys of the object. */
  | { readonly kind: 'object'; readonly names: readonly string[] }
  /** `most`: maximum length of the array, if limited. */
  | { readonly kind: 'objectOrArray'; readonly names: readonly string[]; readonly most?: number }
  | { readonly kind: 'array' | 'textOrArray'; readonly most?: number }
  | { readonly kind: 'text' | 'filledText' | 'boolean' | 'any' }
