/**
 * A model of more machines than there are here: how long an hour of nine people takes on them, from the measured times
 * of tasks and of what does not shrink. Pure. Times in ms.
 */
import { median, spread } from './statistics.mjs'

export const MACHINES = [1, 2, 4, 8, 16]
const CORES = 2
/** What each machine's network carries, in Gbit/s. */
export const RATES = [1, 10]
/** Of an hour: cameras and a voice each, and what is uploaded. */
const VOICE_KBPS = 32
const OUTPUT_KBPS = 4128

/**
 * @param {object} options
 * @param {any} options.figures what was measured
 * @param {any} options.measured the planner on the room that was measured
 * @param {Record<string, any>} options.hours the planner on an hour, by its keyframes
 */
export function modelFleet({ figures, measured, hours }) {
  const { minutes, fleetCores, two, one, alone } = figures
  const wallsOf = (name) =>
    two.flatMap(({ tasks }) => tasks.filter(({ command }) => command === name).map(({ wallMs }) => wallMs))
  const names = [...new Set(two.flatMap(({ tasks }) => tasks.map(({ command }) => command)))]
  const walls = names
    .filter((name) => name.startsWith('video'))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map(wallsOf)
  const planned = measured.chunks({ machines: fleetCores, cores: 1 }).walls
  // Where the planner, which does not know the recordings, would cut otherwise: equal shares.
  const works = planned.length === walls.length ? planned : walls.map(() => sum(planned) / walls.length)
  const nsPerUnit = spread(walls.map((list, i) => (median(list) * 1e6) / works[i]))
  const msOf = (work) => (work * sum(walls.map(median))) / sum(works)
  const soundMs = median(wallsOf('audio'))
  const part = (name) => median(alone.map(({ parts }) => parts[name]))
  const perMinute = {
    probe: part('probe') / minutes,
    mux: part('mux') / minutes,
    check: part('check') / minutes,
  }
  const fixedMs = part('node') + part('open') + part('notes')
  /** Of the measured room's tasks, on so many workers with one core. */
  const check = (count, runs) => ({
    workers: count,
    modelMs: makespan([soundMs, ...works.map(msOf)], Array(count).fill(0)),
    measuredMs: median(runs.map(({ tasksMs }) => tasksMs)),
  })
  const scale = 60
  const constants = {
    startMs: fixedMs,
    probeMs: perMinute.probe * scale,
    muxMs: perMinute.mux * scale,
    checkMs: perMinute.check * scale,
    soundMs: (soundMs / minutes) * scale,
    bytesIn: sum(hours.minute.people.map(({ kbps, durationMs }) => ((kbps + VOICE_KBPS) * durationMs) / 8)),
    bytesOut: (OUTPUT_KBPS * 1000 * 3600) / 8,
  }
  return {
    nsPerUnit,
    checks: [check(1, one), check(2, two)],
    constants,
    hours: Object.fromEntries(
      Object.entries(hours).map(([name, hour]) => [
        name,
        MACHINES.map((machines) => timesOf(hour, { machines, msOf, constants })),
      ]),
    ),
  }
}

function timesOf(hour, { machines, msOf, constants }) {
  const { startMs, probeMs, muxMs, checkMs, soundMs, bytesIn, bytesOut } = constants
  const { walls, cpus, places, redecoded } = hour.chunks({ machines, cores: CORES })
  const tasks = [soundMs, ...walls.map(msOf)]
  const cpuMs = sum(cpus.map(msOf)) + soundMs
  const tasksFrom = (readyMs) =>
    Math.max(makespan(tasks, Array(places).fill(readyMs)), readyMs + cpuMs / (machines * CORES))
  const isFleet = machines > 1
  // Chunks of the last round end together, and only then come to the machine that joins them.
  const late = Math.min(1, places / Math.max(1, walls.length))
  const whole = RATES.map((rate) => {
    const transferMs = (bytes) => (bytes * 8) / (rate * 1e6)
    const parts = {
      start: startMs + hour.planMs,
      fetch: transferMs(bytesIn),
      probe: probeMs,
      fetchAgain: isFleet ? transferMs(bytesIn) : 0,
      tasks: tasksFrom(0),
      collect: isFleet ? transferMs(bytesOut * late) : 0,
      mux: muxMs,
      check: checkMs,
      upload: transferMs(bytesOut),
    }
    return { rate, parts, wallMs: sum(Object.values(parts)) }
  })
  return { machines, chunks: walls.length, redecoded, tasksMs: tasksFrom(0), whole }
}

/** Each task begins, in order, as soon as a place is free. @param free when each place is */
export function makespan(tasks, free) {
  const places = [...free]
  for (const ms of tasks) {
    const first = places.indexOf(Math.min(...places))
    places[first] += ms
  }
  return Math.max(...places)
}

function sum(values) {
  return values.reduce((a, b) => a + b, 0)
}
