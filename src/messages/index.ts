/**
 * The one catalogue of what is said to people, once per language. Code and data carry a message as
 * `{ code, params }`; only the edge turns it into words.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { harmlessParams } from '../text/harmless.ts'
import { en } from './en/index.ts'
import type { Language } from './language.ts'
import type { Translation } from './translation.ts'
import { zh } from './zh/index.ts'

export type Catalogue = Translation<typeof en>
export type MessageCode = keyof Catalogue

/** Something to say: its code and what fills it in. */
export type Message = {
  [Code in MessageCode]: { readonly code: Code; readonly params: Parameters<Catalogue[Code]>[0] }
}[MessageCode]

/** A message that does not stop the job, with the place it is about. */
export type Warning = Message & { readonly where?: string }

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, zh }

// It follows the calls that a job makes, however many jobs one process runs. Passing it as an argument would take it
// through every function that can fail, since an error's message is text.
const languages = new AsyncLocalStorage<Language>()

/** Runs `work`; every message formatted in it, and in what it starts, is in this language. */
export function inLanguage<T>(language: Language, work: () => T): T {
  return languages.run(language, work)
}

/** The language of whoever asks; English outside of `inLanguage`. */
export const currentLanguage = (): Language => languages.getStore() ?? 'en'

/** The message in words. What its params hold may come from anywhere: none of it reaches a terminal as it is. */
export function say(message: Message, catalogue: Catalogue = CATALOGUES[currentLanguage()]): string {
  const entry = catalogue[message.code] as (params: unknown) => string
  return entry(harmlessParams(message.params))
}
