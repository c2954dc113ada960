import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { say } from '../../../src/messages/index.ts'
import { warningLine } from '../../../src/messages/line.ts'
import { harmless, harmlessJson, harmlessLines, harmlessParams } from '../../../src/text/harmless.ts'
import { quoted } from '../../../src/text/shell.ts'

/** What terminals act on, each by one representative. */
const HOSTILE = [
  '\u001b]0;PWN\u0007',
  '\u009b2J',
  '\r',
  '\n',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u200f',
  '\ufeff',
  '\ud800',
]
const ACTS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/u

describe('what a terminal acts on is shown instead', () => {
  it.each(HOSTILE)('%j', (hostile) => {
    const shown = harmless(`a${hostile}b`)
    expect(shown).not.toMatch(ACTS)
    expect(shown).toMatch(/^a.*\\u[0-9a-f]{4}.*b$/)
  })

  it('whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !ACTS.test(harmless(text))))
  })
})

it('leaves names as people write them', () => {
  for (const name of ['Zoë', '王小明', 'محمد', 'नमस्ते', '👩‍💻', 'می‌خواهم', 'a b\u00a0c']) {
    expect(harmless(name)).toBe(name)
  }
})

it('is bounded: what others write may have megabytes', () => {
  expect(harmless('x'.repeat(5_000_000)).length).toBeLessThan(2100)
})

it('keeps line breaks and length of lines of our own', () => {
  expect(harmlessLines(`one\n${'x'.repeat(5000)}\u001b`)).toBe(`one\n${'x'.repeat(5000)}\\u001b`)
})

it('makes the texts in a value harmless, however deep, and nothing else', () => {
  const value = { n: 1, none: undefined, list: ['\u001b', { deep: '\n' }], yes: true, nil: null }
  expect(harmlessParams(value)).toEqual({
    ...{ n: 1, none: undefined, list: ['\\u001b', { deep: '\\u000a' }], yes: true, nil: null },
  })
})

it('writes JSON that is the same value and holds nothing a terminal acts on', () => {
  const value = { name: HOSTILE.join('') }
  const text = harmlessJson(value, 2)
  expect(text.replaceAll('\n', '')).not.toMatch(ACTS)
  expect(JSON.parse(text)).toEqual(value)
})

it('is what every message does with its params, and a warning with its place', () => {
  const name = HOSTILE.join('')
  expect(say({ code: 'streamNeverSeen', params: { streamId: name } })).not.toMatch(ACTS)
  const where = `cfg.json:1:1 Data.${name}`
  expect(warningLine({ code: 'streamNeverSeen', params: { streamId: 'a' }, where })).not.toMatch(ACTS)
})

it('quotes words of a shell so that they are the same to bash and harmless to a terminal', () => {
  for (const word of ["it's", '\u001b[31m', 'a\nb', "back\\slash'\u009b", '\u202e$HOME']) {
    const token = quoted(word)
    expect(token).not.toMatch(ACTS)
    const said = execFileSync('bash', ['-c', `printf %s ${token}`], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    expect(said.toString()).toBe(word)
  }
})
