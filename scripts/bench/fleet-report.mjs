/** The fleet's section of docs/performance.md. Pure. */
import { table } from './report-table.mjs'
import { median } from './statistics.mjs'

/** To reach. */
const BOUNDS = { share: 0.02, postMs: 1000, times: { minute: 10, sparse: 5 } }
const KEYFRAMES = {
  minute: 'a keyframe of everybody every minute',
  sparse: 'keyframes at the start and one to three later',
}

const seconds = (ms, digits = 1) => (ms / 1000).toFixed(digits)
const percent = (share, digits = 1) => `${(100 * share).toFixed(digits)} %`
const times = (value) => `×${value.toFixed(1)}`

/** @param {any} report as `--fleet` writes it; nothing without @returns {string[]} lines in Markdown */
export function fleetText(report) {
  if (!report) return []
  const { date, versions, othersShare, fleet } = report
  const { minutes, bytes, isSame } = fleet
  return [
    '## A fleet',
    '',
    `The worker ${versions.worker} on ${date.slice(0, 10)}; the figures are in [bench-fleet.json](bench-fleet.json). Other programs took`,
    `${percent(othersShare.median)} of the cores, ${percent(othersShare.most)} at most.`,
    '',
    '### Measured',
    '',
    `Nine people, 1080p15, ${minutes} minutes, ${(bytes / 1e6).toFixed(0)} MB of recordings, ${KEYFRAMES.minute}, cut into the same chunks each`,
    'time. Each worker has one core to itself. Redis, the S3 server of the tests and the machine that runs the job have',
    'the rest of the same two cores. Times from the command to the finished film in the bucket, the recordings fetched by',
    `everybody who needs them. The packets of all films are ${isSame ? 'the same' : 'NOT the same'}.`,
    '',
    measuredTable(fleet),
    '',
    boundsTable(fleet),
    '',
    `- **CPU of the queue**: what Node takes, in the worker's processes and the one that runs the job, and Redis, over`,
    '  what Node takes without a queue, as a share of all CPU without a queue. Fetching the recordings a second time, and',
    '  passing the chunks through the bucket, is part of it.',
    '- **From post to first ffmpeg**: from when the first task is on the queue, by the clock of Redis, until a worker that',
    `  waits starts its ffmpeg; the recordings are in its cache. From the command it is ${seconds(fleet.queue.commandMs.median, 2)} s, of which most is fetching`,
    `  and probing. With recordings that the worker has to fetch first: ${seconds(fleet.queue.coldPostMs, 2)} s after the post.`,
    '',
    '### A model of more machines',
    '',
    ...modelText(fleet.model),
  ]
}

function measuredTable({ alone, one, two }) {
  const row = (name, runs) => {
    const of = (pick) => median(runs.map(pick))
    const wallMs = of((run) => run.wallMs)
    return [
      name,
      String(runs.length),
      seconds(wallMs),
      times(median(one.map((run) => run.wallMs)) / wallMs),
      seconds(of(({ cpuMs }) => cpuMs.ffmpeg)),
      seconds(of(({ cpuMs }) => cpuMs.node)),
      runs[0].cpuMs.redis === undefined ? '' : seconds(of(({ cpuMs }) => cpuMs.redis)),
    ]
  }
  return table(
    ['', 'runs', 'wall s', '× one worker', 'CPU s of ffmpeg', 'of Node', 'of Redis'],
    [row('1 worker', one), row('2 workers', two), row('without a queue, two cores', alone)],
  )
}

/** What is to be reached, and whether it was. */
export function boundsTable({ queue, model }) {
  const rows = [
    [
      'CPU of the queue, 1 worker',
      `≤ ${percent(BOUNDS.share)}`,
      percent(queue.share.one.median, 2),
      queue.share.one.median <= BOUNDS.share,
    ],
    [
      'CPU of the queue, 2 workers',
      `≤ ${percent(BOUNDS.share)}`,
      percent(queue.share.two.median, 2),
      queue.share.two.median <= BOUNDS.share,
    ],
    [
      'from post to first ffmpeg',
      `≤ ${seconds(BOUNDS.postMs)} s`,
      `${seconds(queue.postMs.median, 2)} s`,
      queue.postMs.median <= BOUNDS.postMs,
    ],
    ...Object.entries(BOUNDS.times).flatMap(([name, bound]) => {
      const [first, last] = [model.hours[name][0], model.hours[name].at(-1)]
      return last.whole.map(({ rate, wallMs }, i) => {
        const value = first.whole[i].wallMs / wallMs
        return [
          `model: ${last.machines} machines, ${KEYFRAMES[name]}, ${rate} Gbit/s`,
          `≥ ×${bound}`,
          times(value),
          value >= bound,
        ]
      })
    }),
  ]
  return table(
    ['to reach', 'bound', 'found', ''],
    rows.map(([what, bound, found, isMet]) => [what, bound, found, isMet ? 'met' : 'NOT met']),
  )
}

function modelText({ nsPerUnit, checks, constants, hours }) {
  const { bytesIn, bytesOut, soundMs } = constants
  return [
    "**Not measured.** An hour of nine people, 1080p15, on machines with two cores each. The worker's own planner cuts it for",
    "so many, from packet times that were made up like those of the benchmark's cameras. Its unit of work is turned into",
    `seconds by the chunks measured above with two workers: ${nsPerUnit.median.toFixed(2)} ns (${nsPerUnit.least.toFixed(2)} – ${nsPerUnit.most.toFixed(2)}). Tasks begin in order as soon as a core is`,
    `free, the sound first. It is one process, ${seconds(soundMs, 0)} s. Probing, muxing and checking take what they took a minute without a queue; ${(bytesIn / 1e9).toFixed(1)} GB are`,
    `fetched by the machine that runs the job and then by each that makes chunks, and ${(bytesOut / 1e9).toFixed(1)} GB are collected and uploaded, at`,
    'the rate of the network. No two of these overlap in the model. Times in s.',
    '',
    `Held against what was measured, for the tasks alone: ${checks.map(({ workers, modelMs, measuredMs }) => `${workers} ${workers === 1 ? 'worker' : 'workers'} ${seconds(modelMs)} s in the model, ${seconds(measuredMs)} s measured`).join('; ')}.`,
    '',
    ...Object.entries(hours).flatMap(([name, list]) => [`With ${KEYFRAMES[name]}:`, '', hourTable(list), '']),
  ]
}

function hourTable(list) {
  const rows = list.flatMap(({ machines, chunks, redecoded, whole }) =>
    whole.map(({ rate, parts, wallMs }, i) => {
      const { start, fetch, probe, fetchAgain, tasks, collect, mux, check, upload } = parts
      return [
        String(machines),
        String(rate),
        String(chunks),
        percent(redecoded, 0),
        ...[start + fetch + probe, fetchAgain, tasks, collect, mux, check, upload, wallMs].map((ms) =>
          seconds(ms, 0),
        ),
        times(list[0].whole[i].wallMs / wallMs),
      ]
    }),
  )
  const heads = [
    'machines',
    'Gbit/s',
    'chunks',
    'decoded again',
    'fetch, probe, plan',
    'fetch for tasks',
    'tasks',
  ]
  return table([...heads, 'collect', 'mux', 'check', 'upload', 'all', '×'], rows)
}
