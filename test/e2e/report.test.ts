/** The report of a job: what it shows, where it comes from, and how it lies in a real browser. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReportFacts } from '../../src/report/facts.ts'
import { clock } from '../../src/report/html/words.ts'
import { duration } from '../../src/report/text.ts'
import { type Browser, chromiumPath, startChromium } from '../harness/chromium.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import {
  JOB_ID,
  type Workplace,
  cfgOf,
  furnish,
  indexOf,
  makeWorkplace,
  until,
} from '../harness/run-worker.ts'

/** A name that would be markup, one that is too long for a line, and one that is missing. */
const NASTY = {
  StreamId: '<img src=http://127.0.0.1:9/x>_1',
  Name: 'alice.webm',
  StartTime: 1_795_320_000_200,
}
const LONG = { StreamId: `${'long'.repeat(40)}_1`, Name: 'bob.mp4', StartTime: 1_795_320_000_900 }
const GONE = { StreamId: 'gone_1', Name: 'gone.webm', StartTime: 1_795_320_000_000 }

let place: Workplace
let cfg: string
const pageFile = () => join(place.logDir, `${JOB_ID}.html`)
const page = () => readFile(pageFile(), 'utf8')

beforeAll(async () => {
  place = await makeWorkplace()
  await furnish(place, indexOf([NASTY, LONG, GONE]))
  cfg = await place.write('cfg.json', cfgOf({ Token: 't0ken-s3cret' }))
  expect(await place.run(['--report', '--quiet', cfg])).toMatchObject({ code: 0, stderr: '' })
})
afterAll(() => place.remove())

it('is made at the end of the job, with what was measured', async () => {
  const facts = JSON.parse(await readFile(join(place.logDir, `${JOB_ID}.report.json`), 'utf8')) as ReportFacts
  const result = await place.result()
  expect(facts.pictures?.map(({ segment }) => segment)).toEqual(result.segments.map((_, at) => at))
  for (const { jpeg } of facts.pictures ?? []) expect(jpeg.startsWith('/9j/')).toBe(true)
  // The recordings hold a short tone each second: heard, but by far not all the time.
  expect(facts.heard?.map(({ name }) => name)).toEqual(['alice.webm', 'bob.mp4'])
  for (const { heard, heardMs } of facts.heard ?? []) {
    expect(heard.length).toBeGreaterThan(0)
    expect(heardMs).toBeGreaterThan(50)
    expect(heardMs).toBeLessThan(1500)
  }
  expect(facts.sound?.integratedLufs).toBeLessThan(0)
  expect(facts.sound?.integratedLufs).toBeGreaterThan(-50)
  expect(facts.sound?.truePeakDb).toBeLessThan(0.5)
  const lengthMs = result.output?.durationMs ?? NaN
  const { wave, curve } = facts.sound ?? { wave: undefined, curve: undefined }
  expect(Math.abs((wave?.peak.length ?? 0) * (wave?.stepMs ?? 0) - lengthMs)).toBeLessThan(100)
  expect(Math.abs((curve?.shortTerm.length ?? 0) * (curve?.stepMs ?? 0) - lengthMs)).toBeLessThanOrEqual(200)
  expect(Math.max(...(wave?.peak ?? []))).toBeGreaterThan(0.05)
  expect(facts.roomStartMs).toBe(1_795_320_000_000)
  expect(await page()).not.toMatch(/s3cret|<img src=http/)
})

it('shows the finished file itself, each picture at the time that it says', async () => {
  const facts = JSON.parse(await readFile(join(place.logDir, `${JOB_ID}.report.json`), 'utf8')) as ReportFacts
  const { output } = await place.result()
  const grey = ['-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1']
  const { stdout: film } = await runFfmpeg([
    '-loglevel',
    'error',
    '-i',
    output?.path ?? '',
    '-map',
    '0:V',
    ...grey,
  ])
  const size = (output?.width ?? 0) * (output?.height ?? 0)
  for (const { atMs, jpeg } of facts.pictures ?? []) {
    const path = join(place.folder, 'picture.jpg')
    await writeFile(path, Buffer.from(jpeg, 'base64'))
    const { stdout: picture } = await runFfmpeg(['-loglevel', 'error', '-i', path, ...grey])
    expect(picture.length).toBe(size)
    const offBy = (frame: number) =>
      film
        .subarray(frame * size, (frame + 1) * size)
        .reduce((sum, level, i) => sum + Math.abs(level - (picture[i] ?? 0)), 0)
    const frames = Array.from({ length: film.length / size }, (_, frame) => offBy(frame))
    expect(frames.indexOf(Math.min(...frames))).toBe(Math.round((atMs * (output?.fps ?? 0)) / 1000))
  }
})

