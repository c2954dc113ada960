/** What the parts of resolving share. */
import type { Canvas } from '../../model/job.ts'
import type { Loose } from '../check.ts'
import { type Notice, type Problem, pathText } from '../findings.ts'
import type { CfgWire } from '../schema.ts'
import type { Path } from '../../model/findings.ts'

export type Mixer = Loose<NonNullable<CfgWire['Data']['MixerConfig']>>

/** Where MixerConfig stands. */
export const MIXER = ['Data', 'MixerConfig'] as const

export type Size = Pick<Canvas, 'width' | 'height'>

/** Where the parts of resolving put what they find. */
export interface Collector {
  readonly problems: Problem[]
  readonly notices: Notice[]
}

/**
 * The first of several names for one thing that is given; the others are noted when they say something else.
 * An empty text counts as not given.
 */
export function firstGiven<T extends string | number>(
  choices: readonly { readonly path: readonly string[]; readonly value: T | undefined }[],
  out: Collector,
): { path: readonly string[]; value: T } | undefined {
  const given = choices.filter(
    (choice): choice is { path: readonly string[]; value: T } =>
      choice.value !== undefined && choice.value !== '',
  )
  const [used, ...others] = given
  if (!used) return undefined
  for (const other of others) {
    if (!isSame(other.value, used.value))
      out.notices.push(givenTwice({ used: used.path, ignored: other.path }))
  }
  return used
}

/** Whether two values of cfg.json say the same. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The notice of two places for one thing, each by its path from where the two part. */
export function givenTwice(paths: {
  readonly used: readonly string[]
  readonly ignored: readonly string[]
}): Notice {
  const { used, ignored } = paths
  const shared = ignored.findIndex((step, at) => step !== used[at])
  const [usedText, ignoredText] = [used, ignored].map((path) => pathText(path.slice(shared)))
  return {
    code: 'givenTwice',
    params: { used: usedText ?? '', ignored: ignoredText ?? '' },
    path: ignored,
  }
}

/** One thing or a list of them, as a list. */
export function asList<T>(value: T | readonly (T | undefined)[] | undefined): readonly (T | undefined)[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly (T | undefined)[]) : [value as T]
}

/** The path of one of several, whether they stand in an array or alone. */
export const itemPath = (path: Path, value: unknown, index: number): Path =>
  Array.isArray(value) ? [...path, index] : path
