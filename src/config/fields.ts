/** Lists the fields of a schema in the order of declaration. */
import type { z } from 'zod'
import { allowedAt, declaredAt, namesOf, schemaAt } from './allowed.ts'
import { type Meaning, meaningOf } from './schema/meaning.ts'
import type { Allowed, Path } from '../model/findings.ts'

export interface Field {
  /** Array indexes are 0. */
  readonly path: Path
  /** The path without array indexes. */
  readonly label: string
  /** What is allowed there. */
  readonly allowed: Allowed
  readonly isRequired: boolean
  /** What its `.meta()` says; undefined without one. */
  readonly meaning: Meaning | undefined
}

/** The path without array indexes. */
export const labelOf = (path: Path): string => path.filter((step) => typeof step === 'string').join('.')

/** Traverses a schema; does not descend into fields for which `isLeaf` is true. */
export function fieldsOf(schema: z.ZodType, isLeaf: (field: Field) => boolean = () => false): Field[] {
  const below = (path: Path): Field[] => {
    const { at, names } = objectAt(schema, path)
    const required = requiredAt(schema, at)
    return names.flatMap((name) => {
      const here = [...at, name]
      const declared = declaredAt(schema, here)
      const field = {
        path: here,
        label: labelOf(here),
        allowed: allowedAt(schema, here),
        isRequired: required.has(name),
        meaning: declared && meaningOf(declared),
      }
      return isLeaf(field) ? [field] : [field, ...below(here)]
    })
  }
  return below([])
}

/** The names of all fields of a schema, each once, without parsing anything. */
export function fieldNames(schema: z.ZodType): ReadonlySet<string> {
  const found = new Set<string>()
  const below = (path: Path) => {
    const { at, names } = objectAt(schema, path)
    for (const name of names) {
      found.add(name)
      below([...at, name])
    }
  }
  below([])
  return found
}

/** Maximum depth of arrays around the object of a field. */
const MAX_ARRAYS = 3

/** The object at a path, inside any arrays around it. */
function objectAt(schema: z.ZodType, path: Path): { at: Path; names: readonly string[] } {
  let at = path
  for (let depth = 0; depth < MAX_ARRAYS; depth += 1) {
    const names = namesOf(schemaAt(schema, at))
    if (names.length > 0) return { at, names }
    at = [...at, 0]
  }
  return { at, names: [] }
}

function requiredAt(schema: z.ZodType, path: Path): ReadonlySet<string> {
  const allowed = allowedAt(schema, path)
  return new Set('names' in allowed ? allowed.names : [])
}
