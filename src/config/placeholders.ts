/**
 * Makes text that was copied from a document parseable as JSON: finds what is not a JSON value outside strings and
 * comments, reports it, and replaces it by valid JSON. Offsets map back to the original text, so that all other
 * problems keep their line and column and are found in the same run.
 */
import { createScanner } from 'jsonc-parser'
import type { Problem } from './findings.ts'
import { isHarmless } from './secrets.ts'
import type { Path, Position } from '../model/findings.ts'

/** jsonc-parser's token kinds; its const enum cannot be imported under isolatedModules. */
const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  false: 9,
  string: 10,
  number: 11,
  lineComment: 12,
  blockComment: 13,
  lineBreak: 14,
  trivia: 15,
  unknown: 16,
  eof: 17,
} as const

/** Nobody writes deeper files, and recursion over them could overflow the stack. */
const MAX_DEPTH = 64

interface Token {
  readonly kind: number
  readonly start: number
  readonly end: number
  readonly text: string
  readonly isBroken: boolean
}

function tokensOf(text: string): Token[] {
  const scanner = createScanner(text, false)
  const tokens: Token[] = []
  for (;;) {
    const kind: number = scanner.scan()
    if (kind === TOKEN.eof) return tokens
    const start = scanner.getTokenOffset()
    const end = start + scanner.getTokenLength()
    tokens.push({
      kind,
      start,
      end,
      text: text.slice(start, end),
      isBroken: Number(scanner.getTokenError()) !== 0,
    })
  }
}

const isScalar = (t: Token): boolean =>
  (t.kind >= TOKEN.null && t.kind <= TOKEN.false) || t.kind === TOKEN.number || t.kind === TOKEN.unknown

const joins = (t: Token | undefined): boolean => t?.kind === TOKEN.unknown && /^[/|]$|[/|]$/.test(t.text)

