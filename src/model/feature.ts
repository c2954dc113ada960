/** A kind of ffmpeg component that a build may lack. */
export type FeatureKind = 'encoder' | 'decoder' | 'filter' | 'demuxer' | 'muxer'

/** `name` is ffmpeg's; for a decoder, the name of the codec. */
export interface Feature {
  readonly kind: FeatureKind
  readonly name: string
}
