/** What was measured, as text: tables for the terminal and for docs/performance.md. Pure. */
import { DIGITS } from './bounds.mjs'
import { CAUSES, overLimit } from './causes.mjs'
import { TITLES } from './contenders/index.mjs'
import { fleetText } from './fleet-report.mjs'
import { table } from './report-table.mjs'
import { pairedRatios, spread } from './statistics.mjs'

/** @param {readonly import('./bounds.mjs').Judged[]} judged */
export function boundsTable(judged) {
  const rows = judged.map(({ what, workload, unit, side, bound, value, isMet }) => {
    const number = (one) => one.toFixed(DIGITS[unit])
    const unitText =
      unit === 'MB' || unit === 's' ? ` ${unit}` : unit === 'runs' ? ` of ${value?.count ?? 0}` : ''
    const measured = value === null ? 'not measured' : `${number(value.median)}${unitText}`
    const range =
      value === null || value.count < 2 || unit === 'runs'
        ? ''
        : `${number(value.least)} – ${number(value.most)}`
    const due = unit === 'runs' ? 'none' : `${side === 'most' ? '≤' : '≥'} ${number(bound)}`
    return [what, workload, due, measured, range, isMet === null ? '' : isMet ? 'met' : 'NOT met']
  })
  return table(['to reach', 'workload', 'bound', 'measured', 'least – most', ''], rows)
}

/** One row for each contender of each workload. */
export function runsTable(results) {
  const rows = results.flatMap(({ name, entries }) =>
    entries.map((entry) => {
      const { kind, turns } = entry
      const own = entries.find((one) => one.kind === 'worker')
      const values = (field) => turns.map((turn) => turn[field])
      const isOne = kind !== 'limit'
      return [
        name,
        entry.name === kind ? TITLES[kind] : entry.name,
        isOne ? figure(spread(values('wallMs')), 1000, 1) : '',
        figure(spread(values('cpuMs')), 1000, 1),
        ratioText(own, entry),
        figure(spread(values('peakBytes')), 1e6, 0),
        figure(spread(values('coresBusy')), 1, 2),
        isOne ? framesText(turns) : '',
      ]
    }),
  )
  const heads = [
    'workload',
    'who',
    'wall s',
    'CPU s',
    "worker's CPU over it",
    'memory MB',
    'cores busy',
    'frames, boundaries',
  ]
  return table(heads, rows)
}

/** One row for each release of ffmpeg and workload; ratios are to the first release, within each turn. */
export function releasesTable(results) {
  const rows = results.flatMap(({ name, entries }) =>
    entries.map(({ name: release, turns }) => {
      const values = (field) => turns.map((turn) => turn[field])
      const ratio = (field) => {
        const found = pairedRatios(
          values(field),
          entries[0].turns.map((turn) => turn[field]),
        )
        return turns === entries[0].turns || found === null ? '' : found.median.toFixed(2)
      }
      return [
        name,
        release,
        figure(spread(values('wallMs')), 1000, 1),
        ratio('wallMs'),
        figure(spread(values('cpuMs')), 1000, 1),
        ratio('cpuMs'),
        figure(spread(values('peakBytes')), 1e6, 0),
        ratio('peakBytes'),
        figure(spread(values('coresBusy')), 1, 2),
        framesText(turns),
      ]
    }),
  )
  const heads = ['workload', 'release', 'wall s', '×', 'CPU s', '×', 'memory MB', '×', 'cores busy']
  return table([...heads, 'frames, boundaries'], rows)
}

function figure(found, unit, digits) {
  return found === null ? '' : (found.median / unit).toFixed(digits)
}

function ratioText(own, entry) {
  if (!own || own === entry) return ''
  const ratios = pairedRatios(
    own.turns.map(({ cpuMs }) => cpuMs),
    entry.turns.map(({ cpuMs }) => cpuMs),
  )
  if (ratios === null) return ''
  const range = ratios.count < 2 ? '' : ` (${ratios.least.toFixed(2)} – ${ratios.most.toFixed(2)})`
  return `${ratios.median.toFixed(2)}${range}`
}

function framesText(turns) {
  const faults = [...new Set(turns.flatMap((turn) => turn.faults))]
  if (faults.length > 0) return faults.join('; ')
  const { frames, boundaries } = turns[0].made
  return `exact: ${frames}, ${boundaries}`
}

/** Where the physical limit's CPU goes. */
export function limitTable(results) {
  const names = ['decode and scale', 'encode', 'read', 'sound']
  const rows = results.flatMap(({ name, entries }) =>
    entries
      .filter(({ kind }) => kind === 'limit')
      .map(({ turns }) => [
        name,
        ...names.map((part) => figure(spread(turns.map(({ parts }) => parts[part])), 1000, 1)),
        figure(spread(turns.map(({ cpuMs }) => cpuMs)), 1000, 1),
      ]),
  )
  return table(['CPU s', 'decode, scale', 'encode', 'reading, taken off', 'sound', 'limit'], rows)
}

