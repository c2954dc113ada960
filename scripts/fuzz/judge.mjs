/** What is wrong with how a run ended. */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { logsOf } from './folder.mjs'
import { readFilm } from './film.mjs'
import { LENGTH_MS, SECRETS } from './job.mjs'

/** What a terminal acts on instead of showing it; line breaks separate our own lines. */
const RAW = /[^\n\P{Cc}]|[\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const MOST_SAID = 300_000

/**
 * @param {{folder: string, job: object, before: Map, after: Map, ended: object}} run
 * @returns {string[]} empty when nothing is wrong
 */
export function faults({ folder, job, before, after, ended }) {
  const { code, signal, stdout, stderr, beyond } = ended
  if (beyond) return [`it was ended: too much ${beyond}`]
  const found = []
  if (signal) found.push(`it died of ${signal}`)
  if (!job.codes.includes(code)) found.push(`exit code ${code}, not ${job.codes}`)
  if (/^\s+at .*[:(]\d+/m.test(stdout + stderr) || /internal error/.test(stderr))
    found.push('a stack trace or an internal error')
  if (/\(node:\d+\)|Warning: /.test(stderr)) found.push('Node warns')
  if (stderr.length > MOST_SAID) found.push(`${stderr.length} characters on stderr`)
  if (code !== 0 && !/^error: /m.test(stderr)) found.push('a failure without an error line')
  const said = [stdout, stderr, ...logsOf(folder)].join('\n')
  if (SECRETS.some((secret) => said.includes(secret))) found.push('a secret is shown')
  const raw = RAW.exec(said)
  if (raw)
    found.push(
      `raw ${JSON.stringify(raw[0])} in ${JSON.stringify(said.slice(raw.index - 30, raw.index + 9))}`,
    )
  let result
  try {
    result = JSON.parse(stdout)
  } catch {
    return [...found, 'stdout is not the result']
  }
  if (result.exitCode !== code || (code === 0) !== (result.status === 'ok'))
    found.push('the result contradicts the exit code')
  if (/^(ffmpeg|frames|checkFailed|internal)/.test(result.error?.code ?? ''))
    found.push(`a recording broke the job: ${result.error.code}`)
  return [
    ...found,
    ...changes({ folder, job, before, after, result }),
    ...(code === 0 ? ofFilm(folder, job, result) : []),
  ]
}

/** Files that were changed, removed or left. */
function changes({ folder, job, before, after, result }) {
  const found = []
  const isDone = result.exitCode === 0
  const made = isDone ? madeBy(result.output) : []
  const ours = made.map((path) => relative(folder, path))
  const isGuarded = (path) =>
    job.recordings.some(({ name }) => path === join('bucket/rec', name)) || !path.startsWith('bucket/')
  for (const [path, content] of before) {
    const isOurs = ours.includes(path) && !isGuarded(path)
    if (after.get(path) !== content && !isOurs)
      found.push(`${path} is ${after.has(path) ? 'another' : 'gone'}`)
  }
  const strays = [...after.keys()].filter((path) => !before.has(path) && !ours.includes(path))
  // Behind a linked folder the film has another name.
  if (strays.length > (job.areLinked ? ours.length : 0)) found.push(`left behind: ${strays}`)
  const own = join(folder, job.work, job.id)
  const isPlanted = job.plants.some(({ path }) => path.startsWith(`${job.work}/${job.id}`))
  // A job that failed may keep its own work for its next run, and nothing else.
  const mayStay = isPlanted || (!isDone && existsSync(join(own, 'owt-job.json')))
  if (existsSync(own) && !mayStay) found.push(`left in the work folder: ${readdirSync(own)}`)
  return found
}

/** Paths of the film and its sidecars. */
function madeBy({ path, key, files = [] }) {
  const bucket = path.slice(0, path.length - key.length)
  return [path, ...files.map((file) => join(bucket, file.key))]
}

/** What a film lacks, that nobody was told of. */
function ofFilm(folder, job, result) {
  const film = readFilm(result.output.path, folder)
  const found = []
  if (film.errors) found.push(`the film does not decode: ${film.errors.split('\n')[0]}`)
  if (result.output.frames !== null && film.frames !== result.output.frames)
    found.push(`${film.frames} frames, not ${result.output.frames}`)
  if (!job.isAsked) return found
  const used = result.streams.flatMap(({ streamId, clips }) => [streamId, ...clips.map(({ name }) => name)])
  for (const recording of job.recordings) {
    const { streamId, name, isHonest, isShownOrTold } = recording
    const isTold = isToldOf(result, recording)
    if (!used.includes(name) && !used.includes(streamId) && !isTold) found.push(`nothing is said of ${name}`)
    const { isSeen, isHeard } = presence(film, recording, result.output.fps)
    if (isHonest && !(isSeen && isHeard)) found.push(`${name} is ${isSeen ? 'not heard' : 'not seen'}`)
    if (isShownOrTold && !(isSeen && isHeard) && !isTold)
      found.push(`${name} is ${isSeen ? 'not heard' : 'not seen'}, and nobody is told`)
  }
  return found
}

function isToldOf({ skipped, warnings }, { name, streamId }) {
  const start = name.slice(0, 100)
  return (
    skipped.some((one) => one.name.startsWith(start) || one.streamId === streamId) ||
    warnings.some(({ where, message }) => (where ?? '').includes(start) || message.includes(streamId))
  )
}

/** Whether somebody is seen and heard in the middle of the time they are there. */
function presence(film, { rgb, toneHz, lateMs }, fps) {
  const middleMs = lateMs + LENGTH_MS / 2
  return {
    isSeen: film.shows(Math.floor((middleMs * fps) / 1000), rgb),
    isHeard: film.sounds(middleMs - 250, middleMs + 250, toneHz),
  }
}
