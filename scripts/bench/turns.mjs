/** Runs a workload's contenders in turns, and looks at what each made. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONTENDERS } from './contenders/index.mjs'
import { settingsThatDiffer } from './encoder.mjs'
import { inspect } from './inspect.mjs'
import { measure } from './measure.mjs'
import { prepareRoom, rightPictures } from './prepare.mjs'

/**
 * @typedef {object} Turn one run of one contender
 * @property {number} wallMs
 * @property {number} cpuMs
 * @property {number | null} peakBytes null where it is not one program
 * @property {number | null} coresBusy
 * @property {number} othersShare of all cores' time, what other programs took
 * @property {Record<string, number>} parts CPU of each, in ms
 * @property {Awaited<ReturnType<typeof inspect>>} [made]
 * @property {string[]} faults what is wrong with what it made
 */

/**
 * @param {import('./workloads.mjs').Workload} workload
 * @param {object} around
 * @param {string} around.worker
 * @param {string} around.cache
 * @param {string} around.ffmpeg
 * @param {number} around.cores
 * @param {number} around.turns
 * @param {Record<string, {path: string, script?: string, version: string}>} around.programs
 * @param {(text: string) => void} around.say
 */
export async function runWorkload(workload, around) {
  const { say, cache, turns } = around
  const rooms = new Map()
  for (const room of workload.rooms) rooms.set(room.name, await prepareRoom(room, around))
  const raw = join(cache, 'finished.raw')
  const needsRaw = workload.entries.some(({ kind }) => kind === 'limit')
  const right = new Map()
  for (const { room } of rooms.values()) {
    if (!room.like)
      right.set(room.name, await rightPictures(rooms.get(room.name), needsRaw ? raw : undefined))
  }
  const entries = workload.entries.map((entry) => ({ ...entry, turns: /** @type {Turn[]} */ ([]) }))
  for (let turn = 0; turn < turns; turn++) {
    // Back and forth, so that none is always behind the same one.
    for (const entry of turn % 2 === 0 ? entries : entries.toReversed()) {
      const prepared = rooms.get(entry.room)
      const pictures = right.get(prepared.room.like ?? prepared.room.name)
      const done = await runOnce({ entry, prepared, pictures, raw, around })
      entry.turns.push(done)
      say(`turn ${turn + 1} of ${turns}  ${workload.name}  ${entry.name}: ${turnText(done)}`)
    }
  }
  rmSync(raw, { force: true })
  compareSettings(entries)
  const [first] = rooms.values()
  return {
    name: workload.name,
    title: workload.title,
    encoder: { video: first.encoder.video, audio: first.encoder.audio, differ: first.encoder.differ },
    rooms: [...rooms.values()].map(({ room, scene, confPath }) => ({
      name: room.name,
      width: scene.width,
      height: scene.height,
      fps: scene.fps,
      frames: scene.frames,
      recordings: scene.clips.length,
      segments: scene.segments.length,
      isFastPreset: confPath !== undefined,
    })),
    entries,
  }
}

async function runOnce({ entry, prepared, pictures, raw, around }) {
  const { worker, cores, programs, cache } = around
  const ffmpeg = entry.ffmpeg ?? around.ffmpeg
  const { room, made, scene, encoder, confPath, plan } = prepared
  const folder = join(cache, 'run', entry.kind)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const output = entry.kind === 'worker' ? made.outputPath : join(folder, 'finished.mp4')
  const places = {
    scene,
    encoder,
    ffmpeg,
    worker,
    cfgPath: made.cfgPath,
    folder,
    output,
    raw,
    cores,
    programs,
  }
  const job = CONTENDERS[entry.kind]({ ...places, node: process.execPath, ...(confPath && { confPath }) })
  for (const { path, text } of job.files) writeFileSync(path, text)
  const measured = []
  for (const [i, part] of job.parts.entries()) {
    const path = join(folder, `run-${i + 1}.sh`)
    writeFileSync(path, part.script)
    measured.push({ ...part, ...(await measure(path)) })
  }
  const sum = (value) => measured.reduce((total, one) => total + (one.sign ?? 1) * value(one), 0)
  const single = measured.length === 1 ? measured[0] : undefined
  const done = {
    wallMs: Math.round(sum(({ wallMs }) => wallMs)),
    cpuMs: Math.round(sum(({ cpuMs }) => cpuMs)),
    peakBytes: single?.peakBytes ?? null,
    peakRssBytes: single?.peakRssBytes ?? null,
    coresBusy: single?.coresBusy ?? null,
    ...(entry.kind === 'worker' && single && { causes: rounded(single.causes) }),
    othersShare: Math.max(...measured.map(({ othersShare }) => othersShare)),
    parts: Object.fromEntries(measured.map(({ name, cpuMs }) => [name, Math.round(cpuMs)])),
    faults: /** @type {string[]} */ ([]),
  }
  if (entry.kind === 'limit') return done
  const periodFrames =
    room.periodMs === undefined ? undefined : Math.round((room.periodMs * scene.fps) / 1000)
  const file = await inspect({
    ffmpeg,
    path: output,
    scene,
    right: pictures,
    ...(periodFrames && { periodFrames }),
  })
  const faults = faultsOf(file, scene, entry.kind === 'worker' ? OTHER_PICTURE.worker : OTHER_PICTURE.others)
  if (entry.kind !== 'worker') return { ...done, made: file, faults }
  const result = JSON.parse(single?.stdout ?? '{}')
  return {
    ...done,
    made: file,
    timings: result.timings,
    faults: [...faults, ...workerFaults({ result, plan, file, prepared })],
  }
}

