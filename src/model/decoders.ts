/** Which ffmpeg decoders may decode a codec. Codecs have ffmpeg's names. */

/** Decoders whose name differs from their codec's, and alternatives that other builds have instead. */
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
 * Options that restrict a file to the decoders of `codecs`, whatever its content asks for.
 * @param codecs if empty, no decoder is allowed
 */
export function decoderList(codecs: readonly string[]): string[] {
  const decoders = codecs.flatMap((codec) => DECODERS[codec] ?? [codec])
  return ['-codec_whitelist', [...new Set(decoders)].join(',') || 'none']
}
