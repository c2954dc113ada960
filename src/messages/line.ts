/** Formats one line for people. */
import { type Warning, say } from './index.ts'
import { harmless } from '../text/harmless.ts'

/** An error with its prefix "error: ". */
export function errorLine(text: string): string {
  return say({ code: 'prefix', params: { severity: 'error' } }) + text
}

/** "warning: cfg.json:3:5 Data: …": a warning with its place, unless the text already contains it. */
export function warningLine({ where, ...message }: Warning): string {
  const text = say(message)
  const isNamed = where === undefined || text.includes(harmless(where))
  return (
    say({ code: 'prefix', params: { severity: 'warning' } }) +
    (isNamed ? text : say({ code: 'placed', params: { where, text } }))
  )
}
