/** One line for people, however it is shown. */
import { type Warning, say } from './index.ts'
import { harmless } from '../text/harmless.ts'

/** "error: " and what is wrong. */
export function errorLine(text: string): string {
  return say({ code: 'prefix', params: { severity: 'error' } }) + text
}

/** "warning: cfg.json:3:5 Data: …": with its place, unless the text names that itself. */
export function warningLine({ where, ...message }: Warning): string {
  const text = say(message)
  const isNamed = where === undefined || text.includes(harmless(where))
  return (
    say({ code: 'prefix', params: { severity: 'warning' } }) +
    (isNamed ? text : say({ code: 'placed', params: { where, text } }))
  )
}
