import { describe, expect, it } from 'vitest'
import { inLanguage } from '../../../../src/messages/index.ts'
import type { MixSound } from '../../../../src/report/facts.ts'
import { escaped, html, trusted } from '../../../../src/report/html/html.ts'
import { type Facts, reportPage } from '../../../../src/report/html/page.ts'
import { SCRIPT, SCRIPT_SOURCE } from '../../../../src/report/html/script.ts'
import { MOST_CARDS, segmentsToShow } from '../../../../src/report/html/segments.ts'
import { COLOURS } from '../../../../src/report/html/style.ts'
import { clock, ticks } from '../../../../src/report/html/words.ts'
import type { Result } from '../../../../src/report/result.ts'

const NASTY = `<script>alert("1")</script>&'\u202e\u0007`

const place = (streamId: string, x: number) => ({ streamId, x, y: 180, width: 640, height: 360, z: 0 })
const clip = (name: string, startMs: number, endMs: number) => ({
  ...{ name, startMs, endMs, video: true, audio: true, offsetMs: startMs },
  audioClock: { driftPpm: 4821.5, jitterMs: 23.4, holes: 7, filledMs: 1234.5 },
})

const RESULT: Result = {
  jobId: 'job-1',
  status: 'ok',
  exitCode: 0,
  output: {
    ...{
      vendor: 'local',
      bucket: 'rec',
      key: 'out/job-1.mp4',
      path: '/bucket/out/job-1.mp4',
      bytes: 4_036_435,
    },
    ...{ durationMs: 20_033.333, frames: 601, width: 1280, height: 720, fps: 30 },
    ...{ videoCodec: 'h264', videoEncoder: 'x264', audioCodec: 'aac' },
  },
  streams: [
    { streamId: 'ada_1', clips: [clip('a.webm', 0, 8000), clip('b.webm', 12_000, 20_000)] },
    { streamId: 'ben_1', clips: [clip('c.webm', 5000, 20_000)] },
  ],
  skipped: [{ streamId: 'cem_1', name: 'd.webm', reason: 'the file is empty' }],
  segments: [
    { startMs: 0, endMs: 5000, layout: [place('ada_1', 0)] },
    { startMs: 5000, endMs: 8000, layout: [place('ada_1', 0), place('ben_1', 640)] },
    { startMs: 8000, endMs: 20_033.333, layout: [place('ben_1', 0)] },
  ],
  warnings: [{ code: 'modeSingle', message: 'a warning', where: 'cfg.json:3:7' }],
  timings: { fetchMs: 1100, probeMs: 900, planMs: 15, encodeMs: 6100, uploadMs: 300, totalMs: 8000 },
  timesRealTime: 2.5,
  versions: { worker: '0.1.0', ffmpeg: '5.1.9', node: 'v20.20.2' },
}

const SOUND: MixSound = {
  integratedLufs: -14.42,
  rangeLu: 4.2,
  truePeakDb: -0.97,
  curve: { stepMs: 10_000, momentary: [-20, null, -13], shortTerm: [null, -15, -14] },
  wave: { stepMs: 10_000, peak: [0, 0.5, 1], rms: [0, 0.1, 0.2] },
}

const FACTS: Facts = {
  endedAtMs: 1_795_320_300_000,
  roomStartMs: 1_795_320_226_000,
  sound: SOUND,
  heard: [{ streamId: 'ada_1', name: 'a.webm', heard: [{ startMs: 1000, endMs: 3500 }], heardMs: 2500 }],
  room: 'room-1',
  chapters: [
    { startMs: 0, title: 'beginning' },
    { startMs: 5000, title: 'ben joins' },
  ],
  pictures: [{ segment: 1, atMs: 6800, jpeg: 'AAAA' }],
  settings: { cfg: '{}', conf: '{}', changed: [{ name: 'video.preset', value: '"slow"', preset: '"fast"' }] },
}

/** How far apart two colours look, in Oklab. https://bottosson.github.io/posts/oklab/ */
function distance(a: string, b: string): number {
  const [p, q] = [a, b].map((colour) => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * blue)
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * blue)
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * blue)
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ]
  })
  return Math.hypot(...(p ?? []).map((value, i) => value - (q?.[i] ?? 0)))
}

/** The words of a page, without its style and its marks. */
const wordsOf = (page: string) =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\u00a0]+/g, ' ')