it('is not made unless it is asked for, and by a setting too', async () => {
  const other = await makeWorkplace()
  try {
    await furnish(other)
    const path = await other.write('cfg.json', cfgOf())
    await other.run(['--quiet', path])
    expect((await readdir(other.logDir)).filter((name) => /html|report/.test(name))).toEqual([])
    // Nothing has changed: no run measures anything, but the file is here to be looked at.
    const env = { OWT_REPORT_ENABLED: 'true' }
    const again = await other.run(['--quiet', path], { env })
    expect(again).toMatchObject({ code: 0, stderr: '' })
    const text = await readFile(join(other.logDir, `${JOB_ID}.html`), 'utf8')
    expect(text).toContain('unchanged since it was done')
    expect(text.match(/<img/g)).toHaveLength(3)
    expect(text).toContain('LUFS')
  } finally {
    await other.remove()
  }
})

describe('report <JobId>', () => {
  const fresh = async (args: readonly string[] = []) => {
    const to = join(place.logDir, 'fresh.html')
    const ended = await place.run(['report', '-o', to, ...args, JOB_ID])
    return { ended, text: await readFile(to, 'utf8').catch(() => '') }
  }

  it('makes the same page from what the run has left, in another language too', async () => {
    const { ended, text } = await fresh()
    expect(ended).toMatchObject({ code: 0, stdout: `${join(place.logDir, 'fresh.html')}\n`, stderr: '' })
    expect(text).toBe(await page())
    expect((await fresh(['--lang', 'zh'])).text).toContain('<html lang="zh-CN">')
  })

  it('looks at the finished file where nothing was left, and says what is missing where that is gone', async () => {
    const facts = join(place.logDir, `${JOB_ID}.report.json`)
    const kept = await readFile(facts)
    const finished = (await place.result()).output?.path ?? ''
    const file = await readFile(finished)
    try {
      await rm(facts)
      const looked = await fresh()
      expect(looked.text.match(/<img/g)).toEqual((await page()).match(/<img/g))
      expect(looked.text).toMatch(/What was heard was not measured.*not recorded/s)
      await writeFile(finished, 'another file')
      const { ended, text } = await fresh()
      expect(ended).toMatchObject({ code: 0, stderr: '' })
      expect(text).toMatch(/Pictures were not gathered.*--report/s)
      expect(text).toMatch(/Loudness and waveform were not gathered/)
      expect(text).not.toContain('<img')
    } finally {
      await writeFile(facts, kept)
      await writeFile(finished, file)
    }
  })

  it.each(['nobody', '../log/e2e-room', '..'])('knows no job "%s"', async (jobId) => {
    const ended = await place.run(['report', jobId])
    expect(ended).toMatchObject({ code: 3, stdout: '' })
    expect(ended.stderr).toContain(`error: there is no result of a job "${jobId}" in ${place.logDir}`)
  })

  it('says so where the result cannot be read', async () => {
    await place.write('log/half.result.json', '{ "jobId": "ha')
    const ended = await place.run(['report', 'half'])
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(/^error: .*half\.result\.json is not a result that can be read/)
  })
})

it('tells of a job that failed, too', async () => {
  const path = await place.write('failing.json', cfgOf({ Internal: { JobId: 'failing' } }))
  expect(await place.run(['--quiet', '--report', '--index', 'none.json', path])).toMatchObject({ code: 3 })
  const text = await readFile(join(place.logDir, 'failing.html'), 'utf8')
  expect(text).toContain((await place.result('failing')).error?.message)
  expect(text).toContain('No file was made.')
})

