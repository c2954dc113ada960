/** Every segment with its picture, times and layout. */
import { say } from '../../messages/index.ts'
import { segmentName } from '../clock.ts'
import type { Measured } from '../facts.ts'
import type { Result } from '../result.ts'
import { duration } from '../text.ts'
import { type Film, seekLink } from './film.ts'
import { type Html, type Part, html } from './html.ts'
import { colourOf } from './timeline.ts'
import { updatesWithin } from './updates.ts'
import { clock, word } from './words.ts'

type Segment = Result['segments'][number]

/** More cards and lines would make the page too heavy for phones. */
export const MOST_CARDS = 48
const MOST_LINES = 800

interface Numbered {
  readonly segment: Segment
  readonly at: number
}

/** Indices of the segments shown with pictures: the longest, in chronological order. */
export function segmentsToShow(segments: Result['segments']): number[] {
  return segments
    .map(({ startMs, endMs }, at) => ({ at, lengthMs: endMs - startMs }))
    .sort((a, b) => b.lengthMs - a.lengthMs || a.at - b.at)
    .slice(0, MOST_CARDS)
    .map(({ at }) => at)
    .sort((a, b) => a - b)
}

export function segmentsSection(result: Result, measured: Measured, film?: Film): Html {
  const { segments, output } = result
  if (segments.length === 0) {
    return html`${
      output &&
      html`<section>
        <h2>${word('segments')}</h2>
        <p>${say({ code: 'pageNoPicture', params: {} })}</p>
      </section>`
    }`
  }
  const chosen = new Set(segmentsToShow(segments))
  const all = segments.map((segment, at): Numbered => ({ segment, at }))
  const colours = new Map(result.streams.map(({ streamId }, at) => [streamId, colourOf(at)]))
  const pictures = new Map((measured.pictures ?? []).map((one) => [one.segment, one]))
  const others = all.filter(({ at }) => !chosen.has(at))
  const params = { shown: chosen.size, all: segments.length }
  return html`<section>
    <h2>${word('segments')}</h2>
    ${output && !measured.pictures && html`<p class="hint">${say({ code: 'pageNoPictures', params: {} })}</p>`}
    ${others.length > 0 && html`<p class="hint">${say({ code: 'pagePicturesBounded', params })}</p>`}
    <div class="cards">
      ${all.filter(({ at }) => chosen.has(at)).map((one) => card(one, { result, pictures, colours, canvas: canvasOf(result), film }))}
    </div>
    ${others.length > 0 && otherSegments(others, film)}
  </section>`
}

/** The canvas size; for a failed job it is known only from the regions. */
function canvasOf({ output, segments }: Result): { width: number; height: number } {
  const places = segments.flatMap(({ layout }) => layout)
  return {
    width: output?.width ?? Math.max(16, ...places.map(({ x, width }) => x + width)),
    height: output?.height ?? Math.max(9, ...places.map(({ y, height }) => y + height)),
  }
}

function card(
  { segment, at }: Numbered,
  around: {
    result: Result
    pictures: ReadonlyMap<number, NonNullable<Measured['pictures']>[number]>
    colours: ReadonlyMap<string, string>
    canvas: { width: number; height: number }
    film: Film | undefined
  },
): Html {
  const { result, pictures, colours, canvas, film } = around
  const { startMs, endMs, layout } = segment
  const letter = segmentName(at)
  const picture = pictures.get(at)
  const alt = picture && say({ code: 'pagePictureOf', params: { letter, at: clock(picture.atMs) } })
  return html`<article class="card">
    ${
      picture &&
      html`<img
        src="data:image/jpeg;base64,${/^[A-Za-z0-9+/=]*$/.test(picture.jpeg) && picture.jpeg}"
        width="${canvas.width}"
        height="${canvas.height}"
        alt="${alt}"
        title="${alt}"
        ${film && html`data-at="${startMs}"`}
      />`
    }
    <div class="card-body">
      <h3>
        <span class="sr">${say({ code: 'pageSegment', params: { letter } })}</span
        >${seekLink(startMs, film, html`<b aria-hidden="true">${letter}</b> ${clock(startMs)}`)} –
        ${clock(endMs)}
        <small>${duration(endMs - startMs)}</small>
      </h3>
      ${updatesWithin(result, segment, film)}
      <div class="who">
        ${map({ letter, layout, colours, canvas })} ${layout.length === 0 && html`<p>${word('nobody')}</p>`}
        <ul>
          ${layout.map(
            ({ streamId, ...place }) =>
              html`<li>
                <i class="dot ${colours.get(streamId) ?? 'c0'}"></i
                ><span
                  ><bdi>${streamId}</bdi><small>${say({ code: 'pagePlace', params: place })}</small></span
                >
              </li>`,
          )}
        </ul>
      </div>
    </div>
  </article>`
}

function map(options: {
  letter: string
  layout: Segment['layout']
  colours: ReadonlyMap<string, string>
  canvas: { width: number; height: number }
}): Part {
  const { letter, layout, colours, canvas } = options
  const says = say({ code: 'pageLayoutOf', params: { letter } })
  return html`<svg class="map" viewBox="0 0 ${canvas.width} ${canvas.height}" role="img" aria-label="${says}">
    ${[...layout]
      .sort((a, b) => a.z - b.z)
      .map(
        ({ streamId, x, y, width, height }) =>
          html`<rect
            class="${colours.get(streamId) ?? 'c0'}"
            x="${x}"
            y="${y}"
            width="${width}"
            height="${height}"
            ><title>${streamId}</title></rect
          >`,
      )}
  </svg>`
}

function otherSegments(others: readonly Numbered[], film: Film | undefined): Html {
  const shown = others.slice(0, MOST_LINES)
  const params = { shown: shown.length, all: others.length }
  return html`<div class="many">
      <table>
        <caption class="sr">
          ${word('segments')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${word('segments')}</th>
            <th scope="col">${word('time')}</th>
            <th scope="col">${word('layout')}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ segment, at }) =>
              html`<tr>
                <th scope="row">${segmentName(at)}</th>
                <td ${film && html`data-at="${segment.startMs}"`}>
                  ${clock(segment.startMs)} – ${clock(segment.endMs)}
                </td>
                <td>${segment.layout.map(({ streamId }) => html`<bdi>${streamId}</bdi> `)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${others.length > shown.length && html`<p class="hint">${say({ code: 'pageRowsLeftOut', params })}</p>`}`
}
