/** Makes recordings and jobs on disk. What is there already is not made again. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  TEXTURES,
  VOICE_CODEC,
  extensionOf,
  headCommand,
  pictureGraph,
  textureCommand,
  videoCodec,
  voiceGraph,
} from './camera.mjs'
import { makeJob } from './job.mjs'

/** Names the way recordings are made; another number makes them all anew. */
const RECIPE = 3

/**
 * Writes a room's job.
 * @param {import('./workloads.mjs').Room} room
 * @param {{ffmpeg: string, cache: string, cores: number, say: (text: string) => void}} machine
 * @returns where the job lies, and each recording's path by its name
 */
export async function makeRoom(room, { ffmpeg, cache, cores, say }) {
  const job = makeJob(room)
  const folder = join(cache, 'rooms', room.name)
  const bucket = join(folder, 'bucket')
  const paths = await makeMedia(
    job.files.map(({ stay }) => stay.media),
    { ffmpeg, folder: join(cache, `media-${RECIPE}`), cores, say },
  )
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(bucket, job.files[0].key, '..'), { recursive: true })
  job.files.forEach(({ key }, i) => linkSync(paths[i], join(bucket, key)))
  writeFileSync(join(folder, 'cfg.json'), JSON.stringify(job.cfg, null, 2) + '\n')
  writeFileSync(join(folder, `${job.jobId}.json`), JSON.stringify(job.index, null, 2) + '\n')
  return {
    ...job,
    folder,
    cfgPath: join(folder, 'cfg.json'),
    outputPath: join(bucket, job.output),
    recordings: new Map(job.files.map(({ key, name }) => [name, join(bucket, key)])),
  }
}

/** @returns {Promise<string[]>} a path for each, in the same order */
async function makeMedia(wanted, { ffmpeg, folder, cores, say }) {
  mkdirSync(folder, { recursive: true })
  const jobs = new Map(wanted.map((media) => [pathOf(folder, media), media]))
  const missing = [...jobs].filter(([path]) => !existsSync(path))
  if (missing.length > 0) {
    say(`making ${missing.length} recordings`)
    const scenery = await makeScenery({ ffmpeg, folder })
    await inParallel(missing, cores, ([path, media]) => makeOne({ ffmpeg, folder, scenery, path, media }))
  }
  return wanted.map((media) => pathOf(folder, media))
}

function pathOf(folder, media) {
  const hash = createHash('sha256').update(JSON.stringify(media)).digest('hex').slice(0, 16)
  return join(folder, `${hash}.${extensionOf(media)}`)
}

async function makeScenery({ ffmpeg, folder }) {
  const head = join(folder, 'head.png')
  const walls = Array.from({ length: TEXTURES }, (_, i) => join(folder, `wall-${i}.png`))
  if (!existsSync(head)) await run(headCommand(ffmpeg, head))
  for (const [i, wall] of walls.entries()) {
    if (!existsSync(wall)) await run(textureCommand(ffmpeg, i, wall))
  }
  return { head, walls }
}

/** A file that is there is whole: it gets its name last. */
async function makeOne({ ffmpeg, folder, scenery, path, media }) {
  const work = join(folder, `making-${basename(path)}`)
  const made = join(work, `made.${extensionOf(media)}`)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work)
  const looks = [scenery.walls[media.seed % TEXTURES], scenery.head].flatMap((still) => [
    ...['-framerate', '30', '-i', still],
  ])
  const begin = [ffmpeg, '-v', 'error', '-y']
  if (media.repeat) {
    const [once] = await makeMedia([{ ...media, repeat: undefined }], {
      ffmpeg,
      folder,
      cores: 1,
      say: quiet,
    })
    const list = concatList(join(work, 'list'), Array(media.repeat).fill(once), media.durationMs)
    await run([...begin, ...list, '-map', '0', '-c', 'copy', made])
  } else if (media.pieces) {
    const { everyMs, sizes } = media.pieces
    const pieces = []
    for (let startMs = 0; startMs < media.durationMs; startMs += everyMs) {
      const [width, height] = sizes[pieces.length % sizes.length]
      const durationMs = Math.min(everyMs, media.durationMs - startMs)
      const graph = pictureGraph({ ...media, width, height, startMs, durationMs })
      const piece = join(work, `${pieces.length}.${extensionOf(media)}`)
      await run([...begin, ...looks, '-filter_complex', graph, '-map', '[v]', ...videoCodec(media), piece])
      pieces.push(piece)
    }
    const voice = join(work, 'voice.webm')
    await run([...begin, '-filter_complex', voiceGraph(media), '-map', '[a]', ...VOICE_CODEC, voice])
    const list = concatList(join(work, 'list'), pieces, everyMs)
    await run([...begin, ...list, '-i', voice, '-map', '0:v', '-map', '1:a', '-c', 'copy', made])
  } else {
    const graph = `${pictureGraph({ ...media, startMs: 0 })};\n${voiceGraph(media)}`
    const codecs = [...videoCodec(media), ...VOICE_CODEC]
    await run([...begin, ...looks, '-filter_complex', graph, '-map', '[v]', '-map', '[a]', ...codecs, made])
  }
  renameSync(made, path)
  rmSync(work, { recursive: true })
}

function quiet() {}

function concatList(path, files, durationMs) {
  const lines = files.flatMap((file) => [`file '${file}'`, `duration ${durationMs / 1000}`])
  writeFileSync(path, ['ffconcat version 1.0', ...lines, ''].join('\n'))
  return ['-f', 'concat', '-safe', '0', '-i', path]
}

async function inParallel(items, atOnce, task) {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item; item = waiting.shift()) await task(item)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

/** Runs a command that must succeed. */
export function run([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ended with ${signal ?? code}: ${args.join(' ')}\n${said}`))
    })
  })
}
