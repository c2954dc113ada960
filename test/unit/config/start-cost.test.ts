import { readFileSync } from 'node:fs'
import { afterEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { confSchema, resolveConf } from '../../../src/config/conf.ts'
import { fieldNames, fieldsOf } from '../../../src/config/fields.ts'
import { cfgSchema } from '../../../src/config/schema.ts'

afterEach(() => void vi.restoreAllMocks())

it('settings are parsed once for each file', () => {
  const zones = vi.spyOn(Intl, 'DateTimeFormat')
  const text = readFileSync(new URL('../../../conf/default.json', import.meta.url), 'utf8')
  const { conf } = resolveConf({ layers: [{ file: 'default.json', text }], env: { PATH: '/bin' } })
  expect(conf).toEqual(confSchema.parse({}))
  // Each parse asks once whether the system knows the zone of the watermarks.
  expect(zones).toHaveBeenCalledTimes(1)
})

it('the names of fields are listed without parsing anything', () => {
  let parsed = 0
  const counted = z.unknown().transform((value) => {
    parsed += 1
    return value
  })
  expect([...fieldNames(z.object({ a: counted, b: z.array(z.object({ c: counted })) }))]).toEqual([
    'a',
    'b',
    'c',
  ])
  expect(parsed).toBe(0)
  const all = fieldsOf(cfgSchema).map(({ path }) => String(path.at(-1)))
  expect(new Set(fieldNames(cfgSchema))).toEqual(new Set(all))
})
