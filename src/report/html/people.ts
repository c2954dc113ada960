/** Who was there: each person by name, with how long their camera and screen were seen and they were heard. */
import { participantOf, splitStreamId } from '../../model/stream-id.ts'
import { lengthOf } from '../../timeline/ranges.ts'
import type { Measured } from '../facts.ts'
import type { Result } from '../result.ts'
import { duration } from '../text.ts'
import { type Html, html } from './html.ts'
import { onScreen, whenHeard } from './presence.ts'
import { table } from './table.ts'
import { colourOf } from './timeline.ts'
import { clock, word } from './words.ts'

/** More would make the page too heavy for phones. */
const MOST = 100

interface Person {
  readonly name: string
  /** Position of the person's first stream, which gives the colour. */
  readonly at: number
  fromMs: number
  toMs: number
  cameraMs: number
  screenMs: number
  heardMs: number
}

export function peopleSection(result: Result, measured: Measured): Html {
  const people = peopleOf(result, measured)
  if (people.length === 0) return html``
  const columns = [
    { head: word('person') },
    { head: word('from'), isFigure: true },
    { head: word('to'), isFigure: true },
    { head: word('camera'), isFigure: true },
    { head: word('screen'), isFigure: true },
    ...(measured.heard ? [{ head: word('spoke'), isFigure: true }] : []),
  ]
  const length = (ms: number) => (ms > 0 ? duration(ms) : '')
  const rows = people
    .slice(0, MOST)
    .map((one) => [
      html`<i class="dot ${colourOf(one.at)}"></i><bdi>${one.name}</bdi>`,
      clock(one.fromMs),
      clock(one.toMs),
      length(one.cameraMs),
      length(one.screenMs),
      ...(measured.heard ? [length(one.heardMs)] : []),
    ])
  return html`<section>
    <h2>${word('people')}</h2>
    ${table(word('people'), columns, rows)}
  </section>`
}

function peopleOf(result: Result, measured: Measured): Person[] {
  const seen = onScreen(result.segments)
  const heard = whenHeard(measured.heard)
  const people = new Map<string, Person>()
  for (const [at, { streamId, clips }] of result.streams.entries()) {
    const name = participantOf(streamId)
    const one = people.get(name) ?? {
      ...{ name, at, fromMs: Infinity, toMs: 0, cameraMs: 0, screenMs: 0, heardMs: 0 },
    }
    people.set(name, one)
    one.fromMs = Math.min(one.fromMs, ...clips.map(({ startMs }) => startMs))
    one.toMs = Math.max(one.toMs, ...clips.map(({ endMs }) => endMs))
    const seenMs = lengthOf(seen.get(streamId) ?? [])
    if (splitStreamId(streamId)?.mediaType === '2') one.screenMs += seenMs
    else one.cameraMs += seenMs
    one.heardMs += heard?.get(streamId)?.ms ?? 0
  }
  return [...people.values()].filter(({ fromMs }) => Number.isFinite(fromMs))
}
