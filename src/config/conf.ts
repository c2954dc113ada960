/** Merges the worker's settings: later files override earlier ones, `OWT_...` variables override all. */
import type { z } from 'zod'
import { EXIT, type JobError, asJobError } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/problems.ts'
import type { Warning } from '../messages/index.ts'
import { allowedAt, namesOf, schemaAt } from './allowed.ts'
import { NUMERAL, meantValue, valueAt, withChoice } from './check.ts'
import { type Conf, confSchema } from './conf-schema.ts'
import {
  type Problem,
  found,
  invalid,
  nameText,
  pathText,
  placeNotices,
  placeProblems,
  warningsOf,
} from './findings.ts'
import { parseText } from './load.ts'
import { joinMisspelt } from './misspelt.ts'
import { nearest } from './nearest.ts'
import type { Found, Path, Shape } from '../model/findings.ts'

export { type Conf, confSchema } from './conf-schema.ts'

const PREFIX = 'OWT_'

/** The settings without any file or variable. */
export function defaultConf(): Conf {
  return confSchema.parse({})
}

/** The worker's settings, however reading them went. */
export interface Settings {
  readonly conf: Conf
  readonly warnings: readonly Warning[]
  /** What is wrong with them. `conf` then holds the defaults, enough to report the error in the result file. */
  readonly error?: JobError
}

/** Settings of which an error is a part, so that it can be reported like any other result. Never throws. */
export function settingsOf(read: () => Pick<Settings, 'conf' | 'warnings'>): Settings {
  try {
    return read()
  } catch (thrown) {
    return { conf: defaultConf(), warnings: [], error: asJobError(thrown) }
  }
}

/**
 * Merges the settings from all layers. A variable is named after its path (`storage.connectTimeoutMs` is
 * `OWT_STORAGE_CONNECT_TIMEOUT_MS`), contains JSON for arrays and objects, and is ignored if empty.
 * @throws JobError `confInvalid`, exit code 1, naming the file and line, or the variable, of every problem
 */
export function resolveConf(input: {
  layers: readonly { readonly file: string; readonly text: string }[]
  env: Readonly<Record<string, string | undefined>>
}): { conf: Conf; warnings: readonly Warning[] } {
  const problems: PlacedProblem[] = []
  const warnings: Warning[] = []
  // Without any setting: the schema fills in the defaults.
  let conf: unknown = {}
  let settled: Conf | undefined
  for (const { file, text } of input.layers) {
    const parsed = parseText({ text, file })
    warnings.push(...warningsOf(placeNotices(parsed.notices, parsed)))
    const layer = applyLayer({ conf, layer: parsed.value })
    const standIns = parsed.problems.map(({ path }) => pathText(path))
    const ofLayer = parsed.isWellFormed
      ? layer.problems.filter(({ path }) => !standIns.includes(pathText(path)))
      : []
    const all = [...parsed.problems.map((problem) => withChoice({ problem, schema: confSchema })), ...ofLayer]
    problems.push(...placeProblems(joinMisspelt({ problems: all, notices: [] }).problems, parsed))
    if (all.length === 0) ({ conf, settled } = layer)
  }
  const variables = Object.entries(input.env).filter(([name, value]) => name.startsWith(PREFIX) && value)
  const names = variables.length > 0 ? variableNames() : new Map<string, Path>()
  for (const [name, value = ''] of variables) {
    const path = names.get(name)
    if (!path) {
      const near = nearest(name, [...names.keys()])
      const params = { name, nearest: near }
      warnings.push({ code: 'unknownVariable', params, where: name })
      continue
    }
    const layer = applyLayer({ conf, layer: nested(path, variableValue({ path, value })) })
    if (layer.problems.length === 0) ({ conf, settled } = layer)
    problems.push(
      ...joinMisspelt({ problems: layer.problems, notices: [] }).problems.map(
        ({ code, params, path: at }) => {
          const inner = at.slice(path.length)
          return { code, params, place: { file: name, path: pathText(inner) } } as PlacedProblem
        },
      ),
    )
  }
  if (problems.length > 0) throw invalid('confInvalid', problems, EXIT.failed)
  // The parse of the last layer is that of all: parsing takes longer than anything else here.
  const all: Conf & { $schema?: string | undefined } = settled ?? defaultConf()
  delete all.$schema
  return { conf: all, warnings }
}

/** Applies a layer to the settings so far. Those were valid, so every issue comes from the layer. */
function applyLayer(input: { conf: unknown; layer: unknown }): {
  conf: unknown
  /** With all defaults; undefined if there are problems. */
  settled: Conf | undefined
  problems: Problem[]
} {
  const merged = merge(input.conf, input.layer)
  const result = confSchema.safeParse(merged)
  const problems = (result.success ? [] : result.error.issues).flatMap((issue) => problemsOf(issue, merged))
  return { conf: merged, settled: result.data, problems }
}

function problemsOf(issue: z.core.$ZodIssue, merged: unknown): Problem[] {
  const path = issue.path as Path
  if (issue.code === 'unrecognized_keys') {
    const known = namesOf(schemaAt(confSchema, path))
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const params = { key: nameText(key), nearest: near }
      return { code: 'unknownSetting', params, path: [...path, key], atName: true }
    })
  }
  const value = valueAt(merged, path)
  const shown: Found = found(value, path)
  const allowed = allowedAt(confSchema, path)
  return [{ code: 'notAllowed', params: { found: shown, allowed, ...meantValue(value, allowed) }, path }]
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Merges `over` into `under`: objects by key, everything else as a whole. */
function merge(under: unknown, over: unknown): unknown {
  if (!isPlainObject(under) || !isPlainObject(over)) return over
  const both = new Map(Object.entries(under))
  for (const [key, value] of Object.entries(over)) both.set(key, merge(both.get(key), value))
  return Object.fromEntries(both)
}

const isSection = (path: Path): boolean => namesOf(schemaAt(confSchema, path)).length > 0

/** Maps variable names to paths, for every setting and section. */
function variableNames(): ReadonlyMap<string, Path> {
  const names = new Map<string, Path>()
  const add = (path: Path) => {
    for (const key of namesOf(schemaAt(confSchema, path))) {
      if (key === '$schema') continue
      const here = [...path, key]
      names.set(variableOf(here), here)
      add(here)
    }
  }
  add([])
  return names
}

/** The name of a setting's variable. */
export const variableOf = (path: Path): string => `${PREFIX}${path.map(upperCase).join('_')}`

const upperCase = (key: string | number): string =>
  String(key)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()

const WORD_OR_NUMBER: ReadonlySet<Shape> = new Set(['loudness', 'mostRedecode', 'processes'])

/** Converts a variable's text to the type of its setting; unconvertible text stays text, which the check reports. */
function variableValue({ path, value }: { path: Path; value: string }): unknown {
  const allowed = allowedAt(confSchema, path)
  const { kind } = allowed
  const isWordOrNumber = kind === 'shape' && WORD_OR_NUMBER.has(allowed.shape)
  if (kind === 'number' || isWordOrNumber) return NUMERAL.test(value) ? Number(value) : value
  if (kind === 'boolean')
    return { true: true, false: false, '1': true, '0': false }[value.trim().toLowerCase()] ?? value
  if (kind !== 'array' && !isSection(path)) return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

const nested = (path: Path, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
