/** The use of each recording and the corrections made to it, then skipped recordings and warnings. */
import type { Result } from '../result.ts'
import { type Html, html } from './html.ts'
import { table } from './table.ts'
import { colourOf } from './timeline.ts'
import { clock, unit, word } from './words.ts'

/** A name on one line, which scrolls where it is too long for its place. */
const fileName = (name: string): Html => html`<bdi class="file" title="${name}">${name}</bdi>`

/** More lines would make the page unreadable. */
const MOST = 500

export function recordingsSection({ streams }: Result): Html {
  if (streams.length === 0) return html``
  const rows = streams.flatMap(({ streamId, clips }, at) =>
    clips.map((clip) => {
      const kept = clip.audioClock
      return [
        html`<i class="dot ${colourOf(at)}"></i><bdi>${streamId}</bdi>`,
        fileName(clip.name),
        clock(clip.startMs),
        clock(clip.endMs),
        [clip.video && word('video'), clip.audio && word('audio')].filter(Boolean).join(', '),
        unit(clip.offsetMs, 'ms'),
        ...(kept
          ? [
              unit(kept.driftPpm, 'ppm'),
              unit(kept.jitterMs, 'ms'),
              String(kept.holes),
              unit(kept.filledMs, 'ms'),
            ]
          : ['', '', '', '']),
      ]
    }),
  )
  const columns = [
    { head: word('stream') },
    { head: word('file') },
    { head: word('from'), isFigure: true },
    { head: word('to'), isFigure: true },
    { head: word('tracks') },
    { head: word('offset'), isFigure: true },
    { head: word('drift'), isFigure: true },
    { head: word('jitter'), isFigure: true },
    { head: word('holes'), isFigure: true },
    { head: word('filled'), isFigure: true },
  ]
  return html`<section>
    <h2>${word('recordings')}</h2>
    <div class="scroll">${table(word('recordings'), columns, rows.slice(0, MOST))}</div>
  </section>`
}

export function leftOutSection({ skipped }: Result): Html {
  if (skipped.length === 0) return html``
  const columns = [{ head: word('stream') }, { head: word('file') }, { head: word('reason') }]
  const rows = skipped
    .slice(0, MOST)
    .map(({ streamId, name, reason }) => [html`<bdi>${streamId}</bdi>`, fileName(name), reason])
  return html`<section>
    <h2>${word('leftOut')}</h2>
    ${table(word('leftOut'), columns, rows)}
  </section>`
}

export function warningsSection({ warnings }: Result): Html {
  if (warnings.length === 0) return html``
  return html`<section>
    <h2>${word('warnings')}</h2>
    <ul class="warnings">
      ${warnings.slice(0, MOST).map(
        ({ code, message, where }) =>
          html`<li>
            <p>${message}</p>
            <small><code>${code}</code>${where !== undefined && html` · ${where}`}</small>
          </li>`,
      )}
    </ul>
  </section>`
}
