import { describe, expect, it } from 'vitest'
import { hasMoreTokens, parseText } from '../../../src/config/load.ts'

const load = (text: string) => parseText({ text, file: 'cfg.json' })
/** Each problem as its code, what it shows, its path and its place. */
const said = (text: string): unknown[][] =>
  load(text).problems.map(({ code, params, path, position }) => [
    code,
    ...Object.values(params as Record<string, unknown>).map(shown),
    path.join('.'),
    `${position?.line}:${position?.column}`,
  ])

const shown = (param: unknown): unknown =>
  typeof param === 'object' && param !== null && 'value' in param ? param.value : param

describe('parseText', () => {
  it('lets comments, trailing commas, a BOM and CRLF pass', () => {
    const { value, problems, locate } = load(
      '\uFEFF{ // note\r\n "a": [1, /* two */ 2,],\r\n "b": "// no",\r\n}',
    )
    expect(problems).toEqual([])
    expect(value).toEqual({ a: [1, 2], b: '// no' })
    expect(locate(['a', 1])).toEqual({ line: 2, column: 21 })
    expect(locate(['b'], true)).toEqual({ line: 3, column: 2 })
    expect(locate(['b', 'missing', 0])).toEqual({ line: 3, column: 7 })
  })

  it('counts columns from 1 with the BOM not counted', () => {
    expect(load('\uFEFF{"a": 1}').locate(['a'])).toEqual({ line: 1, column: 7 })
  })

  it('names placeholders and goes on, with every place kept', () => {
    const text =
      '{\n "a": 0/1/2,\n "b": xxx,\n "c": [1, 0 / 1, "x"/"y", ...],\n "d": "0/1/2",\n "e": 5 // 0/1\n}'
    expect(said(text)).toEqual([
      ['placeholder', '0/1/2', 'a', '2:7'],
      ['placeholder', 'xxx', 'b', '3:7'],
      ['placeholder', '0 / 1', 'c.1', '4:11'],
      ['placeholder', '"x"/"y"', 'c.2', '4:18'],
      ['ellipsis', 'c.3', '4:27'],
    ])
    const { value, isWellFormed, locate } = load(text)
    expect(isWellFormed).toBe(true)
    expect(value).toEqual({ a: 0, b: 0, c: [1, 0, 0], d: '0/1/2', e: 5 })
    expect(locate(['e'])).toEqual({ line: 6, column: 7 })
  })

  it.each([
    ['{"a": True}', 'True'],
    ['{"a": \'one\'}', "'one'"],
    ['{"a": 0x10}', '0x10'],
    ['{"a": .5}', '.5'],
    ['{"a": undefined}', 'undefined'],
    ['{"a": true/false}', 'true/false'],
    ['{"a": -}', '-'],
    ['{"a": 1 2}', '1 2'],
  ])('names %s as no value', (text, word) => {
    expect(said(text)).toEqual([['placeholder', word, 'a', '1:7']])
  })

  it('names names without quotes and reads them', () => {
    const text = "{ Width: 3, 'x': {y: 1, z: xx}}"
    expect(said(text)).toEqual([
      ['bareName', 'Width', '', '1:3'],
      ['bareName', "'x'", '', '1:13'],
      ['bareName', 'y', 'x', '1:19'],
      ['bareName', 'z', 'x', '1:25'],
      ['placeholder', 'xx', 'x.z', '1:28'],
    ])
    expect(load(text).value).toEqual({ Width: 3, x: { y: 1, z: 0 } })
    expect(load(text).locate(['x', 'y'])).toEqual({ line: 1, column: 22 })
  })

  it('names what an input method typed and reads it', () => {
    const text = '{“a”： 1，\u3000"b": "，“kept”"}'
    expect(said(text)).toEqual([
      ['fullWidth', '“', '"', '', '1:2'],
      ['fullWidth', '：', ':', '', '1:5'],
      ['fullWidth', '，', ',', '', '1:8'],
    ])
    expect(load(text).value).toEqual({ a: 1, b: '，“kept”' })
  })

  it('warns of a key given twice; the last one counts, and is the one located', () => {
    const { value, notices, locate } = load('{"a": 1,\n "a": 2}')
    expect(value).toEqual({ a: 2 })
    expect(notices).toEqual([
      { code: 'duplicateKey', params: { key: 'a' }, path: ['a'], position: { line: 2, column: 2 } },
    ])
    expect(locate(['a'])).toEqual({ line: 2, column: 7 })
  })

  it.each([
    ['', ['syntax', 'ValueExpected', '', '1:1'], false],
    ['{"a": 1\n"b": 2}', ['syntax', 'CommaExpected', '', '2:1'], true],
    ['{"a" 1}', ['syntax', 'ColonExpected', '', '1:6'], false],
    ['{"a": }', ['syntax', 'ValueExpected', '', '1:7'], false],
    ['{"a": [1, 2}', ['syntax', 'CommaExpected', '', '1:12'], false],
    ['{"a": "x\n}', ['syntax', 'UnexpectedEndOfString', '', '1:7'], false],
    ['{"a": 1} 2', ['syntax', 'EndOfFileExpected', '', '1:10'], false],
    ['{"a": "\\q"}', ['syntax', 'InvalidEscapeCharacter', '', '1:7'], true],
  ])('places the syntax error of %j', (text, first, isWellFormed) => {
    expect(said(text)[0]).toEqual(first)
    expect(load(text).isWellFormed).toBe(isWellFormed)
  })

  it('does not go down without end', () => {
    expect(said('['.repeat(100_000))[0]?.[0]).toBe('tooDeep')
  })

  it('never repeats a word from a file whose quotes are out of step', () => {
    const text = '{\n "Other": x,\n SecretKey": "s3cr3t,\n "SecretKey: "s3cr3t",\n "Token": s3cr3t\n}'
    expect(JSON.stringify(load(text).problems)).not.toContain('s3cr3t')
  })
})