/** A false comment: if a quote is missing before a URL, its slashes start one and swallow the rest of the line. */
const isTextTaken = (t: Token, before: Token | undefined): boolean =>
  t.kind === TOKEN.lineComment &&
  (before?.kind === TOKEN.colon || (t.text.match(/"/g) ?? []).length % 2 === 1)

/** The tokens of one value from `from` on: words on one line, and strings joined by a slash or a bar. */
function runFrom(tokens: readonly Token[], from: number): Token[] {
  const run: Token[] = []
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] as Token
    if (token.kind === TOKEN.trivia) continue
    const isText = token.kind === TOKEN.string
    if (!isScalar(token) && !(isText && (run.length === 0 || joins(run.at(-1))))) break
    if (run[0]?.kind === TOKEN.string && !isText && run.length === 1 && !/^[/|]/.test(token.text)) break
    run.push(token)
  }
  return run
}

interface Level {
  readonly isArray: boolean
  name: string
  index: number
  /** In an object: whether a value is expected next, not a name. */
  atValue: boolean
}

const pathOf = (levels: readonly Level[]): Path =>
  levels.flatMap((level): (string | number)[] => {
    if (level.isArray) return [level.index]
    return level.name === '' ? [] : [level.name]
  })

/** Certainly a placeholder, so it may be shown even in a file with mismatched quotes. */
const KNOWN_STAND_IN =
  /^(\d+( ?[/|] ?\d+)+|x+|\$?\w+_\$?type|true|false|none|null|undefined|nan|-?infinity)$/i

interface Edit {
  readonly start: number
  readonly end: number
  readonly by: string
}

interface Replaced {
  readonly text: string
  readonly problems: Problem[]
  readonly isTooDeep: boolean
  /** Maps an offset in `text` to one in the original text. */
  readonly toOriginal: (offset: number) => number
}

/** Replaces every placeholder by `0` and spaces, and quotes unquoted names. */
export function replacePlaceholders(input: {
  text: string
  positionOf: (offset: number) => Position
}): Replaced {
  const { positionOf } = input
  const tokens = tokensOf(input.text)
  // A missing quote turns secrets into bare words: then only certain placeholders are shown.
  const quotesAreSound = !tokens.some(
    (t, at) => (t.isBroken && t.kind === TOKEN.string) || isTextTaken(t, tokens[at - 1]),
  )
  const problems: Problem[] = []
  const levels: Level[] = []
  const edits: Edit[] = []

  const foundWord = (path: Path, word: string) =>
    !isHarmless(path)
      ? ({ kind: 'hidden' } as const)
      : (quotesAreSound && word.length <= 40 && !/[=@?&]/.test(word)) || KNOWN_STAND_IN.test(word)
        ? { value: word }
        : ({ kind: 'word' } as const)

  const standIn = (run: readonly Token[], level: Level | undefined) => {
    const start = (run[0] as Token).start
    const end = (run.at(-1) as Token).end
    const word = input.text.slice(start, end)
    const path = pathOf(levels)
    const position = positionOf(start)
    if (/^(\.{3}|…)/.test(word)) {
      problems.push({ code: 'ellipsis', params: {}, path, position })
      edits.push({ start, end, by: '' })
    } else if (level && !level.isArray && !level.atValue) {
      problems.push({
        code: 'bareName',
        params: { found: foundWord(path, word) },
        path: pathOf(levels.slice(0, -1)),
        position,
      })
      level.name = word.replace(/^'|'$/g, '')
      edits.push({ start, end, by: JSON.stringify(level.name) })
    } else {
      problems.push({ code: 'placeholder', params: { found: foundWord(path, word) }, path, position })
      edits.push({ start, end, by: '0' })
    }
  }

  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token
    const level = levels.at(-1)
    if (token.kind === TOKEN.openBrace || token.kind === TOKEN.openBracket) {
      levels.push({ isArray: token.kind === TOKEN.openBracket, name: '', index: 0, atValue: false })
      if (levels.length > MAX_DEPTH) {
        problems.push({
          code: 'tooDeep',
          params: { max: MAX_DEPTH },
          path: [],
          position: positionOf(token.start),
        })
        return { text: input.text, problems, isTooDeep: true, toOriginal: (offset) => offset }
      }
    } else if (token.kind === TOKEN.closeBrace || token.kind === TOKEN.closeBracket) levels.pop()
    else if (token.kind === TOKEN.comma && level) {
      level.index += 1
      level.atValue = false
      level.name = ''
    } else if (token.kind === TOKEN.colon && level) level.atValue = true
    else if (token.kind === TOKEN.string && level && !level.isArray && !level.atValue) {
      level.name = nameOf(token.text)
    } else if (token.kind === TOKEN.string || isScalar(token)) {
      const run = runFrom(tokens, at)
      if (run.some((t) => t.kind === TOKEN.unknown) || run.filter(isScalar).length > 1) standIn(run, level)
      at = Math.max(at, tokens.indexOf(run.at(-1) ?? token, at))
    }
  }
  return { ...applyEdits(input.text, edits), problems, isTooDeep: false }
}

function nameOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}

function applyEdits(text: string, edits: readonly Edit[]): Pick<Replaced, 'text' | 'toOriginal'> {
  /** Offsets in the new text from which it is longer, and by how much in total. */
  const grown: { from: number; by: number }[] = []
  let done = ''
  let from = 0
  for (const { start, end, by } of edits) {
    done += text.slice(from, start) + by.padEnd(end - start, ' ')
    from = end
    const more = by.length - (end - start)
    if (more > 0) grown.push({ from: done.length, by: (grown.at(-1)?.by ?? 0) + more })
  }
  const toOriginal = (offset: number) => {
    let [low, high] = [0, grown.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((grown[middle]?.from ?? Infinity) <= offset) low = middle + 1
      else high = middle
    }
    return offset - (grown[low - 1]?.by ?? 0)
  }
  return { text: done + text.slice(from), toOriginal }
}
