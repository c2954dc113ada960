/** The features an ffmpeg is built with: distributions and custom builds omit encoders, filters and formats. */
import { JobError } from '../errors.ts'
import type { Feature, FeatureKind } from '../model/feature.ts'
import type { Features, FoundFfmpeg } from './types.ts'

/** The options that make ffmpeg list its features. */
export const LISTS: Readonly<Record<FeatureKind, string>> = {
  encoder: '-encoders',
  decoder: '-decoders',
  filter: '-filters',
  demuxer: '-demuxers',
  muxer: '-muxers',
}

/** A name follows flags, whose number differs between releases; lines of the legend contain an equals sign. */
const LINE: Readonly<Record<FeatureKind, RegExp>> = {
  encoder: /^ [VAS][A-Z.]+ +([^\s=]+)/,
  decoder: /^ [VAS][A-Z.]+ +([^\s=]+).*?(?:\(codec (\w+)\))?$/,
  filter: /^ [A-Z.]{2,} +(\S+) +\S*->\S*/,
  demuxer: /^ D[ d]* +([^\s=]+)/,
  muxer: /^ +E[ d]* +([^\s=]+)/,
}

/** Parses the names in a list as ffmpeg prints it; for decoders, also the codecs they decode. */
export function readList(kind: FeatureKind, text: string): readonly string[] | undefined {
  const names = text.split('\n').flatMap((line) => {
    const [, name, codec] = LINE[kind].exec(line.trimEnd()) ?? []
    // ffmpeg's own AV1 decoder requires graphics hardware.
    if (name === undefined || (kind === 'decoder' && name === 'av1')) return []
    return [...name.split(','), ...(codec === undefined ? [] : [codec])]
  })
  return names.length > 0 ? [...new Set(names)] : undefined
}

/** The needed features that an ffmpeg lacks, each once. */
export function lacking(has: Features, needed: readonly Feature[]): readonly Feature[] {
  const texts = new Set<string>()
  return needed.filter(({ kind, name }) => {
    const isNew = !texts.has(`${kind} ${name}`)
    texts.add(`${kind} ${name}`)
    return isNew && has[kind]?.includes(name) === false
  })
}

/** @throws JobError `ffmpegLacks` if any feature is missing */
export function refuseLacking(
  { path, version, has }: Pick<FoundFfmpeg, 'path' | 'version' | 'has'>,
  needed: readonly Feature[],
): void {
  const features = lacking(has, needed)
  if (features.length === 0) return
  throw new JobError({ code: 'ffmpegLacks', params: { path, version, features } }, { fault: 'config' })
}
