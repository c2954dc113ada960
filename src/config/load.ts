/** Parses the text of a hand-edited JSON file and locates everything in it. Pure: the caller reads the file. */
import { type Node, type ParseError, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Locate, Notice, Problem } from './findings.ts'
import { replaceLookalikes } from './lookalikes.ts'
import { replacePlaceholders } from './placeholders.ts'
import type { Path, Position } from '../model/findings.ts'

/** A parsed text. `value` is undefined if nothing could be read. */
export interface Parsed {
  readonly file: string
  readonly value: unknown
  readonly locate: Locate
  /** Placeholders and syntax errors. The value at the path of a placeholder is a meaningless stand-in. */
  readonly problems: readonly Problem[]
  /** Duplicate keys. */
  readonly notices: readonly Notice[]
  /** False if brackets or quotes do not match, so that values may be in the wrong places. */
  readonly isWellFormed: boolean
}

/** Syntax errors that leave every value in its place. */
const HARMLESS = new Set(['CommaExpected', 'InvalidEscapeCharacter', 'InvalidUnicode', 'InvalidCharacter'])

/** Removes a byte order mark; lines and columns count from after it. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** Far more than a cfg.json or the settings contain even with all lists full. */
const MOST_TOKENS = 500_000

/** The regular expression engine fails on longer tokens. */
const LONGEST_TEXT = 1_000_000

/**
 * Whether a text has more than `most` tokens, or an extremely long one. Parsing turns each token into an object, so a
 * small file could take much memory: tokens are counted first, including those in comments.
 */
export function hasMoreTokens(text: string, most: number): boolean {
  let tokens = 0
  for (let at = 0; at < text.length; tokens += 1) {
    if (tokens > most) return true
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfText(text, at + 1)
      if (end - at > LONGEST_TEXT) return true
      at = end
    } else if (isSign(code)) at += 1
    else {
      // A word, or the space between words.
      at += 1
      while (at < text.length && !isSign(text.charCodeAt(at)) && text.charCodeAt(at) > SPACE) at += 1
      while (at < text.length && text.charCodeAt(at) <= SPACE) at += 1
    }
  }
  return tokens > most
}

const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c
const SIGNS = new Set([...'{}[]:,/"\'，：｛｝'].map((sign) => sign.charCodeAt(0)))

const isSign = (code: number): boolean => SIGNS.has(code)

/** Offset after the closing quote of a string, or of the end of its line. */
function endOfText(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at + 1
    if (code === 0x0a || code === 0x0d) return at
    if (code === BACKSLASH) at += 1
  }
  return text.length
}

/**
 * Parses JSON with `//` and block comments, trailing commas and a BOM. Placeholders such as `0/1/2` and bare words are
 * reported and replaced by stand-ins; everything else is read normally. Never throws.
 * @param input.most maximum number of tokens in the text
 */
export function parseText(input: { text: string; file: string; most?: number }): Parsed {
  const { text, file, most = MOST_TOKENS } = input
  const bare = withoutMark(text)
  if (hasMoreTokens(bare, most)) {
    const position = { line: 1, column: 1 }
    const problem: Problem = { code: 'tooMuch', params: { most }, path: [], position }
    const rest = { value: undefined, notices: [], isWellFormed: false }
    return { file, ...rest, locate: () => position, problems: [problem] }
  }
  const positionInText = positions(bare)
  const plain = replaceLookalikes({ text: bare, positionOf: positionInText })
  const ready = replacePlaceholders({ text: plain.text, positionOf: positionInText })
  const positionOf = (offset: number) => positionInText(ready.toOriginal(offset))
  const problems: Problem[] = [...plain.problems, ...ready.problems]
  if (ready.isTooDeep) {
    return { file, value: undefined, locate: () => positionOf(0), problems, notices: [], isWellFormed: false }
  }
  const errors: ParseError[] = []
  const root = parseTree(ready.text, errors, { allowTrailingComma: true })
  const codes = errors.map((error) => ({ code: printParseErrorCode(error.error), offset: error.offset }))
  for (const problem of firstOfEachLine(codes, positionOf)) problems.push(problem)
  const notices: Notice[] = []
  if (root) noteDuplicates({ node: root, path: [], notices, positionOf })
  return {
    file,
    value: root ? (getNodeValue(root) as unknown) : undefined,
    locate: (path, atName) => positionOf(root ? offsetOf(root, path, atName ?? false) : 0),
    problems,
    notices,
    isWellFormed: codes.every(({ code }) => HARMLESS.has(code)),
  }
}

/** Keeps the first error of each line, since one slip causes several, and an unterminated string hides a comma. */
function firstOfEachLine(
  errors: readonly { code: string; offset: number }[],
  positionOf: (offset: number) => Position,
): Problem[] {
  const seen = new Set<number>()
  const problems: Problem[] = []
  for (const [at, { code, offset }] of errors.entries()) {
    const position = positionOf(offset)
    const isEcho = code === 'CommaExpected' && errors[at - 1]?.code === 'UnexpectedEndOfString'
    if (seen.has(position.line) || isEcho) continue
    seen.add(position.line)
    problems.push({ code: 'syntax', params: { code }, path: [], position })
  }
  return problems
}

function positions(text: string): (offset: number) => Position {
  const starts = [0]
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 }
  }
}

/** The property with a name; the last one, since its value is the one used. */
function propertyOf(node: Node, name: string): Node | undefined {
  return node.children?.findLast((property) => property.children?.[0]?.value === name)
}

function offsetOf(root: Node, path: Path, atName: boolean): number {
  let node = root
  for (const [at, step] of path.entries()) {
    if (typeof step === 'number') {
      const next: Node | undefined = node.type === 'array' ? node.children?.[step] : undefined
      if (!next) return node.offset
      node = next
      continue
    }
    const property: Node | undefined = node.type === 'object' ? propertyOf(node, step) : undefined
    if (!property) return node.offset
    const value = property.children?.[1]
    if (!value || (atName && at === path.length - 1)) return property.offset
    node = value
  }
  return node.offset
}

function noteDuplicates(input: {
  node: Node
  path: Path
  notices: Notice[]
  positionOf: (offset: number) => Position
}): void {
  const { node, path, notices, positionOf } = input
  const seen = new Set<string>()
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.type === 'array') {
      noteDuplicates({ ...input, node: child, path: [...path, index] })
      continue
    }
    const key = String(child.children?.[0]?.value)
    const value = child.children?.[1]
    if (seen.has(key)) {
      notices.push({
        code: 'duplicateKey',
        params: { key },
        path: [...path, key],
        position: positionOf(child.offset),
      })
    }
    seen.add(key)
    if (value) noteDuplicates({ ...input, node: value, path: [...path, key] })
  }
}
