import { expect, it } from 'vitest'
import { PARTS, partsOf } from '../../../scripts/bench/parts.mjs'
import { bundledText } from '../../../scripts/bench/report.mjs'

const START = Date.parse('2026-11-27T05:00:00.000Z')
const line = (ms: number, fields: object) =>
  JSON.stringify({ time: new Date(START + ms).toISOString(), ...fields })
const ENDED = { fetchMs: 20, probeMs: 400, planMs: 10, encodeMs: 2000, uploadMs: 8, totalMs: 2300 }

const LOG = [
  line(150, { msg: 'job read' }),
  line(152, { msg: 'each ffmpeg runs in a sandbox' }),
  line(160, { msg: 'index read' }),
  line(300, { msg: 'recording looked at' }),
  line(340, { msg: 'recording looked at' }),
  line(355, { msg: 'planned' }),
  line(360, { command: 'audio', line: 'ffmpeg ...', msg: 'ffmpeg starts' }),
  line(361, { command: 'video 1/1', line: 'ffmpeg ...', msg: 'ffmpeg starts' }),
  line(900, { command: 'audio', msg: 'ffmpeg done' }),
  line(2000, { command: 'video 1/1', msg: 'ffmpeg done' }),
  line(2003, { command: 'mux', line: 'ffmpeg ...', msg: 'ffmpeg starts' }),
  line(2060, { command: 'mux', msg: 'ffmpeg done' }),
  line(2190, { command: 'poster', msg: 'made by an earlier run' }),
  line(2200, { output: {}, msg: 'uploaded' }),
  line(2210, { timings: ENDED, msg: 'job ended' }),
  '',
].join('\n')

const parts = partsOf(LOG, { startedAt: START, endedAt: START + 2240 })

it('the parts of a job follow one another and add up to its time', () => {
  expect(parts).toEqual({
    ...{ node: 180, open: 10, fetch: 20, probe: 160, plan: 20, encode: 1640, mux: 60, check: 132 },
    ...{ upload: 8, notes: 10, others: 600 },
  })
  expect(PARTS.reduce((sum, name) => sum + parts[name as keyof typeof parts], 0)).toBe(2240)
})

it('an encode that began before the last recording was there counts from then on', () => {
  const early = LOG.replace(
    line(340, { msg: 'recording looked at' }),
    line(370, { msg: 'recording looked at' }),
  )
  const { plan, encode, others } = partsOf(early, { startedAt: START, endedAt: START + 2240 })
  expect({ plan, encode, others }).toEqual({ plan: 0, encode: 1630, others: 610 })
})

it('a log without a part is refused', () => {
  expect(() => partsOf('', { startedAt: 0, endedAt: 1 })).toThrow(
    'the log does not tell when ffmpeg was known',
  )
})

it('the page has a row for each part', () => {
  const once = (median: number) => ({ median, least: median, most: median, count: 1 })
  const bundled = Object.fromEntries(Object.entries(parts).map(([name, ms]) => [name, once(ms)]))
  expect(bundledText(bundled).slice(5, 8)).toEqual([
    '| Node: from the command until ffmpeg is found, and from the end of the job to that of the process | 180 | 180 – 180 |',
    '| reading the index | 10 | 10 – 10 |',
    '| fetching | 20 | 20 – 20 |',
  ])
  expect(bundledText(bundled)).toHaveLength(5 + PARTS.length)
})
