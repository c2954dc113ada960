/** Derives what a schema allows, as data for messages, from the schema itself, so that the two cannot differ. */
import { z } from 'zod'
import type { Allowed, Path, Shape } from '../model/findings.ts'

const shapes = z.registry<{ shape: Shape }>()

/** Registers a text schema whose format the catalogue describes. */
export function shaped<S extends z.ZodType>(shape: Shape, schema: S): S {
  shapes.add(schema, { shape })
  return schema
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodReadonly
  ) {
    inner = inner.unwrap() as z.ZodType
  }
  return inner
}

function step(schema: z.ZodType, key: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    return typeof key === 'string' && Object.hasOwn(schema.shape, key)
      ? (schema.shape[key] as z.ZodType)
      : undefined
  }
  if (schema instanceof z.ZodArray) return typeof key === 'number' ? (schema.element as z.ZodType) : undefined
  if (schema instanceof z.ZodUnion) {
    for (const option of schema.options as readonly z.ZodType[]) {
      const next = step(unwrap(option), key)
      if (next) return next
    }
  }
  return undefined
}

/** The schema of a path as it is declared, with its wrappers, which hold its meaning; undefined if there is none. */
export function declaredAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let at: z.ZodType | undefined = schema
  for (const key of path) {
    at = step(unwrap(at), key)
    if (!at) return undefined
  }
  return at
}

/** The schema of the value at a path, without wrappers such as `optional`; undefined if there is none. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  const declared = declaredAt(schema, path)
  return declared && unwrap(declared)
}

/** The property names of an object schema; empty for other schemas. For a union, those of its object. */
export function namesOf(schema: z.ZodType | undefined): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  if (schema instanceof z.ZodUnion)
    return (schema.options as readonly z.ZodType[]).flatMap((o) => namesOf(unwrap(o)))
  return []
}

function ofNumber(schema: z.ZodNumber): Allowed {
  // zod itself limits integers to safe ones; messages need not mention that.
  const isLimit = (limit: number | null): limit is number =>
    limit !== null && Math.abs(limit) < Number.MAX_SAFE_INTEGER
  const step = (schema._zod.def.checks ?? [])
    .map((check) => check._zod.def as { check: string; value?: unknown })
    .find(({ check }) => check === 'multiple_of')?.value
  return {
    kind: 'number',
    whole: schema.isInt,
    ...(typeof step === 'number' && { step }),
    ...(isLimit(schema.minValue) && { min: schema.minValue }),
    ...(isLimit(schema.maxValue) && { max: schema.maxValue }),
  }
}

const requiredOf = (schema: z.ZodObject): string[] =>
  Object.keys(schema.shape).filter((name) => !(schema.shape[name] as z.ZodType).safeParse(undefined).success)

/** What a schema allows. `field` is the name of the value's property. */
function allowedBy(schema: z.ZodType | undefined, field: string): Allowed {
  if (!schema) return { kind: 'any' }
  const shape = shapes.get(schema)?.shape
  if (shape) return { kind: 'shape', shape }
  if (schema instanceof z.ZodNumber) return ofNumber(schema)
  if (schema instanceof z.ZodLiteral)
    return { kind: 'values', field, values: [...schema.values] as (string | number)[] }
  if (schema instanceof z.ZodEnum) return { kind: 'values', field, values: schema.options }
  if (schema instanceof z.ZodString) return { kind: schema.minLength ? 'filledText' : 'text' }
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' }
  if (schema instanceof z.ZodArray) return { kind: 'array', ...mostOf([schema]) }
  if (schema instanceof z.ZodObject) return { kind: 'object', names: requiredOf(schema) }
  if (schema instanceof z.ZodUnion) return ofUnion(schema.options as readonly z.ZodType[], field)
  return { kind: 'any' }
}

function ofUnion(options: readonly z.ZodType[], field: string): Allowed {
  const kinds = options.map((option) => allowedBy(unwrap(option), field))
  const described = kinds.find((allowed) => allowed.kind === 'shape')
  if (described) return described
  const object = kinds.find((allowed) => 'names' in allowed)
  if (object) return { kind: 'objectOrArray', names: object.names, ...mostOf(options) }
  return { kind: 'textOrArray', ...mostOf(options) }
}

/** Maximum length of the array among some schemas. */
function mostOf(schemas: readonly z.ZodType[]): { most?: number } {
  const array = schemas.map(unwrap).find((schema) => schema instanceof z.ZodArray)
  const most = (array?._zod.def.checks ?? [])
    .map((check) => check._zod.def as { check: string; maximum?: unknown })
    .find(({ check }) => check === 'max_length')?.maximum
  return typeof most === 'number' ? { most } : {}
}

/** What is allowed at a path. */
export function allowedAt(schema: z.ZodType, path: Path): Allowed {
  const name = path.findLast((key) => typeof key === 'string')
  return allowedBy(schemaAt(schema, path), typeof name === 'string' ? name : '')
}
