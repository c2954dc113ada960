/**
 * The one catalogue of what is said to people. Code and data carry a message as `{ code, params }`; only the
 * edge turns it into words, so that another language is one more catalogue of the same shape.
 */
import { en } from './en/index.ts'

export type Catalogue = typeof en
export type MessageCode = keyof Catalogue

/** Something to say: its code and what fills it in. */
export type Message = {
  [Code in MessageCode]: { readonly code: Code; readonly params: Parameters<Catalogue[Code]>[0] }
}[MessageCode]

/** A message that does not stop the job, with the place it is about. */
export type Warning = Message & { readonly where?: string }

/** The message in words. */
export function say(message: Message, catalogue: Catalogue = en): string {
  const entry = catalogue[message.code] as (params: unknown) => string
  return entry(message.params)
}
