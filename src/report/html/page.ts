/** The report of a job as one self-contained page. Pure. */
import { say, currentLanguage } from '../../messages/index.ts'
import { isTimeOfDay } from '../../model/room.ts'
import type { ReportFacts } from '../facts.ts'
import type { Result } from '../result.ts'
import { duration, size } from '../text.ts'
import { type Film, filmSection } from './film.ts'
import { type Html, html, trusted } from './html.ts'
import { peopleSection } from './people.ts'
import { leftOutSection, recordingsSection, warningsSection } from './recordings.ts'
import { outputSection, settingsSection, timingsSection } from './run.ts'
import { SCRIPT, SCRIPT_SOURCE } from './script.ts'
import { segmentsSection } from './segments.ts'
import { figure, soundSection } from './sound.ts'
import { STYLE } from './style.ts'
import { timelineSection } from './timeline.ts'
import { updatesSection } from './updates.ts'
import { dateText, unit, word } from './words.ts'

/**
 * No resource but the film, and no script but the page's own: whatever a name or message contains, the page loads and
 * runs nothing.
 */
function policyOf(film: Film | undefined): string {
  const media = film && (film.untilMs === undefined ? "'self' file:" : new URL(film.src).origin)
  const rules = film ? `script-src ${SCRIPT_SOURCE}; media-src ${media}; ` : ''
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data:; ${rules}base-uri 'none'; form-action 'none'`
}

/** Optional contents of the page; the result alone is sufficient. */
export type Facts = Partial<Omit<ReportFacts, 'version' | 'of'>>

/**
 * @param film where the finished file is; undefined if it is not at hand
 * @returns the page, in the current language
 */
export function reportPage(result: Result, facts: Facts = {}, film?: Film): string {
  const title = say({ code: 'pageTitle', params: { jobId: result.jobId } })
  const lang = { en: 'en', zh: 'zh-CN' }[currentLanguage()]
  const page = html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(film)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${head(result, facts)} ${filmSection(result, facts, film)} ${timelineSection(result, facts, film)}
          ${peopleSection(result, facts)} ${updatesSection(result, film)}
          ${segmentsSection(result, facts, film)} ${soundSection(result, facts, film)}
          ${recordingsSection(result)} ${leftOutSection(result)} ${warningsSection(result)}
          ${timingsSection(result)} ${outputSection(result)} ${settingsSection(facts)}
        </main>
        <footer>${say({ code: 'pageMadeBy', params: { version: result.versions.worker } })}</footer>
        ${film && result.output && trusted(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `
  return page.html
}

function head(result: Result, facts: Facts): Html {
  const { jobId, status, isUnchanged, error, exitCode } = result
  const { room, roomStartMs, endedAtMs, zone } = facts
  const look = status === 'failed' ? 'failed' : isUnchanged ? 'unchanged' : 'done'
  const times = [
    ...(room ? [say({ code: 'pageRoom', params: { room } })] : []),
    ...(roomStartMs === undefined || !isTimeOfDay(roomStartMs)
      ? []
      : [say({ code: 'pageRoomStart', params: { at: dateText(roomStartMs, zone) } })]),
    ...(endedAtMs === undefined
      ? []
      : [say({ code: 'pageEnded', params: { at: dateText(endedAtMs, zone) } })]),
  ]
  return html`<header>
    <h1>${jobId} <span class="status ${look}">${word(look)}</span></h1>
    ${times.length > 0 && html`<p class="hint">${times.join(' · ')}</p>`}
    ${
      error &&
      html`<div class="error" role="note">
        <p>${error.message}</p>
        <small>${say({ code: 'pageExitCode', params: { exitCode, code: error.code } })}</small>
      </div>`
    }
    <dl class="figures">
      ${figuresOf(result, facts).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`
}

function figuresOf(result: Result, { sound }: Facts): readonly (readonly [string, string])[] {
  const { output, timings, timesRealTime, streams, segments, skipped, warnings } = result
  return [
    ...(output
      ? ([
          [word('length'), duration(output.durationMs)],
          [word('picture'), output.width === null ? word('soundOnly') : `${output.width} × ${output.height}`],
          [word('size'), size(output.bytes)],
        ] as const)
      : []),
    [word('took'), duration(timings.totalMs)],
    ...(timesRealTime === null ? [] : [[word('timesRealTime'), unit(timesRealTime, '×')] as const]),
    ...(sound ? [[word('loudness'), figure(sound.integratedLufs, 'LUFS')] as const] : []),
    [word('streams'), String(streams.length)],
    [word('segments'), String(segments.length)],
    [word('leftOut'), String(skipped.length)],
    [word('warnings'), String(warnings.length)],
  ]
}
