/**
 * Every pattern in src/ against long hostile text: none takes more than time that grows with the text's length. Lines
 * of ffmpeg's report, names, URLs and JSON come from outside, and a pattern that goes back and forth over them keeps
 * the whole worker busy, signals unheard.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../../src')
/** In characters. What grows with the square of it would take minutes. */
const LENGTH = 300_000
/** Ends a pattern that would never end; one that is as it should be takes a thousandth of that. */
const HANG_MS = 5_000

function patternsIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const patterns = [...new Set(files.flatMap(patternsIn))]

/** What makes patterns go back and forth: what their parts have in common, and their own beginnings. */
const COMMON = [...'a10 .,:;=/\\-_@#?"\'`([{<\n\t\0', 'a1', 'a.', '. ', 'a=', '[[', '\\"', 'x y']

/** The unit over and over. What stands at the end makes most patterns fail there, and try again one character on. */
function long(unit: string): string {
  return unit.repeat(Math.ceil(LENGTH / unit.length)) + '\u2028\n!'
}

const common = new Map(COMMON.map((unit) => [unit, long(unit)]))

function attacksOn(pattern: string): ReadonlyMap<string, string> {
  const own = pattern
    .slice(1, pattern.lastIndexOf('/'))
    .replace(/\[\^(?:\\.|[^\]\\])*\]/g, '~')
    .replace(/\[(\\.|[^\]\\])(?:\\.|[^\]\\])*\]/g, '$1')
    .replace(/\\[dw]/g, '1')
    .replace(/\\s/g, ' ')
    .replace(/\\[SDW]|(?<!\\)\./g, 'x')
    .replace(/\(\?(?::|<?[=!]|<\w+>)|\{\d+(?:,\d*)?\}|\\(?=\W)|[()*+?^$|]/g, '')
    .slice(0, 80)
  const beginnings = [1, 2, 3, 4].map((part) => own.slice(0, Math.ceil((own.length * part) / 4)))
  return new Map([...common, ...beginnings.filter(Boolean).map((unit) => [unit, long(unit)] as const)])
}

/** Where patterns are tried: only there can one that hangs be ended. */
const sandbox = createContext({ text: '', expression: /x/g })
const ATTEMPT = 'for (const _ of text.matchAll(expression)) break'

it('are all found', () => {
  expect(patterns.length).toBeGreaterThan(100)
})

describe('takes no longer than the text is long', () => {
  it.each(patterns)('%s', (pattern) => {
    const end = pattern.lastIndexOf('/')
    const flags = pattern.slice(end + 1).replace('g', '') + 'g'
    sandbox['expression'] = new RegExp(pattern.slice(1, end), flags)
    for (const [unit, text] of attacksOn(pattern)) {
      sandbox['text'] = text
      try {
        runInContext(ATTEMPT, sandbox, { timeout: HANG_MS })
      } catch {
        expect.fail(`hangs at ${JSON.stringify(unit)} over and over`)
      }
    }
  })
})
