/** The Chinese guide is written by hand: it has to know every command, option, exit code and field there is. */
import { describe, expect, it } from 'vitest'
import { fieldsOf } from '../../../src/config/fields.ts'
import { cfgSchema, indexSchema } from '../../../src/config/schema.ts'
import { EXIT } from '../../../src/errors.ts'
import { COMMANDS } from '../../../src/cli/commands.ts'
import { OPTIONS } from '../../../src/cli/options.ts'
import { textOf } from '../../harness/pages.ts'

const guide = textOf('docs/guide.zh.md')
const prose = guide.replaceAll(/^```[^]*?^```$/gm, '')
const codes = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
const words = new Set(codes.flatMap((code) => code.split(/[^\w$-]+/)))

/** Fields that do nothing, or are another's name. */
const UNTOLD = new Set([
  ...['Version', 'ChannelType', 'EventType', 'EndTime', 'Bitrate'],
  ...['accessKey', 'AccessKey', 'accessKeyId', 'AccessKeyId'],
  ...['secretKey', 'secretAccessKey', 'SecretAccessKey'],
])
const FIELDS = [cfgSchema, indexSchema]
  .flatMap((schema) => fieldsOf(schema).map(({ path }) => String(path.at(-1))))
  .filter((name) => !UNTOLD.has(name))

describe('the Chinese guide', () => {
  it.each(Object.keys(COMMANDS))('knows the command %s', (name) => {
    expect(guide).toMatch(new RegExp(`\\| \`owt-main \\[?${name}\\b`))
  })

  it.each(Object.keys(OPTIONS))('knows the option --%s', (name) => {
    expect(codes.filter((code) => code.startsWith('--')).join(' ')).toMatch(new RegExp(`--${name}\\b`))
  })

  it.each(Object.values(EXIT))('knows the exit code %i', (code) => {
    expect(guide).toMatch(new RegExp(`^\\| (?:\\d+, )*${code}(?:, \\d+)* \\|`, 'm'))
  })

  it.each([...new Set(FIELDS)])('knows the field %s', (name) => {
    expect(words).toContain(name)
  })
})
