/** HTML as a value of its own: text that gets into it is escaped, whatever it holds. */

export interface Html {
  readonly html: string
}

export type Part = Html | string | number | false | undefined | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for content and for attributes in quotes; control characters, which HTML does not allow, become blanks. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? one).replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
}

function textOf(part: Part): string {
  if (part === false || part === undefined) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'html' in part ? part.html : part.map(textOf).join('')
}

/** A template whose every value is escaped unless it is `Html` already; `false` and `undefined` are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((string, at) => string + textOf(parts[at])).join('') }
}

/** Text that is HTML already: of this house, never of a user. */
export const trusted = (text: string): Html => ({ html: text })
