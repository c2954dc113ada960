/** What a build of ffmpeg may have or lack. */
export type FeatureKind = 'encoder' | 'decoder' | 'filter' | 'demuxer' | 'muxer'

/** `name` as ffmpeg calls it; of a decoder the codec. */
export interface Feature {
  readonly kind: FeatureKind
  readonly name: string
}
