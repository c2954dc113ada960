/** A file that lies beside the finished one and is worth nothing without it. */

/** What it is, or is part of. */
export type SidecarKind = 'poster' | 'thumbnails' | 'hls'

export interface SidecarFile {
  readonly kind: SidecarKind
  /** Key in the bucket. */
  readonly key: string
  /** Where its bytes lie on this machine. */
  readonly path: string
}
