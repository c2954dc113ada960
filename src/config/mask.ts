/**
 * A hand-edited JSON text made fit to be shown: every value that is not known to be harmless starred out, comments blanked, length and lines as
 * they were. It reads tokens, not values, so that it holds for a text that is broken in any way.
 */
import { streamUrlKeyAt } from './findings.ts'
import { isHarmlessName, isSecretName } from './secrets.ts'

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

interface Token {
  readonly at: number
  readonly text: string
}

const isBlank = (token: Token): boolean => /^(?:[^\S\n]|\/\/|\/\*)/.test(token.text)

/** A token may hold a name and its value where a quote is missing between them. */
function holdsSecretName({ text }: Token): boolean {
  const names = text.split(/["“”＂'\s:：,=?&]+/)
  return /secret|passw|token|credential/i.test(text) || names.some((name) => isSecretName(name, true))
}

const withoutQuotes = (text: string): string => text.replaceAll(/^["“”＂']|["“”＂']$/g, '')

const stars = (text: string): string => text.replaceAll(/[^\s]/g, '*')

/** User, password and query of what may be a URL, whatever it is called, and the key of a live stream's. */
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
    // What nobody knows may be anything: its name is shown, its value is not.
    const isSecret = holdsSecretName(token) || (isName && !isHarmlessName(withoutQuotes(token.text)))
    if (isSecret) {
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

function withoutStreamKey(text: string): string {
  const at = streamUrlKeyAt(text)
  if (at === undefined) return text
  const [end = ''] = /["“”＂']?$/.exec(text) ?? []
  return text.slice(0, at) + stars(text.slice(at, text.length - end.length)) + end
}
