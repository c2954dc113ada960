/** HTML as a separate type: text inserted into it is always escaped. */

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

/** Escapes text for content and quoted attributes; control characters, which HTML does not allow, become spaces. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? one).replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
}

function textOf(part: Part): string {
  if (part === false || part === undefined) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'html' in part ? part.html : part.map(textOf).join('')
}

/** A template that escapes all values that are not `Html`; `false` and `undefined` become empty. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((string, at) => string + textOf(parts[at])).join('') }
}

/** Marks text as HTML. Only for the program's own text, never for user input. */
export const trusted = (text: string): Html => ({ html: text })
