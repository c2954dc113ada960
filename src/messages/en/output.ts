/** Texts in the output file, and messages about its sidecars. */

export interface Names {
  readonly names: readonly string[]
  /** Number of further ones. */
  readonly others: number
}

const listed = ({ names, others }: Names): string => {
  const all = others > 0 ? [...names, `${others} others`] : names
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}
const isOne = ({ names, others }: Names): boolean => names.length + others === 1

const KINDS = {
  poster: 'the poster',
  thumbnails: 'the thumbnail sheets',
  hls: 'the HLS rendition',
} as const

export const output = {
  chapterBegins: (_: object) => 'beginning',
  chapterJoined: (p: Names) => `${listed(p)} ${isOne(p) ? 'joins' : 'join'}`,
  chapterLeft: (p: Names) => `${listed(p)} ${isOne(p) ? 'leaves' : 'leave'}`,
  chapterShareStarted: (p: Names) =>
    isOne(p) ? `screen share of ${listed(p)} starts` : `screen shares of ${listed(p)} start`,
  chapterShareEnded: (p: Names) =>
    isOne(p) ? `screen share of ${listed(p)} ends` : `screen shares of ${listed(p)} end`,
  /** A chapter at which several things happen. */
  chapterParts: (p: { parts: readonly string[] }) => p.parts.join('; '),
  doingBeside: (p: { kind: keyof typeof KINDS }) => KINDS[p.kind],
  besideNotMade: (p: { kind: keyof typeof KINDS; reason: string }) =>
    `${KINDS[p.kind]} could not be made (${p.reason}); the finished file is complete, and --force makes everything again`,
}
