/**
 * A hand-edited JSON text made fit to be shown: every secret in it starred out, comments blanked, length and lines as
 * they were. It reads tokens, not values, so that it holds for a text that is broken in any way.
 */
import { confSchema } from './conf-schema.ts'
import { fieldsOf } from './fields.ts'
import { isSecret } from './findings.ts'
import { nearest } from './nearest.ts'
import { cfgSchema, indexSchema } from './schema.ts'

/** Comments, texts (which end with their line at the latest), line breaks, spaces, punctuation, words. */
const TOKEN = new RegExp(
  [
    /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/,
    /"(?:[^"\\\n]|\\[^\n])*"?|[“”＂][^“”＂"\n]*[“”＂"]?|'[^'\n]*'?/,
    /\n|[^\S\n]+|[{}[\],:：，｛｝]|[^\s"“”＂'{}[\],:：，｛｝]+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

const OPENS = /^[{[｛]$/
const CLOSES = /^[}\]｝]$/
const COLON = /^[:：]$/

const NAMES = [cfgSchema, indexSchema, confSchema].flatMap((schema) =>
  fieldsOf(schema).map(({ path }) => String(path.at(-1))),
)
const KNOWN: ReadonlySet<string> = new Set(NAMES)
const SECRET_NAMES = [...KNOWN].filter((name) => isSecret([name]))

interface Token {
  readonly at: number
  readonly text: string
}

const isBlank = (token: Token): boolean => /^(?:[^\S\n]|\/\/|\/\*)/.test(token.text)

/** A token may hold a name and its value where a quote is missing between them. */
function isSecretName({ text }: Token): boolean {
  const names = text.split(/["“”＂'\s:：,=?&]+/)
  return (
    /secret|passw|token|credential/i.test(text) ||
    names.some((name) => isSecret([name]) || isNearSecret(name))
  )
}

/** Misspelt, a name is that of a field which it resembles. */
const isNearSecret = (name: string): boolean =>
  name.length > 1 && !KNOWN.has(name) && nearest(name, SECRET_NAMES) !== undefined

const stars = (text: string): string => text.replaceAll(/[^\s]/g, '*')

/** User, password and query of what may be a URL, whatever it is called. */
const withoutUrlSecrets = (text: string): string =>
  text
    .replace(
      /^(["“”＂']?(?:[a-z][a-z0-9+.-]*:\/\/)?)(.*@)/is,
      (_, start: string, user: string) => start + stars(user),
    )
    .replace(
      /([?#])(.*?)(["“”＂']?)$/s,
      (_, mark: string, query: string, end: string) => mark + stars(query) + end,
    )

/**
 * @param text the file as it is, without a BOM
 * @param hidden offsets of values that must not be shown whatever their names
 * @returns a text of the same length, every line break where it was
 */
export function maskSecrets(text: string, hidden: readonly number[] = []): string {
  const tokens: Token[] = [...text.matchAll(TOKEN)].map((match) => ({ at: match.index, text: match[0] }))
  const places = [...hidden].sort((a, b) => a - b)
  let passed = 0
  let shown = ''
  /** Where a secret's value is being passed: how deep in it, and whether anything of it has come. */
  let secret: { depth: number; isBegun: boolean } | undefined
  for (const [at, token] of tokens.entries()) {
    shown += ' '.repeat(token.at - shown.length)
    if (isBlank(token)) {
      shown += token.text.replaceAll(/[^\n]/g, ' ')
      continue
    }
    const next = tokens.slice(at + 1, at + 8).find((one) => !isBlank(one) && one.text !== '\n')
    const isName = next !== undefined && COLON.test(next.text) && !COLON.test(token.text)
    if (secret && endsSecret({ token, secret, isName })) secret = undefined
    if (secret) {
      if (OPENS.test(token.text)) secret.depth += 1
      if (CLOSES.test(token.text)) secret.depth -= 1
      if (token.text !== '\n' && !COLON.test(token.text)) secret.isBegun = true
      shown += /^[\n:：,，{}[\]｛｝]$/.test(token.text) ? token.text : stars(token.text)
      continue
    }
    while ((places[passed] ?? Infinity) < token.at) passed += 1
    const isHidden = (places[passed] ?? Infinity) < token.at + token.text.length
    if (isSecretName(token)) {
      secret = { depth: 0, isBegun: false }
      // A name whose quote is missing may hold the value as well.
      shown += /^["“”＂']?[\w$-]*["“”＂']?$/.test(token.text) && !isHidden ? token.text : stars(token.text)
    } else shown += isHidden ? stars(token.text) : withoutUrlSecrets(token.text)
  }
  return shown.padEnd(text.length, ' ')
}

function endsSecret(input: {
  token: Token
  secret: { depth: number; isBegun: boolean }
  isName: boolean
}): boolean {
  const { token, secret, isName } = input
  if (secret.depth > 0) return false
  return CLOSES.test(token.text) || (secret.isBegun && (token.text === '\n' || isName))
}
