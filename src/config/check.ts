/**
 * Checks a value against its schema: unusable parts become problems with their paths, harmless slips are read as meant,
 * with a notice. Works for any schema; knows nothing about jobs.
 */
import type { z } from 'zod'
import { allowedAt, namesOf, schemaAt } from './allowed.ts'
import { type Notice, type Problem, found, nameText } from './findings.ts'
import { nearest } from './nearest.ts'
import { SPELLINGS } from './spellings.ts'
import type { Allowed, Path } from '../model/findings.ts'

/** A wire value in which anything may be missing: invalid parts have been removed. */
export type Loose<T> = T extends readonly (infer Item)[]
  ? readonly (Loose<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Loose<T[Key]> | undefined }
    : T

export interface Checked<T> {
  /** The value with spellings normalized, unknown names kept, and unusable parts removed. */
  readonly wire: Loose<T>
  readonly problems: readonly Problem[]
  readonly notices: readonly Notice[]
}

type Issue = z.core.$ZodIssue

/** Maximum number of repair passes; after these a value is used as it is. */
const MAX_PASSES = 10

/**
 * Checks `value` and repairs harmless slips: numbers written as text and vice versa, true/false as text, listed names
 * in another case, known misspellings, and null for "not given". Does not modify `value`.
 */
export function checkValue<T>({ schema, value }: { schema: z.ZodType<T>; value: unknown }): Checked<T> {
  const root = { top: structuredClone(value) }
  const notices: Notice[] = []
  let issues: Issue[] = []
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const result = schema.safeParse(root.top)
    issues = result.success ? [] : result.error.issues.flatMap((issue) => flatten(issue, root.top))
    const repaired = issues.filter((issue) => repair({ root, issue, schema, notices }))
    if (repaired.length === 0) break
  }
  const problems: Problem[] = []
  for (const issue of issues) {
    const path = issue.path as Path
    if (issue.code === 'unrecognized_keys') notices.push(...unknownKeys({ schema, path, keys: issue.keys }))
    else if (!problems.some((problem) => isSamePath(problem.path, path)))
      problems.push(problemOf({ schema, root, path }))
  }
  for (const { path } of problems) take(root, path)
  return { wire: root.top as Loose<T>, problems, notices }
}

/** For a value with several allowed shapes: the issues of the intended one. */
function flatten(issue: Issue, top: unknown): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const branch = issue.errors.find(
    (errors) => !errors.some((e) => e.path.length === 0 && e.code !== 'unrecognized_keys'),
  )
  if (!branch) return [issue]
  return branch.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }, top))
}

function unknownKeys(input: { schema: z.ZodType; path: Path; keys: readonly string[] }): Notice[] {
  const names = namesOf(schemaAt(input.schema, input.path))
  return input.keys.map((key) => {
    const near = nearest(key, names)
    return {
      code: 'unknownKey',
      params: { key: nameText(key), nearest: near },
      path: [...input.path, key],
      atName: true,
    }
  })
}

function problemOf(input: { schema: z.ZodType; root: { top: unknown }; path: Path }): Problem {
  const { schema, root, path } = input
  const allowed = allowedAt(schema, path)
  const value = valueAt(root.top, path)
  if (value === undefined) return { code: 'missing', params: { allowed }, path }
  const params = { found: foundFor({ value, path, allowed }), allowed, ...meantValue(value, allowed) }
  return { code: 'notAllowed', params, path }
}

/** The listed value that a misspelt one most likely means. */
export function meantValue(value: unknown, allowed: Allowed): { meant?: string } {
  if (allowed.kind !== 'values' || typeof value !== 'string') return {}
  const meant = nearest(
    value,
    allowed.values.filter((one) => typeof one === 'string'),
  )
  return meant === undefined ? {} : { meant }
}

/** Text in place of an object may be anything, even a secret: only its kind is shown. */
function foundFor(input: { value: unknown; path: Path; allowed: Allowed }) {
  const { value, path, allowed } = input
  const isContainer = ['array', 'object', 'objectOrArray', 'textOrArray'].includes(allowed.kind)
  // Any text might be a secret, except where a colour is meant.
  const isColour = path.at(-1) === 'BackgroundColor'
  if (isContainer && typeof value === 'string' && !isColour) return { kind: 'text' } as const
  return found(value, path)
}

const isSamePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((key, at) => key === b[at])

type Holder = Record<string | number, unknown>

function holderOf(root: { top: unknown }, path: Path): { holder: Holder; key: string | number } {
  let holder = root as Holder
  let key: string | number = 'top'
  for (const next of path) {
    const inner: unknown = Object.hasOwn(holder, key) ? holder[key] : undefined
    if (typeof inner !== 'object' || inner === null) return { holder: {}, key: '' }
    holder = inner as Holder
    key = next
  }
  return { holder, key }
}

/** Adds the allowed values to a placeholder problem. */
export function withChoice({ problem, schema }: { problem: Problem; schema: z.ZodType }): Problem {
  if (problem.code !== 'placeholder') return problem
  const allowed = allowedAt(schema, problem.path)
  return allowed.kind === 'any' ? problem : { ...problem, params: { ...problem.params, allowed } }
}

/** The value at a path; undefined if there is none. */
export function valueAt(top: unknown, path: Path): unknown {
  const { holder, key } = holderOf({ top }, path)
  return Object.hasOwn(holder, key) ? holder[key] : undefined
}

/** Removes the value at a path; indexes of an array do not change. */
function take(root: { top: unknown }, path: Path): void {
  const { holder, key } = holderOf(root, path)
  if (Array.isArray(holder)) holder[key as number] = undefined
  else Reflect.deleteProperty(holder, key)
}

/** A copy of a value with the values at some paths removed. */
export function without(value: unknown, paths: readonly Path[]): unknown {
  const root = { top: structuredClone(value) }
  for (const path of paths) take(root, path)
  return root.top
}

function repair(input: {
  root: { top: unknown }
  issue: Issue
  schema: z.ZodType
  notices: Notice[]
}): boolean {
  const { root, issue, schema, notices } = input
  if (issue.code === 'unrecognized_keys') return false
  const path = issue.path as Path
  if (path.length === 0) return false
  const { holder, key } = holderOf(root, path)
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined
  if (value === undefined) return false
  // People write null for "none"; but in an array, null takes up a position.
  if (value === null && !Array.isArray(holder)) return Reflect.deleteProperty(holder, key)
  const meant = meantBy({
    value,
    allowed: allowedAt(schema, path),
    expected: 'expected' in issue ? issue.expected : '',
  })
  if (meant === undefined || meant === value) return false
  notices.push(
    typeof meant === 'string' && typeof value === 'number'
      ? { code: 'usedAsText', params: { found: found(value, path) }, path }
      : { code: 'usedAs', params: { found: found(value, path), used: meant }, path },
  )
  holder[key] = meant
  return true
}

/** A number as text. */
export const NUMERAL = /^\s*-?\d+(?:\.\d+)?\s*$/

function meantBy(input: {
  value: unknown
  allowed: Allowed
  expected: string
}): string | number | boolean | undefined {
  const { value, allowed } = input
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const spelt = 'field' in allowed ? SPELLINGS[allowed.field] : undefined
  if (allowed.kind === 'values') {
    const plain = String(value).trim().toLowerCase()
    const slip = spelt && Object.hasOwn(spelt, plain) ? spelt[plain] : undefined
    return slip ?? allowed.values.find((one) => String(one).toLowerCase() === plain)
  }
  if (typeof value === 'number') {
    const wantsText = ['text', 'filledText', 'shape'].includes(allowed.kind) && input.expected === 'string'
    return wantsText ? String(value) : undefined
  }
  const plain = value.trim().toLowerCase()
  if (allowed.kind === 'number') return NUMERAL.test(value) ? Number(value) : undefined
  if (allowed.kind === 'boolean') return plain === 'true' ? true : plain === 'false' ? false : undefined
  if (allowed.kind === 'shape' && allowed.shape === 'audioCodec') {
    const slip = SPELLINGS['Codec']?.[plain]
    return slip ?? (plain !== value && plain.startsWith('aac') ? plain : undefined)
  }
  return undefined
}
