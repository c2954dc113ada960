/** JSON Schemas of cfg.json, the index and conf/ for editors, generated from the zod schemas and field descriptions. */
import { z } from 'zod'
import { VALUE_MEANINGS } from '../messages/en/config.ts'
import { confSchema } from '../config/conf-schema.ts'
import { CFG_MEANINGS, INDEX_MEANINGS, type Meaning, type Meanings } from '../config/meanings.ts'
import { cfgSchema, indexSchema } from '../config/schema.ts'

type Node = Record<string, unknown>

/** The schema of cfg.json. */
export const cfgJsonSchema = (): Node =>
  jsonSchema({ schema: cfgSchema, title: 'cfg.json: a job of owt-main', meanings: CFG_MEANINGS })

/** The schema of the index. */
export const indexJsonSchema = (): Node =>
  jsonSchema({ schema: indexSchema, title: 'The index of a recorded room', meanings: INDEX_MEANINGS })

/** The schema of the worker's settings. @param meanings descriptions from `conf/default.json` */
export const confJsonSchema = (meanings: Meanings): Node =>
  jsonSchema({ schema: confSchema, title: 'conf/: how owt-main runs', meanings })

function jsonSchema(input: { schema: z.ZodType; title: string; meanings: Meanings }): Node {
  const { $schema, ...rest } = z.toJSONSchema(input.schema, { target: 'draft-7', io: 'input' }) as Node
  annotate({ node: rest, label: '', meanings: input.meanings })
  // The last two tell editors that comments and trailing commas are accepted.
  return { $schema, title: input.title, ...rest, allowComments: true, allowTrailingCommas: true }
}

/** Returns the description of a field. A field inside an alias has the description of the original. */
export function meaningOf(label: string, meanings: Meanings): Meaning | undefined {
  const own = meanings[label]
  if (own) return own
  const outer = Object.entries(meanings).find(
    ([name, { as }]) => as !== undefined && label.startsWith(`${name}.`),
  )
  return outer && meanings[`${outer[1].as}${label.slice(outer[0].length)}`]
}

function annotate(input: { node: Node; label: string; meanings: Meanings }): void {
  const { node, label, meanings } = input
  const inner = [node['items'], ...((node['anyOf'] as unknown[] | undefined) ?? [])]
  for (const one of inner) if (isNode(one)) annotate({ node: one, label, meanings })
  for (const [name, child] of Object.entries((node['properties'] as Node | undefined) ?? {})) {
    if (!isNode(child)) continue
    const here = label === '' ? name : `${label}.${name}`
    annotate({ node: child, label: here, meanings })
    const meaning = meaningOf(here, meanings)
    const ofValues = VALUE_MEANINGS[name]
    if (meaning) child['description'] = plainText(meaning)
    if (meaning?.preset !== undefined) child['default'] = meaning.preset
    if (ofValues && Array.isArray(child['enum']))
      child['enumDescriptions'] = child['enum'].map((value) => ofValues[String(value)] ?? '')
    // An empty object as default is not worth completing.
    if (isNode(child['default']) && Object.keys(child['default']).length === 0) delete child['default']
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Removes Markdown, since editors show descriptions verbatim. */
function plainText({ is, presetText, preset }: Meaning): string {
  const text = presetText === undefined || preset !== undefined ? is : `${is} Default: ${presetText}.`
  return text.replaceAll('`', '').replaceAll(/\[([^[\]]+)\]\([^()]+\)/g, '$1')
}
