/** What README and docs call a field or a setting is one: a name that the schemas do not know leads nowhere. */
import { describe, expect, it } from 'vitest'
import { confSchema } from '../../../src/config/conf-schema.ts'
import { fieldsOf } from '../../../src/config/fields.ts'
import { cfgSchema, indexSchema } from '../../../src/config/schema.ts'
import { updatesSchema } from '../../../src/config/schema/updates.ts'
import { PAGES, spansOf, textOf, walk } from '../../harness/pages.ts'

const LABELS = [cfgSchema, indexSchema, updatesSchema.element].flatMap((schema) =>
  fieldsOf(schema).map(({ label }) => label),
)
const FIELDS = new Set(LABELS.flatMap((label) => label.split('.')))
const SETTINGS = fieldsOf(confSchema).map(({ label }) => label)
const SECTIONS = new Set(SETTINGS.map((label) => label.split('.')[0] ?? ''))
/** Words of quoted texts that begin like a field, and a field of the result that begins like a setting. */
const OTHERS = new Set(['Asia', 'Shanghai', 'WebM', 'Ogg', 'WxH', 'Alice', 'output.files'])
/** Bodies of callbacks have fields of their own. */
const OF_BODIES = new Set(walk('src/callback', '.ts').flatMap((path) => textOf(path).match(/\w+/g) ?? []))
/** Requests and replies over HTTP have fields of their own, and so have the headers. */
const OF_API = new Set([
  ...walk('src/serve', '.ts').flatMap((path) => textOf(path).match(/\w+/g) ?? []),
  'Dockerfile',
  'Origin',
])
const ABOUT_API = new Set(['docs/http-api.md', 'docs/operations.md', 'docs/security.md', 'docs/guide.zh.md'])
/** Pages for developers name types. */
const FOR_DEVELOPERS = new Set(['CONTRIBUTING.md', 'docs/architecture.md'])
const TYPES = new Set(
  walk('src', '.ts').flatMap((path) =>
    [...textOf(path).matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name),
  ),
)

const blocksOf = (text: string): string[] =>
  [...text.matchAll(/^```(?:json)?$([^]*?)^```$/gm)].map(([, block = '']) => block)

const FIELD = /^[A-Z][a-z]+(?:[A-Z][a-z]*)*$/

describe.each(PAGES)('%s', (path) => {
  const text = textOf(path)
  const known = (name: string): boolean =>
    FIELDS.has(name) ||
    OTHERS.has(name) ||
    (path === 'docs/callbacks.md' && OF_BODIES.has(name)) ||
    (ABOUT_API.has(path) && OF_API.has(name)) ||
    // Manifests of other systems have fields of their own.
    path === 'docs/vendors.md' ||
    (FOR_DEVELOPERS.has(path) && TYPES.has(name))

  it('names no field that is none', () => {
    const inProse = spansOf(text).flatMap((code) => code.split(/[^\w$-]+/).filter((word) => FIELD.test(word)))
    const inBlocks = blocksOf(text).flatMap((block) =>
      [...block.matchAll(/"([A-Z]\w*)"\s*:/g)].map(([, name = '']) => name),
    )
    expect([...inProse, ...inBlocks].filter((name) => !known(name))).toEqual([])
  })

  it('names no path that is none', () => {
    const paths = spansOf(text).filter((code) => /^[A-Z]\w+(?:\.[A-Z]\w+)+$/.test(code))
    const isField = (one: string) => LABELS.some((label) => `.${label}.`.includes(`.${one}.`))
    const isOfApi = (one: string) => ABOUT_API.has(path) && one.split('.').every((name) => OF_API.has(name))
    expect(paths.filter((one) => !isField(one) && !isOfApi(one))).toEqual([])
  })

  it('names no setting that is none', () => {
    const settings = spansOf(text).filter((code) => {
      const [section = '', ...rest] = code.split('.')
      return (
        SECTIONS.has(section) && rest.length > 0 && /^[\w.]+$/.test(code) && !/\.(?:jsonl?|m3u8)$/.test(code)
      )
    })
    expect(settings.filter((one) => !SETTINGS.includes(one) && !OTHERS.has(one))).toEqual([])
  })
})
