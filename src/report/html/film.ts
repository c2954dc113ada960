/** The film in a player, with its chapters or segments beside it. */
import { say } from '../../messages/index.ts'
import { segmentName } from '../clock.ts'
import type { Chapter, Measured } from '../facts.ts'
import type { Result } from '../result.ts'
import { type Html, type Part, html } from './html.ts'
import { clock, word } from './words.ts'

/** Where the page's readers find the finished file. */
export interface Film {
  /** An address relative to the page, or a link into the bucket. */
  readonly src: string
  /** Unix time in ms at which the link expires; absent for a local file. */
  readonly untilMs?: number
}

/** More would be hard to read beside a player. */
const MOST_PLACES = 100
/** Steps of a file without pictures. */
const STEPS_PER_SECOND = 25

export function filmSection(result: Result, { chapters }: Measured, film: Film | undefined): Html {
  const { output } = result
  if (!output || (!film && !chapters)) return html``
  return html`<section class="film">
    <h2>${word('film')}</h2>
    <div class="beside">
      ${film && [player(result, film), html`<p class="hint lost">${say({ code: 'pageFilmGone', params: {} })}</p>`]}
      ${placesOf(result, chapters, film)}
    </div>
    ${
      film
        ? html`<p class="hint keys-hint">${say({ code: 'pageSeekHint', params: {} })}</p>`
        : html`<p class="hint">${say({ code: 'pageNoFilm', params: {} })}</p>`
    }
  </section>`
}

function player({ output, segments }: Result, { src }: Film): Part {
  const fps = output?.fps ?? STEPS_PER_SECOND
  const starts = segments.length > 0 ? segments.map(({ startMs }) => startMs).join(' ') : '0'
  return output?.width === null
    ? html`<audio
        id="film"
        controls
        preload="metadata"
        src="${src}"
        data-fps="${fps}"
        data-starts="${starts}"
      ></audio>`
    : html`<video
        id="film"
        controls
        playsinline
        preload="metadata"
        src="${src}"
        width="${output?.width ?? 16}"
        height="${output?.height ?? 9}"
        data-fps="${fps}"
        data-starts="${starts}"
      ></video>`
}

/** The chapters; without any, the segments. */
function placesOf(
  { segments }: Result,
  chapters: readonly Chapter[] | undefined,
  film: Film | undefined,
): Part {
  const places =
    chapters && chapters.length > 0
      ? chapters
      : segments.map(({ startMs }, at) => ({
          startMs,
          title: say({ code: 'pageSegment', params: { letter: segmentName(at) } }),
        }))
  if (places.length === 0) return ''
  const name = word(chapters && chapters.length > 0 ? 'chapters' : 'segments')
  return html`<nav class="chapters" aria-label="${name}">
    <ol>
      ${places
        .slice(0, MOST_PLACES)
        .map(
          ({ startMs, title }) =>
            html`<li>${placeText(startMs, film, html`<b>${clock(startMs)}</b> <bdi>${title}</bdi>`)}</li>`,
        )}
    </ol>
  </nav>`
}

/** A link to a moment of the film; the text alone without a film. @param ms output time */
export function seekLink(ms: number, film: Film | undefined, text: Part): Part {
  if (!film) return text
  return html`<a href="${film.src}#t=${(ms / 1000).toFixed(3)}" data-at="${ms}">${text}</a>`
}

/** The same in a list, where the text needs an element of its own. */
const placeText = (ms: number, film: Film | undefined, text: Part): Part =>
  film ? seekLink(ms, film, text) : html`<span>${text}</span>`

/** Makes a drawing follow the film. @param lengthMs of its whole width */
export const axisOf = (lengthMs: number, film: Film | undefined): Part =>
  film && html`data-axis="${lengthMs}"`

/** The line that runs along a drawing of this height. */
export const playhead = (height: number): Html =>
  html`<line class="playhead" x1="0" x2="0" y1="0" y2="${height}" />`
