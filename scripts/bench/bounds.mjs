/**
 * What is to be reached, and whether it was. Pure.
 *
 * @typedef {import('./statistics.mjs').pairedRatios extends (...args: any[]) => infer R ? R : never} Spread
 *
 * @typedef {object} Judged
 * @property {string} what
 * @property {string} workload
 * @property {'ratio' | 'MB' | 'cores' | 'runs' | 's'} unit
 * @property {'most' | 'least'} side
 * @property {number} bound
 * @property {Spread} value null where it was not measured
 * @property {boolean | null} isMet
 */
import { pairedRatios, spread } from './statistics.mjs'

/** Of two cores, so many have to be busy while it is encoded; of others, the same share. */
const CORES_BUSY = 1.85 / 2

/**
 * @param {readonly any[]} results of the workloads that ran, as `runWorkload` gives them
 * @param {{cores: number, itself?: any}} machine and, where it was measured, what `measureItself` found
 * @returns {Judged[]}
 */
export function judge(results, { cores, itself }) {
  const entriesOf = (workload) => results.find(({ name }) => name === workload)?.entries ?? []
  const turnsOf = (workload, entry) => {
    const entries = entriesOf(workload)
    return (
      (typeof entry === 'number' ? entries[entry] : entries.find(({ name }) => name === entry))?.turns ?? []
    )
  }
  const values = (workload, entry, field) => turnsOf(workload, entry).map((turn) => turn[field])
  const ratio = (what, workload, [one, other], bound, { field = 'cpuMs', scale = 1 } = {}) => {
    const ones = values(workload, one, field).map((value) => value * scale)
    return {
      what,
      workload,
      unit: 'ratio',
      side: 'most',
      bound,
      value: pairedRatios(ones, values(workload, other, field)),
    }
  }
  const memory = (what, workload, bound) => {
    const megabytes = values(workload, 'worker', 'peakBytes').map((bytes) => bytes / 1e6)
    return { what, workload, unit: 'MB', side: 'most', bound, value: spread(megabytes) }
  }
  const minutes = results
    .find(({ name }) => name === 'long')
    ?.rooms.map(({ frames, fps }) => frames / fps / 60)
  const perMinute = minutes ? minutes[0] / minutes[1] : 1
  const rows = [
    ...[
      ['W2', 1.05],
      ['W4', 1.05],
      ['W9', 1.05],
      ['W32', 1.15],
    ].map(([name, bound]) => ratio('CPU over the physical limit', name, ['worker', 'limit'], bound)),
    ...[
      ['W4', 0.95],
      ['W9', 0.85],
      ['W32', 0.45],
    ].map(([name, bound]) => ratio('CPU over the plain single graph', name, ['worker', 'plain'], bound)),
    ratio("CPU over BigBlueButton's way", 'W4', ['worker', 'bigbluebutton'], 0.8),
    ratio('CPU over GStreamer', 'W4', ['worker', 'gstreamer'], 0.8),
    ratio('CPU over melt', 'W4', ['worker', 'melt'], 0.65),
    ...['W2', 'W4', 'W9', 'W32'].map((name) => ({
      ...{ what: 'cores busy while encoding', workload: name, unit: 'cores', side: 'least' },
      ...{ bound: CORES_BUSY * cores, value: spread(values(name, 'worker', 'coresBusy')) },
    })),
    ratio('CPU, many segments over one', 'segments', [0, 1], 1.4),
    ratio('CPU a minute, long over short', 'long', [1, 0], 1.05, { scale: perMinute }),
    memory('memory, 4 people at 720p', 'W4', 400),
    memory('memory, 9 people at 1080p', 'W9', 700),
    memory('memory, 32 people at 1080p', 'W32', 1100),
    ratio('memory, long over short', 'long', [1, 0], 1.05, { field: 'peakBytes' }),
    ratio('CPU, changing sizes over steady', 'sizes', [0, 1], 1.3),
    ...ofItself(itself),
    faultyRuns(results),
  ]
  return rows.map((row) => ({ ...row, isMet: isMet(row) }))
}

/** What the worker takes before it encodes. */
function ofItself(itself) {
  const row = (what, unit, bound, found, scale) => {
    const value = found && {
      ...{ median: found.median / scale, least: found.least / scale, most: found.most / scale },
      count: found.count,
    }
    return { what, workload: 'itself', unit, side: 'most', bound, value: value ?? null }
  }
  return [
    row('start to first ffmpeg', 's', 0.5, itself?.startMs, 1000),
    row('planning a large room', 's', 2, itself?.plan.wallMs, 1000),
    row('memory, planning a large room', 'MB', 300, itself?.plan.peakBytes, 1e6),
    row('the bundled room, without encoding', 's', 0.8, itself?.bundled?.others, 1000),
  ]
}

/** Runs of the worker in which a frame or a boundary was off, or anything else. */
function faultyRuns(results) {
  const own = results.flatMap(({ entries }) => entries.filter(({ kind }) => kind === 'worker'))
  const turns = own.flatMap((entry) => entry.turns)
  const faulty = turns.filter(({ faults }) => faults.length > 0).length
  const value =
    turns.length === 0 ? null : { median: faulty, least: faulty, most: faulty, count: turns.length }
  return {
    what: 'runs with a frame or a boundary off',
    workload: 'all',
    unit: 'runs',
    side: 'most',
    bound: 0,
    value,
  }
}

/** A median is judged as it is printed. */
function isMet({ value, bound, side, unit }) {
  if (value === null) return null
  const rounded = Number(value.median.toFixed(DIGITS[unit]))
  return side === 'most' ? rounded <= bound : rounded >= bound
}

/** Digits behind the point with which values are told. */
export const DIGITS = { ratio: 2, MB: 0, cores: 2, runs: 0, s: 2 }
