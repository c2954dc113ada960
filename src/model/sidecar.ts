/** A file that accompanies the output and is useless without it. */

/** What the file is, or is part of. */
export type SidecarKind = 'poster' | 'thumbnails' | 'hls'

export interface SidecarFile {
  readonly kind: SidecarKind
  /** Key in the bucket. */
  readonly key: string
  /** Path of the local file. */
  readonly path: string
}
