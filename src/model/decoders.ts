/** Which of ffmpeg's decoders a codec may be decoded with. Codecs are called as ffmpeg calls them. */

/** Those that are called otherwise than their codec, or that other builds have in its place. */
const DECODERS: Readonly<Record<string, readonly string[]>> = {
  vp8: ['vp8', 'libvpx'],
  vp9: ['vp9', 'libvpx-vp9'],
  av1: ['libdav1d', 'libaom-av1', 'libgav1', 'av1'],
  opus: ['opus', 'libopus'],
  aac: ['aac', 'libfdk_aac'],
  vorbis: ['vorbis', 'libvorbis'],
  mp3: ['mp3float', 'mp3'],
  mp2: ['mp2float', 'mp2'],
  adpcm_g722: ['g722'],
  adpcm_g726: ['g726'],
  amr_nb: ['amrnb', 'libopencore_amrnb'],
  amr_wb: ['amrwb', 'libopencore_amrwb'],
  speex: ['speex', 'libspeex'],
  ilbc: ['ilbc', 'libilbc'],
  gsm: ['gsm', 'libgsm'],
  dts: ['dca'],
  flv1: ['flv'],
  msmpeg4v3: ['msmpeg4'],
}

/**
 * Options that keep a file from every other decoder, whatever it says of itself.
 * @param codecs none: it reaches no decoder at all
 */
export function decoderList(codecs: readonly string[]): string[] {
  const decoders = codecs.flatMap((codec) => DECODERS[codec] ?? [codec])
  return ['-codec_whitelist', [...new Set(decoders)].join(',') || 'none']
}