/** Where the worker's CPU goes, and how much of it is over the limit. */
function causesText(results) {
  const rows = results.flatMap(({ name, entries }) => {
    const own = entries.find(({ kind, turns }) => kind === 'worker' && turns[0]?.causes)
    const limit = entries.find(({ kind }) => kind === 'limit')
    if (!own || !limit) return []
    const over = own.turns.map(({ causes }, i) => overLimit(causes, (limit.turns[i] ?? limit.turns[0]).parts))
    return [[name, ...CAUSES.map((cause) => figure(spread(over.map((one) => one[cause])), 1000, 1))]]
  })
  if (rows.length === 0) return []
  return [
    '## Where the rest goes',
    '',
    'What the worker takes over that limit, in seconds of CPU time: of its picture and its sound only what is beyond the',
    "limit's own. Rest is what lives too briefly to be seen, such as short ffmpegs and what starts them.",
    '',
    table(['CPU s over the limit', ...CAUSES], rows),
    '',
    ...NOT_MET,
    '',
  ]
}

/** What stands in the way of the bounds that are not met. */
const NOT_MET = [
  '- **CPU over the limit**: a picture costs more than decoding, scaling and encoding it, because each canvas is also',
  "  copied once when its tiles are put together, and ffmpeg's search for the next filter to run grows with the number",
  '  of shots. Node, probing and the check are paid for each job, however short: an hour takes less of them per minute',
  '  than these rooms of a minute.',
  '- **Cores busy**: with ffmpeg before 7 one thread decodes and composes. Where the encoder would wait for it, as in W32,',
  '  several ffmpegs make a chunk (decision 23); elsewhere that costs 7 % of CPU time for 0 to 3 % of time. The',
  "  encoder's own threads do not fill two cores, and nothing fills them at the start and the end of a film.",
  '- **GStreamer**: at 4 people it does about what the physical limit does; the bound asks for less.',
  '- **Memory, long over short**: the times of all packets are in memory, since a cut may be anywhere: 30 MB for the',
  '  hour of four people. Each ffmpeg that opens an MP4 recording reads the list of all its samples, 15 MB for two of an',
  '  hour, and keeps the list of those that it writes, 20 MB for an hour of sound.',
  '- **Releases**: the search for the next filter takes 11 % of decoding and composing W32 on 9.0, 4 % on 5.1. Several',
  '  ffmpegs for a chunk do not help there: they take the same CPU time, and 0.91 of the time.',
]

/**
 * The page docs/performance.md.
 * @param {any} report everything the benchmark found out
 * @param {any} [onFfmpegs] the same of a run with several releases of ffmpeg
 * @param {any} [onFleet] of a run with `--fleet`
 */
