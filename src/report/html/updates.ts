/** Timed updates: when each applies and what it changes. */
import { say } from '../../messages/index.ts'
import type { TimeRange } from '../../model/timeline.ts'
import type { Result } from '../result.ts'
import { type Film, seekLink } from './film.ts'
import { type Html, type Part, html } from './html.ts'
import { table } from './table.ts'
import { clock, word } from './words.ts'

/** More lines would make the page unreadable. */
const MOST = 500
/** Of one segment; the table has the others. */
const MOST_IN_SEGMENT = 4

export function updatesSection({ updates = [] }: Result, film: Film | undefined): Html {
  if (updates.length === 0) return html``
  const columns = [
    { head: word('time'), isFigure: true },
    { head: word('change') },
    { head: word('requests') },
  ]
  const rows = updates
    .slice(0, MOST)
    .map(({ atMs, actions, changes }) => [
      seekLink(atMs, film, clock(atMs)),
      html`<bdi>${changes.join('; ')}</bdi>`,
      html`<bdi>${[...new Set(actions)].join(', ')}</bdi>`,
    ])
  const params = { shown: rows.length, all: updates.length }
  return html`<section>
    <h2>${word('updates')}</h2>
    ${table(word('updates'), columns, rows)}
    ${updates.length > rows.length && html`<p class="hint">${say({ code: 'pageRowsLeftOut', params })}</p>`}
  </section>`
}

/** The updates of a segment, the first ones. */
export function updatesWithin(
  { updates = [] }: Result,
  { startMs, endMs }: TimeRange,
  film: Film | undefined,
): Part {
  const own = updates.filter(({ atMs }) => atMs >= startMs && atMs < endMs)
  if (own.length === 0) return ''
  return html`<ul class="changed">
    ${own
      .slice(0, MOST_IN_SEGMENT)
      .map(
        ({ atMs, changes }) =>
          html`<li>${seekLink(atMs, film, clock(atMs))} <bdi>${changes.join('; ')}</bdi></li>`,
      )}
    ${own.length > MOST_IN_SEGMENT && html`<li>${say({ code: 'pageMoreUpdates', params: { count: own.length - MOST_IN_SEGMENT } })}</li>`}
  </ul>`
}
