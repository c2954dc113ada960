import { describe, expect, it } from 'vitest'
import { judge } from '../../../scripts/bench/bounds.mjs'
import { plotText } from '../../../scripts/bench/plot.mjs'
import { boundsTable, limitTable, pageText, runsTable } from '../../../scripts/bench/report.mjs'
import { ENCODER } from './rooms.ts'

const turn = (cpuMs: number, changes: object = {}) => ({
  wallMs: cpuMs / 2,
  cpuMs,
  peakBytes: 300e6,
  coresBusy: 1.9,
  othersShare: 0.01,
  parts: { 'decode and scale': 2000, encode: 8100, read: 100, sound: 0 },
  made: { frames: 100, boundaries: 3 },
  faults: [],
  ...changes,
})
const entry = (kind: string, turns: object[], name = kind) => ({ name, kind, turns, settingsDiffer: [] })
const room = (minutes: number) => ({
  frames: minutes * 60 * 15,
  fps: 15,
  segments: 4,
  recordings: 5,
  isFastPreset: false,
})
const results = [
  {
    name: 'W4',
    title: '4 people',
    encoder: { ...ENCODER, differ: [] },
    rooms: [room(1)],
    entries: [
      entry('worker', [turn(10_400), turn(11_000), turn(10_540)]),
      entry('limit', [turn(10_000), turn(10_000), turn(10_000)]),
      entry('melt', [turn(15_000, { faults: ['99 frames, not 100'] }), turn(15_000), turn(15_000)]),
    ],
  },
  {
    name: 'long',
    title: 'long',
    encoder: { ...ENCODER, differ: [] },
    rooms: [room(5), room(60)],
    entries: [
      entry('worker', [turn(10_000)], '5 min'),
      entry('worker', [turn(126_000, { faults: ['off'] })], '60 min'),
    ],
  },
]
const judged = judge(results, { cores: 2 })
const row = (what: string, workload: string) =>
  judged.find((one) => one.what === what && one.workload === workload)

describe('what is to be reached', () => {
  it('is judged by the median of ratios within each turn', () => {
    expect(row('CPU over the physical limit', 'W4')).toMatchObject({ value: { median: 1.054 }, isMet: true })
    expect(row('CPU over melt', 'W4')).toMatchObject({ isMet: false })
  })

  it('is a minute against a minute where lengths differ', () => {
    expect(row('CPU a minute, long over short', 'long')).toMatchObject({
      value: { median: 1.05 },
      isMet: true,
    })
  })

  it('counts every run of the worker in which something was off', () => {
    expect(row('runs with a frame or a boundary off', 'all')).toMatchObject({
      value: { median: 1 },
      isMet: false,
    })
  })

  it('has a share of the cores there are', () => {
    expect(row('cores busy while encoding', 'W4')).toMatchObject({ bound: 1.85, isMet: true })
    expect(judge(results, { cores: 4 }).find(({ unit }) => unit === 'cores')?.bound).toBe(3.7)
  })

  it('is what the worker takes before it encodes, in s and MB', () => {
    const once = (median: number) => ({ median, least: median, most: median, count: 3 })
    const plan = { wallMs: once(2010), cpuMs: once(1800), peakBytes: once(219e6) }
    const rows = judge([], { cores: 2, itself: { startMs: once(412), plan, bundled: { others: once(790) } } })
    expect(boundsTable(rows.filter(({ workload }) => workload === 'itself'))).toMatchInlineSnapshot(`
      "| to reach | workload | bound | measured | least – most |  |
      | --- | --- | --- | --- | ---: | --- |
      | start to first ffmpeg | itself | ≤ 0.50 | 0.41 s | 0.41 – 0.41 | met |
      | planning a large room | itself | ≤ 2.00 | 2.01 s | 2.01 – 2.01 | NOT met |
      | memory, planning a large room | itself | ≤ 300 | 219 MB | 219 – 219 | met |
      | the bundled room, without encoding | itself | ≤ 0.80 | 0.79 s | 0.79 – 0.79 | met |"
    `)
  })

  it('is neither met nor missed where it was not measured', () => {
    expect(row('CPU over GStreamer', 'W4')).toMatchObject({ value: null, isMet: null })
    expect(judge([], { cores: 2 }).every(({ isMet }) => isMet === null)).toBe(true)
  })
})

