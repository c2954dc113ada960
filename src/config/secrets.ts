/**
 * Decides what may be shown of a cfg.json: only what is known to be harmless. An unknown field may contain anything,
 * even an `Authorization`. Pure.
 */
import { confSchema } from './conf-schema.ts'
import { fieldNames } from './fields.ts'
import { isSecret } from './findings.ts'
import { nearest } from './nearest.ts'
import { cfgSchema, indexSchema } from './schema.ts'
import type { Path } from '../model/findings.ts'

interface Names {
  readonly known: ReadonlySet<string>
  readonly secret: readonly string[]
  readonly harmless: readonly string[]
}

let names: Names | undefined

/** The names of all fields. Listed when first asked for: most jobs have nothing to hide or to show. */
function namesOfFields(): Names {
  if (names) return names
  const known = new Set([cfgSchema, indexSchema, confSchema].flatMap((schema) => [...fieldNames(schema)]))
  const secret = [...known].filter((name) => isSecret([name]))
  names = { known, secret, harmless: [...known].filter((name) => !isSecret([name])) }
  return names
}

/** Whether a name is exactly that of a field. */
export function isKnownName(name: string): boolean {
  return namesOfFields().known.has(name)
}

/** Parts of names that suggest a secret. */
const TELLING = /secret|passw|token|credential|key|auth|sign|cookie|session/i

/** Shorter names resemble too many others. */
const LEAST_LETTERS = 4

/**
 * Whether a name is that of a secret, or resembles one.
 * @param isLoose the text may also be a value, which may legitimately contain "key"
 */
export function isSecretName(name: string, isLoose = false): boolean {
  if (isKnownName(name)) return isSecret([name])
  if (isSecret([name]) || (!isLoose && TELLING.test(name))) return true
  return name.length > 1 && nearest(name, namesOfFields().secret) !== undefined
}

/**
 * Whether a name is that of a field whose value may be shown; tolerates misspellings. A single letter never suggests a
 * secret.
 */
export function isHarmlessName(name: string): boolean {
  if (isSecretName(name)) return false
  if (name.length === 1 || isKnownName(name)) return true
  return name.length >= LEAST_LETTERS && nearest(name, namesOfFields().harmless) !== undefined
}

/** Whether the value at a path may be shown: every name in the path is harmless. */
export function isHarmless(path: Path): boolean {
  return path.every((step) => typeof step === 'number' || isHarmlessName(step))
}
