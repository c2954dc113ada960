/**
 * The catalogue of all messages for people, in each language. Code and data carry a message as `{ code, params }`; only
 * the edge formats it.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { harmlessParams } from '../text/harmless.ts'
import { en } from './en/index.ts'
import type { Language } from './language.ts'
import type { Translation } from './translation.ts'
import { zh } from './zh/index.ts'

export type Catalogue = Translation<typeof en>
export type MessageCode = keyof Catalogue

/** A message as data: its code and parameters. */
export type Message = {
  [Code in MessageCode]: { readonly code: Code; readonly params: Parameters<Catalogue[Code]>[0] }
}[MessageCode]

/** A message that does not stop the job, with the place it refers to. */
export type Warning = Message & { readonly where?: string }

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, zh }

// Follows a job's asynchronous calls, so that one process can run several jobs. As an argument it would have to go
// through every function that can fail, since an error's message is text.
const languages = new AsyncLocalStorage<Language>()

/** Runs `work`. Messages formatted in it, and in what it starts, are in `language`. */
export function inLanguage<T>(language: Language, work: () => T): T {
  return languages.run(language, work)
}

/** The language of the current context; English outside of `inLanguage`. */
export const currentLanguage = (): Language => languages.getStore() ?? 'en'

/** Formats a message. Its params may hold untrusted text, so they are made safe for a terminal. */
export function say(message: Message, catalogue: Catalogue = CATALOGUES[currentLanguage()]): string {
  const entry = catalogue[message.code] as (params: unknown) => string
  return entry(harmlessParams(message.params))
}