describe('what is written', () => {
  it('is escaped, unless it is HTML already', () => {
    expect(html`<p title="${NASTY}">${[NASTY, 1, false, undefined, html`<b>${'<'}</b>`]}</p>`.html).toBe(
      `<p title="${escaped(NASTY)}">${escaped(NASTY)}1<b>&lt;</b></p>`,
    )
    expect(escaped(NASTY)).toBe('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\u202e ')
    expect(html`${trusted('<i>')}`.html).toBe('<i>')
  })

  it('is counted as people do', () => {
    expect([0, 59_960, 61_500, 3_723_400].map(clock)).toEqual(['0:00.0', '1:00.0', '1:01.5', '1:02:03.4'])
    for (const lengthMs of [400, 20_033, 3_600_000, 90_000_000]) {
      const all = ticks(lengthMs, 10)
      expect(all.length).toBeGreaterThan(1)
      expect(all.length).toBeLessThanOrEqual(11)
    }
  })
})

describe('the page', () => {
  it("has the result's figures", () => {
    const words = wordsOf(reportPage(RESULT, FACTS))
    for (const figure of [
      ...['job-1 done', '20.0 s', '1280 × 720', '4036435 B', '2.5 ×', '-14.4 LUFS', '4.2 LU', '-1.0 dBTP'],
      ...['4821.5 ppm', '23.4 ms', '1234.5 ms', 'd.webm', 'left out: the file is empty', 'a warning'],
      ...['cfg.json:3:7', '6.10 s', '76 %', '8.00 s', 'out/job-1.mp4', '601', '30 fps', 'ffmpeg 5.1.9'],
      ...[
        '2026-11-22 04:03:46 UTC',
        '0:05.0 – 0:08.0',
        '640 × 360 at 640, 180',
        'video.preset &quot;slow&quot; &quot;fast&quot;',
      ],
      'seen 8.00 s · heard 2.50 s',
    ]) {
      expect(words).toContain(figure)
    }
  })

  it('draws who was on screen, who was heard, who was away, and changes of layout', () => {
    const titles = [...reportPage(RESULT, FACTS).matchAll(/<title>([^<]*)<\/title>/g)].map(([, text]) => text)
    expect(titles).toEqual(
      expect.arrayContaining([
        'ada_1: on screen, 0:00.0 – 0:08.0',
        'ada_1: speech or other sound, 0:01.0 – 0:03.5',
        'ada_1: absent, 0:08.0 – 0:12.0',
        'ben_1: sound track, 0:05.0 – 0:20.0',
        'layout change, B: 0:05.0 – 0:08.0',
        'd.webm: left out: the file is empty',
      ]),
    )
  })

  it('plays the film with its own script only, and refers to nothing else', () => {
    const page = reportPage(RESULT, FACTS, { src: '../out/a%20b.mp4' })
    const [script = ''] = /<script>[^]*?<\/script>/.exec(page) ?? []
    expect(script).toBe(`<script>${SCRIPT}</script>`)
    expect(page).toContain(
      `script-src ${escaped(SCRIPT_SOURCE)}; media-src &#39;self&#39; file:; base-uri &#39;none&#39;`,
    )
    const rest = page.replace(script, '')
    expect(rest).not.toMatch(/<script|<iframe|<object|<form|@import|\son\w+=/i)
    const references = [...rest.matchAll(/(?:src|href|action|xlink:href)="([^"]*)"|url\(([^)]*)\)/g)]
    for (const [, attribute, style] of references) {
      expect(attribute ?? style).toMatch(/^(?:data:|#|\.\.\/out\/a%20b\.mp4(?:#t=\d+\.\d{3})?$)/)
    }
    // Without script, every chapter and segment is a link to its moment.
    for (const at of ['0.000', '5.000', '8.000']) expect(rest).toContain(`href="../out/a%20b.mp4#t=${at}"`)
    expect(wordsOf(rest)).toMatch(/0:00\.0 beginning .*0:05\.0 ben joins/)
  })

  it('lets a signed link load from its own host, until then no other', () => {
    const film = { src: 'https://rooms.s3.example.com/a.mp4?X-Amz-Signature=1&x=2', untilMs: 1 }
    const page = reportPage(RESULT, FACTS, film)
    expect(page).toContain('media-src https://rooms.s3.example.com; ')
    expect(page).toContain('src="https://rooms.s3.example.com/a.mp4?X-Amz-Signature=1&amp;x=2"')
  })

  it('lists people by name, with what was seen and heard of each', () => {
    const words = wordsOf(reportPage(RESULT, FACTS))
    expect(words).toMatch(/ada 0:00\.0 0:20\.0 8\.00 s 2\.50 s ben 0:05\.0 0:20\.0 15\.0 s/)
    expect(words).toContain('Room room-1')
  })

  it('names the time zone of every time of day', () => {
    expect(wordsOf(reportPage(RESULT, { ...FACTS, zone: 'Asia/Shanghai' }))).toContain(
      '2026-11-22 12:03:46 Asia/Shanghai',
    )
  })

  it('has a colour for each of 16 streams, none like another', () => {
    for (const colours of Object.values(COLOURS)) {
      expect(colours).toHaveLength(16)
      for (const [i, a] of colours.entries()) {
        for (const b of colours.slice(i + 1)) expect(distance(a, b), `${a} ${b}`).toBeGreaterThan(0.06)
      }
    }
  })

  it('has no script without a film, refers to nothing outside itself, and says so to the browser', () => {
    const page = reportPage(RESULT, FACTS)
    expect(page).toContain(`content="default-src &#39;none&#39;;`)
    expect(page).not.toMatch(/<script|<iframe|<object|<form|@import|\son\w+=/i)
    const references = [...page.matchAll(/(?:src|href|action|xlink:href)="([^"]*)"|url\(([^)]*)\)/g)]
    expect(references.length).toBeGreaterThan(1)
    for (const [, attribute, style] of references) {
      expect(attribute ?? style).toMatch(/^(?:data:|#)/)
    }
  })

  it('holds whatever a name, a message or a picture is made of', () => {
    const evil = JSON.parse(
      JSON.stringify({ RESULT, FACTS }).replaceAll(/ada_1|b\.webm|a warning|the file is empty|AAAA/g, () =>
        JSON.stringify(NASTY).slice(1, -1),
      ),
    ) as { RESULT: Result; FACTS: Facts }
    const page = reportPage(evil.RESULT, {
      ...evil.FACTS,
      settings: { cfg: NASTY, conf: NASTY, changed: [] },
    })
    expect(page).not.toMatch(/<script|alert\("/)
    expect(page).toContain(escaped(NASTY))
    // Every mark is one of the house: nothing in a value has opened or closed one.
    const marks = (text: string) => [...text.matchAll(/<(\/?\w+)/g)].map(([, name]) => name).join(' ')
    expect(marks(page)).toBe(
      marks(reportPage(RESULT, { ...FACTS, settings: { cfg: '', conf: '', changed: [] } })),
    )
  })

  it.each<[string, Result, Facts, RegExp[]]>([
    [
      'a result alone',
      RESULT,
      {},
      [/Pictures were not gathered/, /Loudness and waveform were not/, /not recorded/],
    ],
    [
      'a job that failed early',
      {
        ...{
          jobId: 'job-1',
          status: 'failed',
          exitCode: 3,
          streams: [],
          skipped: [],
          segments: [],
          warnings: [],
        },
        error: { code: 'indexMissing', message: 'no index' },
        ...{ timings: RESULT.timings, timesRealTime: null, versions: { ...RESULT.versions, ffmpeg: null } },
      },
      {},
      [/failed/, /no index/, /Exit code 3, indexMissing/, /No file was made/],
    ],
    [
      'sound alone',
      {
        ...RESULT,
        segments: [],
        output: {
          ...(RESULT.output as NonNullable<Result['output']>),
          ...{ frames: null, width: null, height: null, fps: null, videoCodec: null, videoEncoder: null },
        },
      },
      FACTS,
      [/sound only/, /The file has no picture/],
    ],
    [
      'silence',
      RESULT,
      { ...FACTS, sound: { ...SOUND, integratedLufs: null, rangeLu: null, truePeakDb: null } },
      [/too quiet to tell/],
    ],
  ])('can be made of %s', (_, result, facts, says) => {
    const page = reportPage(result, facts)
    for (const text of says) expect(wordsOf(page)).toMatch(text)
    expect(page).not.toMatch(/undefined|NaN|\[object|Infinity/)
  })

  it('tells of timed updates: on the timeline, in their segments, and in a list', () => {
    const update = (atMs: number, ...changes: string[]) => ({ atMs, actions: ['job.mixer.update'], changes })
    const updates = [update(5000, 'layout: vertical', 'main stream: none'), update(6500, NASTY)]
    const page = reportPage({ ...RESULT, updates }, FACTS, { src: 'a.mp4' })
    const titles = [...page.matchAll(/<title>([^<]*)<\/title>/g)].map(([, text]) => text)
    const first = '0:05.0: layout: vertical; main stream: none'
    expect(titles).toEqual(
      expect.arrayContaining([`timed update, ${first}`, `timed update, 0:06.5: ${escaped(NASTY)}`]),
    )
    const words = wordsOf(page)
    expect(words).toMatch(
      /Timed updates .*Time Change Requests .*0:05\.0 layout: vertical; main stream: none job/,
    )
    // Segment B has both, A and C have none.
    expect(words).toMatch(/ B 0:05\.0 – 0:08\.0 3\.00 s 0:05\.0 layout: vertical; main stream: none 0:06\.5/)
    expect(page.match(/class="changed"/g)).toHaveLength(1)
    expect(page).toContain('href="a.mp4#t=6.500"')
    expect(wordsOf(inLanguage('zh', () => reportPage({ ...RESULT, updates }, FACTS)))).toMatch(
      /定时更新 .*时间 更改 请求/,
    )
    // A result without updates says nothing of them.
    expect(wordsOf(reportPage(RESULT, FACTS))).not.toMatch(/updates/i)
    const many = Array.from({ length: 10_000 }, (_, i) => update(i * 2, 'no change'))
    const large = reportPage({ ...RESULT, updates: many }, FACTS)
    expect(wordsOf(large)).toContain('The first 500 of 10000 are shown.')
    expect(wordsOf(large)).toContain('and 2496 more updates')
    expect(large.length).toBeLessThan(500_000)
  })

  it('speaks Chinese', () => {
    const page = inLanguage('zh', () => reportPage(RESULT, FACTS))
    expect(page).toContain('<html lang="zh-CN">')
    expect(wordsOf(page)).toMatch(/时间轴.*时间段.*合流后的声音/)
  })

  it('stays small however many segments and streams there are', () => {
    const segments = Array.from({ length: 5000 }, (_, i) => ({
      ...{ startMs: i * 4000, endMs: (i + 1) * 4000 },
      layout: Array.from({ length: 9 }, (_, n) => place(`person-${(i + n) % 300}_1`, n)),
    }))
    const streams = Array.from({ length: 300 }, (_, i) => ({
      streamId: `person-${i}_1`,
      clips: Array.from({ length: 4 }, (_, n) => clip(`${i}-${n}.webm`, n * 5e6, n * 5e6 + 4e6)),
    }))
    const heard = streams.map(({ streamId }) => ({
      ...{ streamId, name: 'a', heardMs: 1 },
      heard: Array.from({ length: 2000 }, (_, n) => ({ startMs: n * 1e4, endMs: n * 1e4 + 4000 })),
    }))
    const pictures = segmentsToShow(segments).map((segment) => ({
      ...{ segment, atMs: 0, jpeg: 'A'.repeat(28_000) },
    }))
    const output = { ...(RESULT.output as NonNullable<Result['output']>), durationMs: 2e7 }
    const page = reportPage({ ...RESULT, output, segments, streams }, { ...FACTS, heard, pictures })
    expect(page.match(/<img/g)).toHaveLength(MOST_CARDS)
    expect(wordsOf(page)).toContain(`${MOST_CARDS} of 5000 segments are shown with their pictures`)
    expect(page.length).toBeLessThan(3_000_000)
  })
})

it('shows the longest segments, in the order of time', () => {
  const segments = Array.from({ length: 60 }, (_, i) => ({
    startMs: i * 100,
    endMs: i * 100 + (i % 7),
    layout: [],
  }))
  const shown = segmentsToShow(segments)
  expect(shown).toEqual(shown.toSorted((a, b) => a - b))
  expect(shown).toHaveLength(MOST_CARDS)
  expect(shown.filter((at) => at % 7 === 0)).toEqual([])
})
