/** How the job ran: timings, output, versions and settings. */
import { say } from '../../messages/index.ts'
import type { ReportFacts } from '../facts.ts'
import type { Output, Result } from '../result.ts'
import { duration, size } from '../text.ts'
import { type Html, type Part, html } from './html.ts'
import { table } from './table.ts'
import { unit, word } from './words.ts'

const MOST_FILES = 40

export function timingsSection({ timings }: Result): Html {
  const { totalMs, ...phases } = timings
  const of = Math.max(1, totalMs)
  const rows = [
    [word('fetch'), phases.fetchMs],
    [word('probe'), phases.probeMs],
    [word('plan'), phases.planMs],
    [word('encode'), phases.encodeMs],
    [word('upload'), phases.uploadMs],
    [word('total'), totalMs],
  ] as const
  return html`<section>
    <h2>${word('timings')}</h2>
    <table class="phases">
      <caption class="sr">
        ${word('timings')}
      </caption>
      <thead class="sr">
        <tr>
          <th scope="col">${word('phase')}</th>
          <th scope="col">${word('time')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(([name, ms], at) => {
          const percent = Math.min(100, Math.round((ms / of) * 100))
          return html`<tr class="${at === rows.length - 1 ? 'total' : ''}">
            <th scope="row">${name}</th>
            <td class="bar">
              <svg width="100%" height="12" aria-hidden="true">
                <rect class="rail" width="100%" height="12" rx="2" />
                <rect class="phase" width="${percent}%" height="12" rx="2" />
              </svg>
            </td>
            <td class="figure">${duration(ms)}</td>
            <td class="figure share">${say({ code: 'pageOfTotal', params: { percent } })}</td>
          </tr>`
        })}
      </tbody>
    </table>
    <p class="hint">${say({ code: 'pagePhasesHint', params: {} })}</p>
  </section>`
}

export function outputSection({ output, versions }: Result): Html {
  const facts: readonly (readonly [string, Part])[] = output
    ? [
        [word('length'), duration(output.durationMs)],
        [word('picture'), output.width === null ? word('soundOnly') : `${output.width} × ${output.height}`],
        ...(output.fps === null
          ? []
          : [
              [word('frameRate'), unit(output.fps, 'fps')] as const,
              [word('frames'), output.frames ?? 0] as const,
            ]),
        [word('codecs'), [output.videoCodec, output.audioCodec].filter((one) => one !== null).join(', ')],
        [word('size'), `${size(output.bytes)} (${output.bytes} B)`],
        ...(output.videoEncoder ? [[word('encoder'), output.videoEncoder] as const] : []),
        [word('vendor'), output.vendor],
        [word('bucket'), html`<span class="file">${output.bucket}</span>`],
        [word('key'), html`<span class="file">${output.key}</span>`],
        ...(output.path === undefined
          ? []
          : [[word('path'), html`<span class="file">${output.path}</span>`] as const]),
      ]
    : []
  return html`<section>
    <h2>${word('output')}</h2>
    ${output ? [list(facts), sidecarFiles(output.files ?? [])] : html`<p>${say({ code: 'pageNothingMade', params: {} })}</p>`}
    <h3>${word('versions')}</h3>
    ${list([
      ['owt-main', versions.worker],
      ['ffmpeg', versions.ffmpeg ?? '–'],
      ['Node.js', versions.node],
    ])}
  </section>`
}

/** The sidecars: a poster, thumbnail sheets, HLS with its many segments. */
function sidecarFiles(files: NonNullable<Output['files']>): Html {
  if (files.length === 0) return html``
  const rows = files
    .slice(0, MOST_FILES)
    .map(({ key, kind, bytes }) => [html`<span class="file">${key}</span>`, kind, size(bytes)])
  const columns = [{ head: word('key') }, { head: word('kind') }, { head: word('size'), isFigure: true }]
  const params = { shown: rows.length, all: files.length }
  return html`<h3>${word('beside')}</h3>
    ${table(word('beside'), columns, rows)}
    ${files.length > rows.length && html`<p class="hint">${say({ code: 'pageRowsLeftOut', params })}</p>`}`
}

const list = (facts: readonly (readonly [string, Part])[]): Html =>
  html`<dl class="list">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`

export function settingsSection({ settings }: Pick<ReportFacts, 'settings'>): Html {
  if (!settings) {
    return html`<section>
      <h2>${word('settings')}</h2>
      <p class="hint">${say({ code: 'pageNoSettings', params: {} })}</p>
    </section>`
  }
  const { cfg, conf, changed } = settings
  const columns = [{ head: word('setting') }, { head: word('value') }, { head: word('preset') }]
  const rows = changed.map(({ name, value, preset }) => [
    html`<code>${name}</code>`,
    html`<code>${value}</code>`,
    html`<code>${preset}</code>`,
  ])
  return html`<section>
    <h2>${word('settings')}</h2>
    ${rows.length > 0 ? table(word('settings'), columns, rows) : html`<p>${say({ code: 'pageAllDefault', params: {} })}</p>`}
    <details>
      <summary>${word('cfg')}</summary>
      <pre>${cfg}</pre>
    </details>
    <details>
      <summary>${word('conf')}</summary>
      <pre>${conf}</pre>
    </details>
  </section>`
}
