/** Whatever stands in a file: it is read, or a JobError says what is wrong. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { confSchema, resolveConf } from '../../../src/config/conf.ts'
import { readIndex } from '../../../src/config/room-index.ts'
import { cfgSchema, indexSchema } from '../../../src/config/schema.ts'
import { JobError } from '../../../src/errors.ts'
import { say } from '../../../src/messages/index.ts'
import { read, request } from './help.ts'

/** Runs something that may only fail with a JobError that has something to say. */
function orJobError(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof JobError)) throw error
    expect(error.message).not.toBe('')
    expect(error.message).not.toContain('undefined')
  }
}

/** What no message may contain unless the input does. */
const SLIPS = /undefined|NaN|\[object/

const odd = fc.oneof(
  fc.jsonValue().filter((value) => !SLIPS.test(JSON.stringify(value))),
  fc.constantFrom(
    null,
    '',
    ' ',
    '0',
    '1',
    '-1',
    0,
    1,
    2,
    1.5,
    -1,
    1e300,
    true,
    [],
    [[]],
    [null],
    {},
    '..',
    '\u0000',
  ),
)

/** Every path of the request schema, so that odd values meet every check. */
function pathsOf(schema: z.ZodType, path: readonly string[] = []): string[][] {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
  const below =
    inner instanceof z.ZodObject
      ? Object.entries(inner.shape).flatMap(([key, one]) => pathsOf(one as z.ZodType, [...path, key]))
      : inner instanceof z.ZodUnion
        ? (inner.options as z.ZodType[]).flatMap((option) => pathsOf(option, path))
        : inner instanceof z.ZodArray
          ? pathsOf(inner.element as z.ZodType, [...path, '0'])
          : []
  return path.length === 0 ? below : [[...path], ...below]
}
const PATHS = [...new Set(pathsOf(cfgSchema).map((path) => path.join('.')))]

describe('any text', () => {
  it('as cfg.json', () => {
    fc.assert(fc.property(fc.string(), (text) => orJobError(() => read(text))))
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:/*x0 \n.\\“，\'') }), (text) =>
        orJobError(() => read(text)),
      ),
    )
  })

  it('as the index and as conf', () => {
    fc.assert(fc.property(fc.json(), (text) => orJobError(() => readIndex({ text, file: 'i' }))))
    fc.assert(
      fc.property(fc.json(), (text) =>
        orJobError(() => resolveConf({ layers: [{ file: 'c', text }], env: {} })),
      ),
    )
    fc.assert(
      fc.property(fc.string(), (value) =>
        orJobError(() =>
          resolveConf({
            layers: [],
            env: { OWT_STORAGE: value, OWT_INDEX_KEYS: value, OWT_VIDEO_PRESET: value },
          }),
        ),
      ),
    )
  })
})

describe('any value', () => {
  it('as cfg.json', () => {
    fc.assert(fc.property(fc.json(), (text) => orJobError(() => read(text))))
  })

  it('anywhere in cfg.json', () => {
    const change = fc.tuple(fc.constantFrom(...PATHS), odd)
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.boolean(), (changes, isUsed) => {
        const used = isUsed ? { 'SubscribeConfig.VideoStreamType': 1, 'MixerConfig.MixedVideoLayout': 0 } : {}
        const at = Object.fromEntries(changes.map(([path, value]) => [`/${path}`, value]))
        orJobError(() => {
          const { job, errors, warnings } = read(safely({ ...used, ...at }))
          expect(job === undefined).toBe(errors.length > 0)
          expect(new Set(errors).size).toBe(errors.length)
          expect([...errors, ...warnings].join('\n')).not.toMatch(SLIPS)
        })
      }),
      { numRuns: 1000 },
    )
  })

  it('cut off anywhere', () => {
    const text = request({ 'MixerConfig.WaterMark': [{ Type: 3, Text: 'x' }] })
    for (let at = 0; at < text.length; at += 1) orJobError(() => read(text.slice(0, at)))
  })

  it('as entries of the index', () => {
    const entry = fc.oneof(
      odd,
      fc.record(
        {
          StreamId: fc.oneof(odd, fc.constant('a_1')),
          Name: fc.oneof(odd, fc.constant('x')),
          StartTime: odd,
          EndTime: odd,
        },
        { requiredKeys: [] },
      ),
    )
    const top = fc.record(
      { Files: fc.array(entry), Root: odd, StartTime: odd, JobId: odd },
      { requiredKeys: ['Files'] },
    )
    fc.assert(
      fc.property(top, (value) =>
        orJobError(() => {
          const { index, warnings } = readIndex({ text: JSON.stringify(value), file: 'i' })
          expect(index.entries.length + index.skipped.length).toBe(value.Files.length)
          expect(Number.isFinite(index.startMs)).toBe(true)
          for (const warning of warnings) expect(say(warning)).not.toMatch(SLIPS)
        }),
      ),
      { numRuns: 1000 },
    )
  })
})

/** The request with changes, some of which may stand where others want to go below. */
function safely(changes: Record<string, unknown>): string {
  try {
    return request(changes)
  } catch {
    return request()
  }
}

describe('the schemas', () => {
  it('can be turned into JSON Schema', () => {
    for (const schema of [cfgSchema, indexSchema, confSchema]) {
      expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({
        type: 'object',
        additionalProperties: false,
      })
    }
  })
})
