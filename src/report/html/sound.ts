/** The audio of the mix: waveform, loudness over time, and EBU R128 figures. */
import { say } from '../../messages/index.ts'
import type { LoudnessUsed, Measured, MixSound } from '../facts.ts'
import type { Result } from '../result.ts'
import { duration } from '../text.ts'
import { type Film, axisOf, playhead } from './film.ts'
import { type Html, type Part, html } from './html.ts'
import { shortClock, ticks, unit, word } from './words.ts'

/** The lowest loudness drawn, in LUFS. */
const FLOOR = -60
const GRID = [-10, -20, -30, -40, -50]
const WAVE_HEIGHT = 96
const CURVE_HEIGHT = 150

export function soundSection(result: Result, { sound, loudness }: Measured, film?: Film): Html {
  const { output } = result
  if (!output) return html``
  const body =
    output.audioCodec === null
      ? html`<p>${say({ code: 'pageSilent', params: {} })}</p>`
      : sound
        ? drawings(sound, output.durationMs, film)
        : html`<p class="hint">${say({ code: 'pageNoSound', params: {} })}</p>`
  return html`<section>
    <h2>${word('sound')}</h2>
    ${body} ${loudness && html`<p class="hint">${loudnessText(loudness)}</p>`}
  </section>`
}

function loudnessText({ targetLufs, measuredLufs, gainDb, isLimited }: LoudnessUsed): string {
  const target = unit(targetLufs, 'LUFS')
  if (measuredLufs === null) return say({ code: 'pageLoudnessSilent', params: { target } })
  const gain = unit(`${gainDb > 0 ? '+' : ''}${gainDb.toFixed(1)}`, 'dB')
  const measured = unit(measuredLufs.toFixed(1), 'LUFS')
  return say({ code: 'pageLoudness', params: { target, gain, isLimited, measured } })
}

/** "-14.3 LUFS", or a note that it is too quiet to be measured. */
export const figure = (value: number | null, of: string): string =>
  value === null ? say({ code: 'pageTooQuiet', params: {} }) : unit(value.toFixed(1), of)

function drawings(sound: MixSound, lengthMs: number, film: Film | undefined): Html {
  const { integratedLufs, rangeLu, truePeakDb } = sound
  const integrated = figure(integratedLufs, 'LUFS')
  return html`<dl class="figures">
      <div>
        <dt>${word('loudness')}</dt>
        <dd>${integrated}</dd>
      </div>
      <div>
        <dt>${word('loudnessRange')}</dt>
        <dd>${figure(rangeLu, 'LU')}</dd>
      </div>
      <div>
        <dt>${word('truePeak')}</dt>
        <dd>${figure(truePeakDb, 'dBTP')}</dd>
      </div>
    </dl>
    <figure>
      <div class="labelled">${axis(WAVE_HEIGHT, [])} ${waveform(sound, lengthMs, film)}</div>
      <figcaption>${word('wave')}</figcaption>
    </figure>
    <figure>
      <div class="labelled">${axis(CURVE_HEIGHT, GRID)} ${curves(sound, { lengthMs, integrated, film })}</div>
      <figcaption class="keys">
        <span class="key short-term">${word('shortTerm')}</span>
        <span class="key momentary">${word('momentary')}</span>
        ${integratedLufs !== null && html`<span class="key integrated">${word('integrated')} ${integrated}</span>`}
      </figcaption>
    </figure>`
}

/** The labels at the left of a drawing, clear of its curves. @param lufs where they are */
function axis(height: number, lufs: readonly number[]): Html {
  return html`<svg class="axis lines" width="100%" height="${height + 22}" aria-hidden="true">
    ${lufs.map(
      (one) =>
        html`<text class="last" x="100%" y="${(shareOf(one) * height).toFixed(1)}" dy="4"
          >${unit(one, 'LUFS')}</text
        >`,
    )}
  </svg>`
}

/** The part of the drawing's height above a loudness. */
const shareOf = (lufs: number): number => Math.min(1, Math.max(0, lufs / FLOOR))