function rounded(values) {
  return Object.fromEntries(Object.entries(values).map(([name, ms]) => [name, Math.round(ms)]))
}

/**
 * Grey levels by which tiny pictures of the same thing may differ, root of the mean square. Programs that scale
 * otherwise, or round a recording's beginning to another frame, were measured at up to 8, the worker below 1.
 */
const OTHER_PICTURE = { worker: 3, others: 12 }

/** What is wrong with a file, whoever made it. */
function faultsOf(file, scene, most) {
  const lengthMs = (scene.frames * 1000) / scene.fps
  return [
    ...(file.frames === file.framesDue ? [] : [`${file.frames} frames, not ${file.framesDue}`]),
    ...(Math.abs(file.soundMs - lengthMs) < 100
      ? []
      : [`${file.soundMs.toFixed(0)} ms of sound, not ${lengthMs.toFixed(0)}`]),
    ...(file.error !== null && file.error > most
      ? [`other pictures: ${file.error.toFixed(1)} levels off`]
      : []),
    ...(file.boundariesExact
      ? []
      : [`the layout changes elsewhere at frames ${file.off.slice(0, 5).join(', ')}`]),
  ]
}

/** What more the worker has to get right. */
function workerFaults({ result, plan, file, prepared }) {
  const boundaries = ({ segments }) => JSON.stringify(segments?.map(({ startMs, endMs }) => [startMs, endMs]))
  return [
    ...prepared.faults,
    ...(result.output?.frames === file.frames ? [] : ['the result tells another number of frames']),
    ...(boundaries(result) === boundaries(plan) ? [] : ['the result tells other segments than the plan']),
    ...(file.isSteady ? [] : ['frames do not follow one another evenly']),
    ...(result.skipped?.length === 0 ? [] : ['recordings were left out']),
  ]
}

/** Moves the settings that files were encoded with from the turns to their entry, with what the worker has otherwise. */
function compareSettings(entries) {
  for (const entry of entries) {
    entry.settings = entry.turns[0]?.made?.settings
    for (const { made } of entry.turns) delete made?.settings
  }
  const own = entries.find(({ kind }) => kind === 'worker')?.settings
  for (const entry of entries) {
    const isOther = !['limit', 'worker'].includes(entry.kind) && own !== undefined
    entry.settingsDiffer = isOther ? settingsThatDiffer(own, entry.settings) : []
  }
}

function turnText({ wallMs, cpuMs, peakBytes, coresBusy, made, faults }) {
  return [
    `${(wallMs / 1000).toFixed(1)} s, CPU ${(cpuMs / 1000).toFixed(1)} s`,
    ...(peakBytes === null ? [] : [`${(peakBytes / 1e6).toFixed(0)} MB`]),
    ...(coresBusy === null ? [] : [`${coresBusy.toFixed(2)} cores`]),
    ...(made ? [`${made.frames} frames`, `${made.boundaries} boundaries`] : []),
    ...(faults.length > 0 ? faults : made ? ['right'] : []),
  ].join(', ')
}
