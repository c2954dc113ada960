/** Makes a room ready to be measured: recordings, job, the worker's plan of it, and the right pictures. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { QUIET, openPictures, overlayGraph } from './contenders/graphs.mjs'
import { encoderOf } from './encoder.mjs'
import { output, tinyPictures } from './inspect.mjs'
import { makeRoom, run } from './media.mjs'
import { boundaryFaults, makeScene } from './scene.mjs'

/** How the worker is told to encode fast, whichever of them it knows. */
const FAST = [{ video: { preset: 'ultrafast' } }, { video: { speed: 'fast' } }, { speed: 'fast' }]

/**
 * @param {import('./workloads.mjs').Room} room
 * @param {object} around
 * @param {string} around.worker home of the worker
 * @param {string} around.cache
 * @param {string} around.ffmpeg
 * @param {number} around.cores
 * @param {(text: string) => void} around.say
 */
export async function prepareRoom(room, around) {
  const { ffmpeg, cache, worker } = around
  const made = await makeRoom(room, around)
  const work = join(cache, 'run')
  mkdirSync(work, { recursive: true })
  const { plan, confPath } = await planRoom({ room, made, worker, work })
  const encoder = encoderOf(plan.commands)
  const scene = makeScene({ plan, room, files: made.files, recordings: made.recordings })
  return { room, made, plan, encoder, confPath, scene, faults: boundaryFaults(scene, room), work, ffmpeg }
}

async function planRoom({ room, made, worker, work }) {
  const arguments_ = [
    join(worker, 'bin/owt-main'),
    'plan',
    '--json',
    '--quiet',
    '--work-dir',
    join(work, 'work'),
  ]
  const plan = async (confPath) => {
    const conf = confPath === undefined ? [] : ['--conf', confPath]
    const all = [...arguments_, ...conf, '--log-dir', join(work, 'logs'), made.cfgPath]
    return { confPath, plan: JSON.parse((await output(process.execPath, all)).toString()) }
  }
  if (!room.isFastPreset) return plan(undefined)
  let refused
  for (const conf of FAST) {
    const confPath = join(made.folder, 'conf.json')
    writeFileSync(confPath, JSON.stringify(conf))
    try {
      return await plan(confPath)
    } catch (error) {
      refused = error
    }
  }
  throw refused
}

/**
 * The right pictures of a room, made by the plain graph: tiny ones to hold finished files against.
 * @param {string} [raw] where the pictures are also left in full, as plain frames, for encoders to be fed from
 * @returns {Promise<Buffer>}
 */
export async function rightPictures({ scene, ffmpeg, work }, raw) {
  const path = raw ?? join(work, 'right.raw')
  const graph = join(work, 'right.graph')
  const tail = raw ? 'null' : 'scale=64:36:flags=area,format=gray'
  writeFileSync(graph, overlayGraph(scene, { tail }))
  await run([
    ...[ffmpeg, ...QUIET, '-copyts', ...openPictures(scene)],
    ...['-filter_complex_script', graph, '-map', '[v]', '-frames:v', String(scene.frames)],
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', path],
  ])
  const [format, size] = raw ? ['yuv420p', `${scene.width}x${scene.height}`] : ['gray', '64x36']
  const input = ['-f', 'rawvideo', '-pixel_format', format, '-video_size', size, '-i', path]
  const tiny = await tinyPictures({ ffmpeg, input })
  if (!raw) rmSync(path)
  return tiny
}
