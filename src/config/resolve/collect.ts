/** Helpers shared by the parts of resolving. */
import type { Canvas } from '../../model/job.ts'
import type { Loose } from '../check.ts'
import { type Notice, type Problem, pathText } from '../findings.ts'
import type { CfgWire } from '../schema.ts'
import type { Path } from '../../model/findings.ts'

export type Mixer = Loose<NonNullable<CfgWire['Data']['MixerConfig']>>

/** Path of MixerConfig. */
export const MIXER = ['Data', 'MixerConfig'] as const

export type Size = Pick<Canvas, 'width' | 'height'>

/** Collects the findings of the parts of resolving. */
export interface Collector {
  readonly problems: Problem[]
  readonly notices: Notice[]
}

/**
 * The first of several aliases that is given; others get a notice if they differ. An empty text counts as not given.
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

/** Whether two values of cfg.json are equal. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The notice for two places that set the same thing, each as its path from where they diverge. */
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

/** A single item or a list, as a list. */
export function asList<T>(value: T | readonly (T | undefined)[] | undefined): readonly (T | undefined)[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly (T | undefined)[]) : [value as T]
}

/** The names in a list, each once. The vendor's samples fill lists with empty texts, which name nothing. */
export function idsOf(list: readonly (string | undefined)[] | undefined): string[] {
  return [...new Set((list ?? []).filter((id): id is string => id !== undefined && id.trim() !== ''))]
}

/** The path of an item, whether it is in an array or by itself. */
export const itemPath = (path: Path, value: unknown, index: number): Path =>
  Array.isArray(value) ? [...path, index] : path
