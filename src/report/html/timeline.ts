/** The timeline as SVG: who is on screen, who is heard, gaps, layout changes, and skipped recordings. */
import { say } from '../../messages/index.ts'
import type { TimeRange } from '../../model/timeline.ts'
import { gapsBetween, joined, lengthOf } from '../../timeline/ranges.ts'
import { segmentName } from '../clock.ts'
import type { Measured } from '../facts.ts'
import type { Result } from '../result.ts'
import { duration } from '../text.ts'
import { type Film, axisOf, playhead } from './film.ts'
import { type Html, type Part, html } from './html.ts'
import { lengthOfResult, onScreen, whenHeard } from './presence.ts'
import { COLOURS } from './style.ts'
import { clock, shortClock, ticks, word } from './words.ts'

const ROW = 48
const HEAD = 26
const FOOT = 24
/** Limits for streams, and for bars in total, to keep the page readable. */
const MOST_ROWS = 120
const MOST_BARS = 4500
/** Layout changes closer than this share of the whole are drawn as one line. */
const NEAR = 1 / 400
const LETTER_ROOM = 1 / 45

/** Streams beyond the number of colours repeat them. */
export const colourOf = (position: number): string => `c${position % COLOURS.light.length}`

interface Row {
  readonly name: string
  readonly note: string
  /** Draws the row's bars with their upper edge at `y`. */
  readonly bars: (y: number) => Part
}

export function timelineSection(result: Result, measured: Measured, film?: Film): Html {
  const lengthMs = lengthOfResult(result)
  if (lengthMs <= 0) return html``
  const rows = [...streamRows(result, measured, lengthMs), ...result.skipped.map(skippedRow)]
  const shown = rows.slice(0, MOST_ROWS)
  const height = HEAD + shown.length * ROW + FOOT
  const x = scale(lengthMs)
  const text = say({
    code: 'pageTimelineText',
    params: {
      streams: result.streams.length,
      segments: result.segments.length,
      length: duration(lengthMs),
    },
  })
  return html`<section>
    <h2>${word('timeline')}</h2>
    <p class="hint">${say({ code: 'pageTimelineHint', params: {} })}</p>
    <div class="timeline">
      <div class="names">
        ${shown.map(
          ({ name, note }) =>
            html`<div class="name"><bdi title="${name}">${name}</bdi><small>${note}</small></div>`,
        )}
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="${word('timeline')}">
        <svg
          class="lines"
          width="100%"
          height="${height}"
          style="min-width: ${leastWidth(result)}rem"
          role="img"
          aria-label="${text}"
          ${axisOf(lengthMs, film)}
        >
          ${hatch}${scaleLines(lengthMs, height, x)} ${shown.map(({ bars }, at) => bars(HEAD + at * ROW))}
          ${changes(result, lengthMs, height, x)} ${updateMarks(result, lengthMs, x)}
          ${film && playhead(height - FOOT)}
        </svg>
      </div>
    </div>
    ${legend(result, measured)}
    ${
      rows.length > shown.length &&
      html`<p class="hint">
        ${say({ code: 'pageRowsLeftOut', params: { shown: shown.length, all: rows.length } })}
      </p>`
    }
    ${!measured.heard && html`<p class="hint">${say({ code: 'pageNotListened', params: {} })}</p>`}
  </section>`
}

/** The least width in rem: the drawing scrolls where the page is narrower, and more changes need more room. */
const leastWidth = ({ segments }: Result): number => Math.min(120, Math.max(36, segments.length * 1.5))

const hatch = html`<defs
  ><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"
    ><line x1="0" y1="0" x2="0" y2="6" class="hatch" /></pattern
></defs>`

type Scale = (ms: number) => string

/** A position on the scale in per cent, so that the drawing fills the page's width. */
const scale =
  (lengthMs: number): Scale =>
  (ms) =>
    `${((Math.min(lengthMs, Math.max(0, ms)) / lengthMs) * 100).toFixed(3)}%`

function streamRows(result: Result, measured: Measured, lengthMs: number): Row[] {
  const seen = onScreen(result.segments)
  const heard = whenHeard(measured.heard)
  const x = scale(lengthMs)
  // Ranges this close are visually one.
  const nearMs = lengthMs / Math.max(10, Math.min(400, MOST_BARS / Math.max(1, result.streams.length)))
  return result.streams.map(({ streamId, clips }, at) => {
    const screen = seen.get(streamId) ?? []
    const tracks = clips.filter(({ audio }) => audio)
    const voice = heard?.get(streamId)
    const notes = [
      ...(screen.length > 0
        ? [say({ code: 'pageSeen', params: { length: duration(lengthOf(screen)) } })]
        : []),
      ...(voice && voice.ms > 0 ? [say({ code: 'pageHeard', params: { length: duration(voice.ms) } })] : []),
    ]
    const bars = (y: number) => [
      joined(clips).map((range) => bar(range, { x, y: y + 21, height: 1, look: 'there', says: '' })),
      gapsBetween(clips).map((range) =>
        bar(range, { x, y: y + 7, height: 30, look: 'gap', says: `${streamId}: ${word('gap')}` }),
      ),
      joined(screen, nearMs / 4).map((range) =>
        bar(range, {
          x,
          y: y + 7,
          height: 15,
          look: colourOf(at),
          says: `${streamId}: ${word('onScreen')}`,
        }),
      ),
      joined(tracks).map((range) =>
        bar(range, {
          x,
          y: y + 26,
          height: 11,
          look: `${colourOf(at)} track`,
          says: `${streamId}: ${word('hasSound')}`,
        }),
      ),
      joined(voice?.ranges ?? [], nearMs).map((range) =>
        bar(range, {
          x,
          y: y + 26,
          height: 11,
          look: colourOf(at),
          says: `${streamId}: ${word('heard')}`,
        }),
      ),
    ]
    return { name: streamId, note: notes.join(' · '), bars }
  })
}

