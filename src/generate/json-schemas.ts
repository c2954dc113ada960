/** JSON Schemas of cfg.json, the index and conf/ for editors, generated from the zod schemas and their `.meta()`. */
import { z } from 'zod'
import { VALUE_MEANINGS } from '../messages/en/values.ts'
import { confSchema } from '../config/conf-schema.ts'
import type { Meaning } from '../config/schema/meaning.ts'
import { cfgSchema, indexSchema } from '../config/schema.ts'

type Node = Record<string, unknown>

/** The schema of cfg.json. */
export const cfgJsonSchema = (): Node => jsonSchema(cfgSchema, 'cfg.json: a job of owt-main')

/** The schema of the index. */
export const indexJsonSchema = (): Node => jsonSchema(indexSchema, 'The index of a recorded room')

/** The schema of the worker's settings. */
export const confJsonSchema = (): Node => jsonSchema(confSchema, 'conf/: how owt-main runs')

function jsonSchema(schema: z.ZodType, title: string): Node {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as Node
  // The last two tell editors that comments and trailing commas are accepted.
  return { $schema, title, ...forEditors(rest), allowComments: true, allowTrailingCommas: true }
}

/** Rewrites what `.meta()` adds to the nodes as editors show it. */
function forEditors(node: Node): Node {
  const { items, anyOf, properties } = node
  return {
    ...node,
    ...(isNode(items) && { items: forEditors(items) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map((one: Node) => forEditors(one)) }),
    ...(isNode(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, child]) => [name, property(name, child as Node)]),
      ),
    }),
  }
}

/** What `.meta()` adds to a node. */
const OF_META = new Set(['description', 'default', 'defaultText', 'vendor', 'sameAs'])

function property(name: string, node: Node): Node {
  const { description, default: preset, defaultText } = node
  const shape = Object.fromEntries(Object.entries(node).filter(([key]) => !OF_META.has(key)))
  const ofValues = VALUE_MEANINGS[name]
  const values = shape['enum']
  return {
    ...forEditors(shape),
    ...(description !== undefined && { description: plainText({ description, defaultText } as Meaning) }),
    // An empty object as default is not worth completing.
    ...(preset !== undefined && !isEmptyObject(preset) && { default: preset }),
    ...(ofValues &&
      Array.isArray(values) && { enumDescriptions: values.map((value) => ofValues[String(value)] ?? '') }),
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isEmptyObject = (value: unknown): boolean => isNode(value) && Object.keys(value).length === 0

/** Removes Markdown, since editors show descriptions verbatim. */
function plainText({ description = '', defaultText }: Meaning): string {
  const text = defaultText === undefined ? description : `${description} Default: ${defaultText}.`
  return text.replaceAll('`', '').replaceAll(/\[([^[\]]+)\]\([^()]+\)/g, '$1')
}