/** A drawing stretched to the width of the page, except for its text. */
function stretched(options: {
  height: number
  /** Width and height of the drawing in its own coordinates. */
  box: readonly [number, number]
  says: string
  inside: Part
  over: Part
  lengthMs: number
  film: Film | undefined
}): Html {
  const { height, box, says, inside, over, lengthMs, film } = options
  return html`<svg
    class="chart lines"
    width="100%"
    height="${height + 22}"
    role="img"
    aria-label="${says}"
    ${axisOf(lengthMs, film)}
  >
    <svg width="100%" height="${height}" viewBox="0 0 ${box[0]} ${box[1]}" preserveAspectRatio="none">
      ${inside}</svg
    >${over} ${film && playhead(height)}
  </svg>`
}

function waveform({ wave }: MixSound, lengthMs: number, film: Film | undefined): Html {
  const height = WAVE_HEIGHT
  const width = Math.max(1, lengthMs / wave.stepMs)
  return stretched({
    height,
    box: [width, 200],
    says: say({ code: 'pageWaveText', params: { length: duration(lengthMs) } }),
    inside: [
      html`<path class="wave" d="${envelope(wave.peak)}" />`,
      html`<path class="wave mean" d="${envelope(wave.rms)}" />`,
    ],
    over: timeScale(lengthMs, height),
    lengthMs,
    film,
  })
}

/** The outline of a symmetric waveform. */
function envelope(values: readonly number[]): string {
  const at = (value: number, sign: 1 | -1) => (100 - sign * Math.min(1, value) * 98).toFixed(1)
  const over = values.map((value, i) => `L${i} ${at(value, 1)}L${i + 1} ${at(value, 1)}`)
  const under = values.map((value, i) => `L${i + 1} ${at(value, -1)}L${i} ${at(value, -1)}`).reverse()
  return `M0 100${over.join('')}${under.join('')}Z`
}

function curves(
  { curve, integratedLufs }: MixSound,
  { lengthMs, integrated, film }: { lengthMs: number; integrated: string; film: Film | undefined },
): Html {
  const height = CURVE_HEIGHT
  const width = Math.max(1, lengthMs / curve.stepMs)
  const share = shareOf
  const y = (lufs: number) => (share(lufs) * 100).toFixed(1)
  return stretched({
    height,
    box: [width, 100],
    says: say({ code: 'pageCurveText', params: { integrated } }),
    inside: [
      html`<path class="momentary" d="${line(curve.momentary, y)}" />`,
      html`<path class="short-term" d="${line(curve.shortTerm, y)}" />`,
    ],
    over: [
      GRID.map((lufs) => {
        const at = (share(lufs) * height).toFixed(1)
        return html`<line class="tick" x1="0" x2="100%" y1="${at}" y2="${at}" />`
      }),
      integratedLufs !== null &&
        html`<line
          class="integrated"
          x1="0"
          x2="100%"
          y1="${(share(integratedLufs) * height).toFixed(1)}"
          y2="${(share(integratedLufs) * height).toFixed(1)}"
        />`,
      timeScale(lengthMs, height),
    ],
    lengthMs,
    film,
  })
}

/** A line with gaps where nothing was measured. */
function line(values: readonly (number | null)[], y: (lufs: number) => string): string {
  return values
    .map((value, i) => {
      if (value === null) return ''
      const isFirst = (values[i - 1] ?? null) === null
      return `${isFirst ? 'M' : 'L'}${i + 0.5} ${y(value)}`
    })
    .join('')
}

function timeScale(lengthMs: number, height: number): Part {
  return ticks(lengthMs, 5).map((ms) => {
    const x = `${((ms / lengthMs) * 100).toFixed(3)}%`
    const place = ms === 0 ? 'first' : ms > lengthMs * 0.94 ? 'last' : ''
    return html`<line class="tick" x1="${x}" x2="${x}" y1="${height}" y2="${height + 5}" /><text
        class="scale ${place}"
        x="${x}"
        y="${height + 18}"
        >${shortClock(ms)}</text
      >`
  })
}