describe('a text that holds more than it may', () => {
  it.each([
    ['{"a": [1, "b,c", 2]}', 13],
    ['"x y z, {}"', 1],
    ['a b  c', 3],
    ['{},'.repeat(5), 15],
    ['"a\\"b" c', 2],
    ['"open\n1', 2],
  ])('%j has no more than %i names, values and signs', (text, count) => {
    expect(hasMoreTokens(text, count)).toBe(false)
    expect(hasMoreTokens(text, count - 1)).toBe(true)
  })

  it.each([
    ['entries', `{"Files":[${'{},'.repeat(2_000_000)}{}]}`],
    ['words', `{"Files":[${'a '.repeat(600_000)}]}`],
    ['brackets', '}'.repeat(600_000)],
    ['one text', `{"Files":["${'\\\\'.repeat(600_000)}`],
  ])('is not read: %s', (_, text) => {
    const { problems, value, isWellFormed } = parseText({ text, file: 'x' })
    expect({ code: problems.map(({ code }) => code), value, isWellFormed }).toEqual({
      code: ['tooMuch'],
      value: undefined,
      isWellFormed: false,
    })
  })
})

describe('a text with much in it to be put right', () => {
  it('keeps its places, however many names in it have no quotes', () => {
    const names = Array.from({ length: 300 }, (_, i) => ` n${i}: ${i},`)
    const { value, locate } = load(`{\n${names.join('\n')}\n "last": 1\n}`)
    expect(value).toMatchObject({ n0: 0, n299: 299, last: 1 })
    expect(locate(['n0'])).toEqual({ line: 2, column: 6 })
    expect(locate(['n299'])).toEqual({ line: 301, column: 8 })
    expect(locate(['last'])).toEqual({ line: 302, column: 10 })
  })

  it('puts punctuation right in a text that is never closed, and leaves comments alone', () => {
    expect(said('{"a"： 1, /* ， */ "b， \\"c": 2}')).toEqual([['fullWidth', '：', ':', '', '1:5']])
    const { problems } = load('{"a": 1，\n "b： 2 \\" ，\n}')
    expect(problems.map(({ code, position }) => [code, position?.line])).toContainEqual(['fullWidth', 2])
    expect(load('{"a": 1} /* ，').problems.filter(({ code }) => code === 'fullWidth')).toEqual([])
  })
})