it('never fails a job: what cannot be written is one warning', async () => {
  const path = await place.write('odd.json', cfgOf({ Internal: { JobId: 'odd' } }))
  await place.write('bucket/odd.json', { ...indexOf([NASTY]), JobId: 'odd' })
  await place.write('log/odd.html/in-the-way', '')
  const ended = await place.run(['--report', path])
  expect(ended.code).toBe(0)
  expect(ended.stderr.match(/^warning: the report could not be made: .*$/gm)).toHaveLength(1)
  expect(await place.result('odd')).toMatchObject({ status: 'ok', warnings: [] })
})

const chromium = chromiumPath()

const title = chromium === undefined ? 'in a browser: left out, chromium is not installed' : 'in a browser'
describe.skipIf(chromium === undefined)(title, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium(chromium ?? '')
  })
  afterAll(() => browser?.close())
  const open = (width: number, isDark = false) =>
    browser.open(pathToFileURL(pageFile()).href, { width, isDark })

  it('asks for nothing but itself and complains of nothing', async () => {
    const { requests, complaints } = await open(1100)
    const film = pathToFileURL((await place.result()).output?.path ?? '').href
    const asked = new Set(requests.filter((url) => !url.startsWith('data:')))
    expect([...asked].sort()).toEqual([pathToFileURL(pageFile()).href, film].sort())
    expect(complaints).toEqual([])
  })

  it("shows the result file's figures", async () => {
    const { evaluate } = await open(1100)
    const text = String(await evaluate('document.body.textContent')).replaceAll(/[\s\u00a0]+/g, ' ')
    const { output, segments, streams, timings, skipped } = await place.result()
    expect(skipped).toHaveLength(1)
    for (const figure of [
      ...[JOB_ID, `(${output?.bytes} B)`, duration(output?.durationMs ?? NaN), duration(timings.totalMs)],
      ...segments.map(({ startMs, endMs }) => `${clock(startMs)} – ${clock(endMs)}`),
      ...segments.flatMap(({ layout }) =>
        layout.map((at) => `${at.width} × ${at.height} at ${at.x}, ${at.y}`),
      ),
      ...streams.flatMap(({ streamId, clips }) => [
        streamId,
        ...clips.map(({ offsetMs }) => `${offsetMs} ms`),
      ]),
      ...skipped.flatMap(({ name, reason }) => [name, reason]),
    ]) {
      expect(text).toContain(figure)
    }
    expect(await evaluate('[...document.images].every((one) => one.complete && one.naturalWidth > 0)')).toBe(
      true,
    )
    expect(await evaluate('document.images.length')).toBe(segments.length)
  })

  it('can be read without its script, and its links open the film at their moments', async () => {
    const textOf = `document.body.innerText.replaceAll(/\\s+/g, ' ')`
    const [plain, whole] = await Promise.all(
      [false, true].map((hasScript) =>
        browser.open(pathToFileURL(pageFile()).href, { width: 1100, hasScript }),
      ),
    )
    expect(
      await plain?.evaluate(`document.querySelector('.timeline .playhead')?.checkVisibility() ?? false`),
    ).toBe(false)
    const text = String(await plain?.evaluate(textOf))
    const { segments, streams } = await place.result()
    for (const { startMs, endMs } of segments) expect(text).toContain(`${clock(startMs)} – ${clock(endMs)}`)
    for (const { streamId } of streams) expect(text).toContain(streamId)
    const links = `[...document.querySelectorAll('.chapters a')].map((one) => decodeURI(one.href))`
    const [href] = (await plain?.evaluate(links)) as string[]
    expect(href).toBe(`${decodeURI(pathToFileURL((await place.result()).output?.path ?? '').href)}#t=0.000`)
    expect(await whole?.evaluate(links)).toEqual(await plain?.evaluate(links))
  })

  it('seeks by a click on chapter, segment, picture and timeline, and by keys', async () => {
    const page = await open(1100)
    const { evaluate, press } = page
    await until('the film can be sought', async () => (await evaluate(`${FILM}.readyState >= 1`)) === true)
    const { segments, output } = await place.result()
    const fps = output?.fps ?? NaN
    const frame = async () => Math.floor(Number(await evaluate(`${FILM}.currentTime`)) * fps + 0.001)
    const frameOf = (ms: number | undefined) => Math.round(((ms ?? NaN) * fps) / 1000)
    const second = segments[1]?.startMs
    const click = (selector: string) => evaluate(`document.querySelector('${selector}').click()`)
    await click(`.card [data-at="${second}"]`)
    expect(await frame()).toBe(frameOf(second))
    await click('.chapters li:first-child a')
    expect(await frame()).toBe(0)
    await click(`img[data-at="${second}"]`)
    expect(await frame()).toBe(frameOf(second))
    const line = () =>
      evaluate(`parseFloat(document.querySelector('.timeline .playhead').getAttribute('x1'))`)
    expect(await line()).toBeCloseTo((((frameOf(second) + 0.5) / fps) * 1e5) / (output?.durationMs ?? NaN), 1)
    await evaluate(`(() => {
      const axis = document.querySelector('.timeline [data-axis]')
      const { left, width, top } = axis.getBoundingClientRect()
      const at = { bubbles: true, cancelable: true, clientX: left + width / 2, clientY: top + 30 }
      axis.dispatchEvent(new MouseEvent('click', at))
    })()`)
    expect(await frame()).toBe(frameOf((output?.durationMs ?? NaN) / 2))
    await press('ArrowLeft')
    await press('ArrowLeft')
    await press('ArrowRight')
    expect(await frame()).toBe(frameOf((output?.durationMs ?? NaN) / 2) - 1)
    await press('ArrowLeft', { isShift: true })
    await press('ArrowLeft', { isShift: true })
    expect(await frame()).toBe(0)
    await press('ArrowRight', { isShift: true })
    expect(await frame()).toBe(frameOf(second))
    expect(page.complaints).toEqual([])
  })

  it('has a timeline that scrolls on a phone, names of files on one line, and labels clear of the curve', async () => {
    const { evaluate } = await open(360)
    const moved = `(() => { const box = document.querySelector('.timeline .scroll'); box.scrollLeft = 1e4; return box.scrollLeft })()`
    expect(await evaluate(moved)).toBeGreaterThan(100)
    const lines = `[...document.querySelectorAll('bdi.file')].map((one) => one.getClientRects().length + ':' + (one.offsetHeight < 30))`
    expect(new Set((await evaluate(lines)) as string[])).toEqual(new Set(['1:true']))
    const isClear = `[...document.querySelectorAll('.labelled')].every(({ children: [axis, chart] }) =>
      axis.getBoundingClientRect().right <= chart.getBoundingClientRect().left)`
    expect(await evaluate(isClear)).toBe(true)
  })

  it('prints without the player', async () => {
    const { print, media, evaluate } = await open(1100)
    expect((await print()).subarray(0, 5).toString()).toBe('%PDF-')
    await media('print')
    const shown = (selector: string) => evaluate(`document.querySelector('${selector}').checkVisibility()`)
    expect([await shown('#film'), await shown('.chapters'), await shown('.playhead')]).toEqual([
      false,
      true,
      false,
    ])
    expect(await evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
  })

  it.each([360, 700, 1100])('is no wider than a window of %d pixels', async (width) => {
    const { evaluate } = await open(width)
    expect(await evaluate('document.documentElement.scrollWidth')).toBe(width)
    // Only the timeline may be wider than its place, and scrolls in it.
    const beyond = `[...document.querySelectorAll('body *')].filter((one) =>
      one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll')).length`
    expect(await evaluate(beyond)).toBe(0)
  })

  it.each([false, true])('can be read in the dark as in the light (%s)', async (isDark) => {
    const { evaluate } = await open(1100, isDark)
    expect(await evaluate(LEAST_CONTRAST)).toBeGreaterThan(4.5)
    expect(
      await evaluate('document.querySelectorAll("img:not([alt]), table:not(:has(caption))").length'),
    ).toBe(0)
  })
})

const FILM = `document.getElementById('film')`

/** The least contrast (WCAG 2) of any text against what lies behind it. */
const LEAST_CONTRAST = `(() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return colour
    }
    return [255, 255, 255]
  }
  let least = 21
  for (const one of document.querySelectorAll('body *')) {
    const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    if (!hasText || one.tagName === 'title' || !one.checkVisibility()) continue
    const style = getComputedStyle(one)
    const [a, b] = [parts(one.closest('svg') ? style.fill : style.color), behind(one)].map(light)
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05))
  }
  return least
})()`