export function pageText(report, onFfmpegs, onFleet) {
  const { date, machine, versions, results, itself, judged, missing, turns, loadAtStart, othersShare } =
    report
  const [first] = results
  return [
    '# Performance',
    '',
    `Made by \`npm run bench\` on ${date.slice(0, 10)}; the figures are in [bench.json](bench.json).`,
    '',
    '![CPU and memory of the worker and of others](performance.svg)',
    '',
    '## To reach',
    '',
    `Medians of ${turns} turns. A ratio is taken within each turn.`,
    '',
    boundsTable(judged),
    '',
    '## All runs',
    '',
    runsTable(results),
    '',
    ...results.map(({ name, title, rooms }) => `- **${name}**: ${title}; ${segmentsText(rooms)}.`),
    ...fastText(results),
    ...itselfText(itself),
    '',
    '## The physical limit',
    '',
    'The work that no program can avoid: each visible recording is decoded once; each of its frames that is shown is',
    'scaled once, to the size at which it is shown; the finished picture is encoded from memory, minus the cost of',
    'reading it; the audio is decoded, mixed and encoded. Nothing is placed, probed, checked or muxed. All cores are',
    'used, with one thread for each decoder and encoder.',
    '',
    limitTable(results),
    '',
    ...causesText(results),
    ...releasesText(onFfmpegs),
    ...fleetText(onFleet),
    '## How to read it',
    '',
    '- **CPU** is user and system time of all processes of a run, those that ended included. **Wall** is the time',
    '  from start to end.',
    '- **Memory** is the peak of all processes of a run together, sampled 20 times a second. Memory that several',
    '  processes of one program share, such as the libraries of ffmpeg, counts once.',
    '- **Cores busy** is CPU over time from the start of the first video encoder to the end of the last.',
    '- **Frames, boundaries**: the packets of every finished file are counted, and its pictures on both sides of every',
    '  change of layout held against the right ones, which the plain graph makes from the plan. Of the worker, also:',
    '  timestamps, the joins and leaves that the room was made with, and every picture.',
    '- All contenders encode with the settings that the worker plans:',
    `  \`${first.encoder.video.join(' ')}\`, \`${first.encoder.audio.join(' ')}\`.`,
    ...differText(results),
    ...first.encoder.differ.map(
      (name) => `- The worker's own pieces differ in \`${name}\`; others get that of the first.`,
    ),
    '- The **plain single graph** is one ffmpeg command with a scaled branch for each place of each recording, laid over',
    "  the canvas while it is due. **BigBlueButton's way** is re-made from its `edl/video.rb`: the cuts one by one, in",
    '  each one ffmpeg per input, and one that lays them out. **GStreamer** decodes each recording once into',
    '  `compositor` and `audiomixer`. **melt** has a track for each recording and `composite` transitions.',
    '- Recordings are made by ffmpeg, the same on every machine: a textured room that sways, a head that moves, sensor',
    '  noise, about 27 frames/s at uneven times with holes of up to half a second; VP8 and H.264 as browsers encode',
    '  them, 640x360 to 1280x720, keyframes at the start and at one to three later points; a voice in Opus.',
    ...missing.map((name) => `- ${TITLES[name]} was not found on this machine, and not measured.`),
    '',
    '## The machine',
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}. Load when it began: ${loadAtStart}.`,
    `Other programs took ${percent(othersShare.median)} of its cores while it was measured, ${percent(othersShare.most)} at most.`,
    '',
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ') + '.',
    '',
  ].join('\n')
}

function releasesText(report) {
  if (!report) return []
  const { date, turns, results, versions, othersShare } = report
  return [
    '## Releases of ffmpeg',
    '',
    `The worker ${versions.worker} with each of them, in turns on ${date.slice(0, 10)}; medians of ${turns}, and of the ratios (×) to the`,
    `first release within a turn. Other programs took ${percent(othersShare.median)} of the cores, ${percent(othersShare.most)} at most. From`,
    '7 on, demuxers, decoders, filters and encoders of one ffmpeg run in threads of their own. The figures are in',
    '[bench-ffmpegs.json](bench-ffmpegs.json).',
    '',
    releasesTable(results),
    '',
  ]
}

function segmentsText(rooms) {
  return rooms
    .map(({ segments, frames }) => `${segments} ${segments === 1 ? 'segment' : 'segments'}, ${frames} frames`)
    .join(' and ')
}

function itselfText(itself) {
  if (!itself) return []
  const { clips, packets, joinsAndLeaves, segments, commands } = itself.room
  return [
    `- **itself**: start to first ffmpeg is the time until an ffmpeg opens a recording of W4. The large room lasts 4 hours:`,
    `  32 people, ${clips} clips, ${(packets / 1e6).toFixed(1)} million pictures, ${joinsAndLeaves} joins and leaves, ${segments} segments, ${commands} commands;`,
    '  its memory is that of the whole process, the times of all packets included.',
    ...bundledText(itself.bundled),
  ]
}

/** What each part of the bundled room stands for; `parts.mjs` has them in this order. */
const PART_NAMES = {
  node: 'Node: from the command until ffmpeg is found, and from the end of the job to that of the process',
  open: 'reading the index',
  fetch: 'fetching',
  probe: 'probing',
  plan: 'planning',
  encode: 'encoding',
  mux: 'muxing',
  check: 'checking the finished file',
  upload: 'uploading',
  notes: 'result and record',
}

/** A table of the bundled room's parts. @param {any} bundled as `measureItself` gives it */
export function bundledText(bundled) {
  if (!bundled) return []
  const ms = (value) => value.toFixed(0)
  return [
    '',
    'The bundled room from the command to the end, in ms of wall, on a machine that has run jobs before:',
    '',
    '| part | median | least – most |',
    '| --- | ---: | ---: |',
    ...Object.entries(PART_NAMES).map(([name, text]) => {
      const { median, least, most } = bundled[name]
      return `| ${text} | ${ms(median)} | ${ms(least)} – ${ms(most)} |`
    }),
  ]
}

function fastText(results) {
  const fast = results
    .filter(({ rooms }) => rooms.some(({ isFastPreset }) => isFastPreset))
    .map(({ name }) => name)
  if (fast.length === 0) return []
  return [
    '',
    `${fast.join(', ')}: encoded with the fastest preset, so that an hour is affordable and what is not encoding shows.`,
  ]
}

function differText(results) {
  return results.flatMap(({ name, entries }) =>
    entries
      .filter(({ settingsDiffer }) => settingsDiffer?.length > 0)
      .map(
        (entry) =>
          `- ${TITLES[entry.kind]} in ${name} could not be told all of them (the worker's, then its own): ${entry.settingsDiffer.join('; ')}.`,
      ),
  )
}

/** @param {number} share */
export function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
