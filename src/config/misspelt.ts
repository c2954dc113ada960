/** A field that is missing and an unknown one in its place with nearly its name are one slip, so they become one problem. */
import type { Found, Path } from '../model/findings.ts'
import { type Notice, type Problem, nameText } from './findings.ts'
import { nearest } from './nearest.ts'

/**
 * Joins problems with missing fields and findings of unknown names that mean them to problems `misspelt`, each at the
 * name that is written. Everything else is returned as it is.
 */
export function joinMisspelt<N extends Notice>(findings: {
  readonly problems: readonly Problem[]
  readonly notices: readonly N[]
}): { problems: Problem[]; notices: N[] } {
  const joined = new Set<Problem | Notice>()
  const problems = findings.problems.map((problem): Problem => {
    const unknown = [...findings.notices, ...findings.problems].find(
      (one) => !joined.has(one) && means(one, problem),
    )
    if (!unknown) return problem
    joined.add(unknown)
    const { key, nearest: name = '' } = unknown.params as UnknownName
    return { code: 'misspelt', params: { key, nearest: name }, path: unknown.path, atName: true }
  })
  return {
    problems: problems.filter((one) => !joined.has(one)),
    notices: findings.notices.filter((one) => !joined.has(one)),
  }
}

interface UnknownName {
  readonly key: string
  readonly nearest?: string | undefined
}

/** Whether an unknown name is in the place of a missing field, or around it as an alias, and means that field. */
function means(unknown: Problem | Notice, problem: Problem): boolean {
  if (unknown.code !== 'unknownKey' && unknown.code !== 'unknownSetting') return false
  const { parent, names } = missingFields(problem)
  const name = unknown.params.nearest?.toLowerCase()
  const isAround = unknown.path.slice(0, -1).every((key, at) => parent[at] === key)
  return isAround && names.some((one) => one.toLowerCase() === name)
}

/** Problems with a field that is not there. */
const OF_MISSING = new Set<Problem['code']>(['missing', 'endpointMissing', 'regionMissing', 'noTemplates'])

/** The fields of which one is missing, and the path of the object that they belong to. */
function missingFields({ code, params, path }: Problem): { parent: Path; names: readonly string[] } {
  if (code === 'updateEmpty') return { parent: path, names: params.sections }
  const isNothing = 'found' in params && typeof params.found === 'object' && isNone(params.found)
  if (!OF_MISSING.has(code) && !isNothing) return { parent: [], names: [] }
  return { parent: path.slice(0, -1), names: [String(path.at(-1) ?? '')] }
}

const isNone = (found: Found): boolean => 'kind' in found && found.kind === 'nothing'

/** The unknown name in `value` that most likely means its missing field `name`, as text to show. */
export function writtenFor(
  name: string,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
): string | undefined {
  if (value[name] !== undefined) return undefined
  const written = Object.keys(value).find((key) => !known.includes(key) && nearest(key, known) === name)
  return written === undefined ? undefined : nameText(written)
}
