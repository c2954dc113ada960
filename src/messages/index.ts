/**
 * The one catalogue of what is said to people, once per language. Code and data carry a message as
 * `{ code, params }`; only the edge turns it into words.
 */
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

// Chosen once, by main, before anything is said; everything that speaks would otherwise have to be handed it.
let spoken: Language = 'en'

/** From here on everything is said in this language. */
export function speak(language: Language): void {
  spoken = language
}

/** What is spoken now, for processes of our own that have to speak it too. */
export const spokenLanguage = (): Language => spoken

/** The message in words. What its params hold may come from anywhere: none of it reaches a terminal as it is. */
export function say(message: Message, catalogue: Catalogue = CATALOGUES[spoken]): string {
  const entry = catalogue[message.code] as (params: unknown) => string
  return entry(harmlessParams(message.params))
}
