/** What an ffmpeg is built with: distributions and hand-made builds leave out encoders, filters and formats. */
import { JobError } from '../errors.ts'
import type { Feature, FeatureKind } from '../model/feature.ts'
import type { Features, FoundFfmpeg } from './types.ts'

/** The options that make ffmpeg list what it has. */
export const LISTS: Readonly<Record<FeatureKind, string>> = {
  encoder: '-encoders',
  decoder: '-decoders',
  filter: '-filters',
  demuxer: '-demuxers',
  muxer: '-muxers',
}

/** A name is what follows flags, whose number differs between releases; a legend explains them with an equals sign. */
const LINE: Readonly<Record<FeatureKind, RegExp>> = {
  encoder: /^ [VAS][A-Z.]+ +([^\s=]+)/,
  decoder: /^ [VAS][A-Z.]+ +([^\s=]+).*?(?:\(codec (\w+)\))?$/,
  filter: /^ [A-Z.]{2,} +(\S+) +\S*->\S*/,
  demuxer: /^ D[ d]* +([^\s=]+)/,
  muxer: /^ +E[ d]* +([^\s=]+)/,
}

/** Names in a list as ffmpeg prints it; of decoders the codecs that they decode too. */
export function readList(kind: FeatureKind, text: string): readonly string[] | undefined {
  const names = text.split('\n').flatMap((line) => {
    const [, name, codec] = LINE[kind].exec(line.trimEnd()) ?? []
    // ffmpeg's own decoder of AV1 works with graphics hardware alone.
    if (name === undefined || (kind === 'decoder' && name === 'av1')) return []
    return [...name.split(','), ...(codec === undefined ? [] : [codec])]
  })
  return names.length > 0 ? [...new Set(names)] : undefined
}

/** Those of the features that an ffmpeg lacks, each once. */
export function lacking(has: Features, needed: readonly Feature[]): readonly Feature[] {
  const texts = new Set<string>()
  return needed.filter(({ kind, name }) => {
    const isNew = !texts.has(`${kind} ${name}`)
    texts.add(`${kind} ${name}`)
    return isNew && has[kind]?.includes(name) === false
  })
}

/** @throws JobError `ffmpegLacks` where an ffmpeg lacks any of the features */
export function refuseLacking(
  { path, version, has }: Pick<FoundFfmpeg, 'path' | 'version' | 'has'>,
  needed: readonly Feature[],
): void {
  const features = lacking(has, needed)
  if (features.length === 0) return
  throw new JobError({ code: 'ffmpegLacks', params: { path, version, features } }, { fault: 'config' })
}
