/** The JSON Schemas and docs/config.md: as the zod schemas have it, and right about the samples. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { confSchema } from '../../../src/config/conf-schema.ts'
import { fieldsOf } from '../../../src/config/fields.ts'
import { generatedFiles } from '../../../src/generate/generated.ts'
import { parseText } from '../../../src/config/load.ts'
import { cfgSchema, indexSchema } from '../../../src/config/schema.ts'

const HOME = new URL('../../../', import.meta.url)
const textOf = (path: string): string => readFileSync(new URL(path, HOME), 'utf8')
const valueOf = (path: string): unknown => parseText({ text: textOf(path), file: path }).value
const DEFAULT = textOf('conf/default.json')

describe('generated files', () => {
  it.each(Object.entries(generatedFiles()))('%s is not stale (npm run generate)', (path, text) => {
    expect(textOf(path)).toBe(text)
  })

  it.each([
    ['cfg.json', cfgSchema],
    ['the index', indexSchema],
  ])('every field of %s has a meaning, and each that is like another names a field', (_, schema) => {
    const fields = fieldsOf(schema)
    const labels = fields.map(({ label }) => label)
    expect(fields.filter(({ meaning }) => !meaning?.description).map(({ label }) => label)).toEqual([])
    for (const { meaning } of fields) if (meaning?.sameAs) expect(labels).toContain(meaning.sameAs)
  })

  it('every setting has a meaning', () => {
    const fields = fieldsOf(confSchema)
    const meanings = new Map(fields.map(({ label, meaning }) => [label, meaning?.description]))
    const settings = fields.filter(
      ({ allowed, label }) => allowed.kind !== 'object' && !/endpoints/.test(label),
    )
    expect(settings.filter(({ meaning }) => !meaning?.description).map(({ label }) => label)).toEqual([])
    expect(meanings.get('limits.cores')).toBe('Cores to use; 0 is all of them. 0 to 1024.')
    expect(meanings.get('storage.endpoints')).toMatch(/^Where each vendor's service is/)
  })
})

describe('the JSON Schemas', () => {
  const schemaOf = (name: string) =>
    z.fromJSONSchema(JSON.parse(textOf(`conf/${name}.schema.json`)) as Parameters<typeof z.fromJSONSchema>[0])
  const [cfg, index, conf] = [schemaOf('cfg'), schemaOf('index'), schemaOf('conf')]
  const samples = [
    'cfg.json',
    ...readdirSync(new URL('mixer/gallery/', HOME)).map((name) => `gallery/${name}`),
  ]
    .filter((name) => name.endsWith('.json'))
    .map((name) => `mixer/${name}`)

  it.each(samples)('%s names its schema and keeps to it', (path) => {
    const value = valueOf(path) as { $schema: string }
    expect(new URL(value.$schema, new URL(path, HOME)).href).toBe(new URL('conf/cfg.schema.json', HOME).href)
    expect(cfg.safeParse(value).error?.issues).toBeUndefined()
  })

  it('take the demo index and the default settings', () => {
    const files = readdirSync(new URL('mixer/bucket/', HOME)).filter((name) => name.endsWith('.json'))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(index.safeParse(valueOf(`mixer/bucket/${file}`)).success).toBe(true)
    expect(conf.safeParse(parseText({ text: DEFAULT, file: '' }).value).success).toBe(true)
  })

  it('refuse what the worker refuses or warns of', () => {
    const isGood = (change: (video: Record<string, unknown>) => void) => {
      const value = structuredClone(valueOf('mixer/cfg.json')) as {
        Data: { TranscodingConfig: { Video: Record<string, unknown> } }
      }
      change(value.Data.TranscodingConfig.Video)
      return cfg.safeParse(value).success
    }
    expect(isGood(() => undefined)).toBe(true)
    expect(isGood((video) => (video['Width'] = 641))).toBe(false)
    expect(isGood((video) => (video['Profile'] = 'hihg'))).toBe(false)
    expect(isGood((video) => (video['Widht'] = 640))).toBe(false)
    expect(isGood((video) => delete video['Fps'])).toBe(false)
    expect(conf.safeParse({ limits: { cores: -1 } }).success).toBe(false)
    expect(index.safeParse({ Files: [{ StreamId: 'a_1' }] }).success).toBe(false)
  })

  it('say what fields and values mean, and what counts without them', () => {
    const { properties } = JSON.parse(textOf('conf/cfg.schema.json')) as {
      properties: { Data: { properties: { MixerConfig: { properties: Record<string, object> } } } }
    }
    expect(properties.Data.properties.MixerConfig.properties['ResizeMode']).toEqual({
      type: 'number',
      enum: [0, 1, 2],
      enumDescriptions: ['stretch', 'crop to fill', 'letterbox'],
      description: 'How a picture fills its region.',
      default: 2,
    })
  })
})
