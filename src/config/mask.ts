/**
 * Makes a hand-edited JSON text safe to show: replaces every value that is not known to be harmless by stars and blanks
 * comments, keeping length and lines. It reads tokens, not values, so it works on malformed text.
 */
import { streamUrlKeyAt } from './findings.ts'
import { isHarmlessName, isKnownName, isSecretName } from './secrets.ts'

/** Comments, strings (which end at the end of their line at the latest), line breaks, spaces, punctuation, words. */
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

interface Token {
  readonly at: number
  readonly text: string
}

const isBlank = (token: Token): boolean => /^(?:[^\S\n]|\/\/|\/\*)/.test(token.text)

/** If a quote is missing, a token may contain a name and its value. */
function holdsSecretName({ text }: Token): boolean {
  const name = withoutQuotes(text)
  if (isKnownName(name)) return isSecretName(name)
  const names = text.split(/["“”＂'\s:：,=?&]+/)
  return /secret|passw|token|credential/i.test(text) || names.some((name) => isSecretName(name, true))
}

const withoutQuotes = (text: string): string => text.replaceAll(/^["“”＂']|["“”＂']$/g, '')

const stars = (text: string): string => text.replaceAll(/[^\s]/g, '*')

/** A colour, which is not a fragment of a URL. */
const COLOUR = /^"#[0-9a-f]{3,8}"$/i

/** Masks user, password and query of a possible URL, whatever its field is called, and the key of a live stream. */
const withoutUrlSecrets = (text: string): string =>
  withoutStreamKey(text)
    .replace(
      /^(["“”＂']?(?:[a-z][a-z0-9+.-]*:\/\/)?)(.*@)/is,
      (_, start: string, user: string) => start + stars(user),
    )
    .replace(
      /([?#])(.*?)(["“”＂']?)$/s,
      (_, mark: string, query: string, end: string) => mark + stars(query) + end,
    )

/**
 * @param text the file without its BOM
 * @param hidden offsets of values that must not be shown whatever their names are
 * @returns a text of the same length, with the same line breaks
 */
export function maskSecrets(text: string, hidden: readonly number[] = []): string {
  const tokens: Token[] = [...text.matchAll(TOKEN)].map((match) => ({ at: match.index, text: match[0] }))
  const places = [...hidden].sort((a, b) => a - b)
  let passed = 0
  let shown = ''
  /** While in a secret's value: the nesting depth, and whether the value has begun. */
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
    // An unknown field may contain anything: its name is shown, its value is not.
    const isSecret = holdsSecretName(token) || (isName && !isHarmlessName(withoutQuotes(token.text)))
    if (isSecret) {
      secret = { depth: 0, isBegun: false }
      // A name with a missing quote may include the value.
      shown += /^["“”＂']?[\w$-]*["“”＂']?$/.test(token.text) && !isHidden ? token.text : stars(token.text)
    } else
      shown += isHidden
        ? stars(token.text)
        : COLOUR.test(token.text)
          ? token.text
          : withoutUrlSecrets(token.text)
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

function withoutStreamKey(text: string): string {
  const at = streamUrlKeyAt(text)
  if (at === undefined) return text
  const [end = ''] = /["“”＂']?$/.exec(text) ?? []
  return text.slice(0, at) + stars(text.slice(at, text.length - end.length)) + end
}