function skippedRow({ streamId, name, reason }: Result['skipped'][number]): Row {
  const says = `${name}: ${say({ code: 'pageLeftOutRow', params: { reason } })}`
  return {
    name: streamId,
    note: name,
    bars: (y) =>
      html`<rect class="left-out" x="1" y="${y + 11}" width="99.8%" height="22" rx="3"
          ><title>${says}</title></rect
        ><text class="left-out-text" x="10" y="${y + 26}"
          >${say({ code: 'pageLeftOutRow', params: { reason } })}</text
        >`,
  }
}

function bar(
  { startMs, endMs }: TimeRange,
  { x, y, height, look, says }: { x: Scale; y: number; height: number; look: string; says: string },
): Html {
  const title = says && html`<title>${says}, ${clock(startMs)} – ${clock(endMs)}</title>`
  return html`<rect
    class="${look}"
    x="${x(startMs)}"
    width="${x(endMs - startMs)}"
    y="${y}"
    height="${height}"
    >${title}</rect
  >`
}

function scaleLines(lengthMs: number, height: number, x: Scale): Part {
  return ticks(lengthMs, 10).map((ms) => {
    const isLast = ms > lengthMs * 0.97
    return html`<line class="tick" x1="${x(ms)}" x2="${x(ms)}" y1="${HEAD}" y2="${height - FOOT + 4}" /><text
        class="scale ${ms === 0 ? 'first' : isLast ? 'last' : ''}"
        x="${x(ms)}"
        y="${height - 6}"
        >${shortClock(ms)}</text
      >`
  })
}

function changes({ segments }: Result, lengthMs: number, height: number, x: Scale): Part {
  let [lineMs, letterMs] = [-Infinity, -Infinity]
  return segments.map(({ startMs, endMs }, at) => {
    const [from, to] = [clock(startMs), clock(endMs)]
    const letter = segmentName(at)
    const isLine = startMs > 0 && startMs - lineMs >= lengthMs * NEAR
    const isLettered =
      endMs - startMs >= lengthMs * NEAR * 2 && startMs - letterMs >= lengthMs * LETTER_ROOM * letter.length
    if (isLine) lineMs = startMs
    if (isLettered) letterMs = startMs
    const says = say({ code: 'pageLetterAt', params: { letter, from, to } })
    return [
      isLine &&
        html`<line class="change" x1="${x(startMs)}" x2="${x(startMs)}" y1="4" y2="${height - FOOT}"
          ><title>${word('layoutChange')}, ${says}</title></line
        >`,
      isLettered &&
        html`<text class="letter" x="${x(startMs)}" dx="5" y="16">${letter}<title>${says}</title></text>`,
    ]
  })
}

/** A mark on the upper edge for each timed update. Those too near to the one before are in the table only. */
function updateMarks({ updates = [] }: Result, lengthMs: number, x: Scale): Part {
  let lastMs = -Infinity
  return updates.flatMap(({ atMs, changes: what }): Part[] => {
    if (atMs - lastMs < lengthMs * NEAR) return []
    lastMs = atMs
    const says = `${word('update')}, ${clock(atMs)}: ${what.join('; ')}`
    return [
      html`<line class="update" x1="${x(atMs)}" x2="${x(atMs)}" y1="0" y2="${HEAD}"
        ><title>${says}</title></line
      >`,
    ]
  })
}

function legend({ updates }: Result, measured: Measured): Html {
  const entries = [
    ['c0', word('onScreen')],
    ...(measured.heard ? [['c0 thin', word('heard')]] : []),
    ['c0 thin track', word('hasSound')],
    ['gap', word('gap')],
    ...(updates ? [['update', word('update')] as const] : []),
  ] as const
  return html`<ul class="legend">
    ${entries.map(
      ([look, name]) =>
        html`<li>
          <svg width="22" height="14" aria-hidden="true">
            <rect
              class="${look ?? ''}"
              y="${look?.includes('thin') ? 3 : 0}"
              width="22"
              height="${look?.includes('thin') ? 8 : 14}"
            /></svg
          >${name}
        </li>`,
    )}
  </ul>`
}