describe('the report', () => {
  it('has a table of what is to be reached', () => {
    const lines = boundsTable(judged.filter(({ workload }) => workload === 'W4' || workload === 'all'))
    expect(lines).toMatchInlineSnapshot(`
      "| to reach | workload | bound | measured | least – most |  |
      | --- | --- | --- | --- | ---: | --- |
      | CPU over the physical limit | W4 | ≤ 1.05 | 1.05 | 1.04 – 1.10 | met |
      | CPU over the plain single graph | W4 | ≤ 0.95 | not measured |  |  |
      | CPU over BigBlueButton's way | W4 | ≤ 0.80 | not measured |  |  |
      | CPU over GStreamer | W4 | ≤ 0.80 | not measured |  |  |
      | CPU over melt | W4 | ≤ 0.65 | 0.70 | 0.69 – 0.73 | NOT met |
      | cores busy while encoding | W4 | ≥ 1.85 | 1.90 | 1.90 – 1.90 | met |
      | memory, 4 people at 720p | W4 | ≤ 400 | 300 MB | 300 – 300 | met |
      | runs with a frame or a boundary off | all | none | 1 of 5 |  | NOT met |"
    `)
  })

  it('has a table of all runs', () => {
    expect(runsTable(results)).toMatchInlineSnapshot(`
      "| workload | who | wall s | CPU s | worker's CPU over it | memory MB | cores busy | frames, boundaries |
      | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
      | W4 | the worker | 5.3 | 10.5 |  | 300 | 1.90 | exact: 100, 3 |
      | W4 | the physical limit |  | 10.0 | 1.05 (1.04 – 1.10) | 300 | 1.90 |  |
      | W4 | melt | 7.5 | 15.0 | 0.70 (0.69 – 0.73) | 300 | 1.90 | 99 frames, not 100 |
      | long | 5 min | 5.0 | 10.0 |  | 300 | 1.90 | exact: 100, 3 |
      | long | 60 min | 63.0 | 126.0 | 0.08 | 300 | 1.90 | off |"
    `)
    expect(limitTable(results)).toMatchInlineSnapshot(`
      "| CPU s | decode, scale | encode | reading, taken off | sound | limit |
      | --- | ---: | ---: | ---: | ---: | ---: |
      | W4 | 2.0 | 8.1 | 0.1 | 0.0 | 10.0 |"
    `)
  })

  it('is a page that names what is missing and what differs', () => {
    const page = pageText({
      date: '2026-01-02T03:04:05.000Z',
      turns: 3,
      loadAtStart: 0.1,
      othersShare: { median: 0.01, least: 0, most: 0.2, count: 9 },
      machine: { cpu: 'a processor', cores: 2, memoryGiB: 8, system: 'Linux 6' },
      versions: { worker: 'abc1234', ffmpeg: '5.1.9' },
      missing: ['gstreamer'],
      judged,
      results: [
        {
          ...results[0],
          entries: [
            ...(results[0]?.entries ?? []),
            { ...entry('plain', [turn(1)]), settingsDiffer: ['ref: 1, 2'] },
          ],
        },
      ],
    })
    expect(page).toContain('on 2026-01-02')
    expect(page).toContain('GStreamer was not found')
    expect(page).toContain('ref: 1, 2')
    expect(page).toContain('took 1.0 % of its cores while it was measured, 20 % at most')
  })

  it('has a plot with a bar for each contender but the limit', () => {
    const svg = plotText(results)
    expect(svg.match(/<rect [^>]*fill="#1f6feb"/g)).toHaveLength(2)
    expect(svg.match(/<rect [^>]*fill="#a475f9"/g)).toHaveLength(2)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })
})
