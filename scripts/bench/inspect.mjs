/** What became of a finished file: its frames, their timestamps, where layouts change, how it was encoded. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writtenSettings } from './encoder.mjs'
import { TINY, TINY_BYTES, judgeBoundary, overallDifference, pictureAt } from './pictures.mjs'

/** Longer files are looked at around their boundaries only. In frames. */
const WHOLE = 10_000
const LOOK = `scale=${TINY.width}:${TINY.height}:flags=area,format=gray`

/**
 * @param {object} options
 * @param {string} options.ffmpeg
 * @param {string} options.path
 * @param {import('./scene.mjs').Scene} options.scene
 * @param {Uint8Array} options.right tiny pictures of the right file
 * @param {number} [options.periodFrames] the right pictures repeat that often
 */
export async function inspect({ ffmpeg, path, scene, right, periodFrames = Infinity }) {
  const packets = parsePackets(
    (await output(ffmpeg, ['-i', path, '-map', '0', '-c', 'copy', '-f', 'framecrc', '-'])).toString(),
  )
  const boundaries = scene.segments.slice(1).map(({ startFrame }) => startFrame)
  const rightAt = (frame) => pictureAt(right, frame % periodFrames)
  const whole = scene.frames <= WHOLE ? await tinyPictures({ ffmpeg, input: ['-i', path] }) : undefined
  const verdicts = []
  for (const frame of boundaries) {
    const made = whole
      ? { before: pictureAt(whole, frame - 1), after: pictureAt(whole, frame) }
      : await around({ ffmpeg, path, frame, fps: scene.fps })
    const isThere = made.after.length === TINY_BYTES
    verdicts.push(
      isThere ? judgeBoundary(made, { before: rightAt(frame - 1), after: rightAt(frame) }) : 'off',
    )
  }
  return {
    frames: packets.frames,
    framesDue: scene.frames,
    isSteady: packets.isSteady,
    soundMs: packets.soundMs,
    boundaries: verdicts.length,
    boundariesExact: verdicts.every((verdict) => verdict !== 'off'),
    off: boundaries.filter((_, i) => verdicts[i] === 'off'),
    untold: verdicts.filter((verdict) => verdict === 'untold').length,
    // Root of the mean squared error, in grey levels of tiny pictures.
    error: whole ? overallDifference(whole, right) : null,
    settings: writtenSettings(readFileSync(path)),
  }
}

/**
 * @param {string} text as the muxer framecrc writes it: `stream, dts, pts, duration, size, crc`
 * @returns {{frames: number, isSteady: boolean, soundMs: number}} `isSteady`: frames follow one another evenly from 0
 */
export function parsePackets(text) {
  const tracks = new Map()
  for (const row of text.split('\n')) {
    const [, key, stream, value] = /^#(\w+) (\d+): (.*)$/.exec(row) ?? []
    if (key) tracks.set(stream, { pts: [], end: 0, ...tracks.get(stream), [key]: value })
    const [number, , pts, duration] = row.split(',').map((part) => part.trim())
    const track = /^\d+$/.test(number) && tracks.get(number)
    if (!track) continue
    track.pts.push(Number(pts))
    track.end = Math.max(track.end, Number(pts) + Number(duration))
  }
  const all = [...tracks.values()]
  const picture = all.find((track) => track.media_type === 'video')
  const sound = all.find((track) => track.media_type === 'audio')
  const pts = (picture?.pts ?? []).toSorted((a, b) => a - b)
  const step = pts.length > 1 ? pts[1] - pts[0] : 0
  const [num, den] = (sound?.tb ?? '1/1').split('/').map(Number)
  return {
    frames: pts.length,
    isSteady: pts.every((one, i) => one === i * step),
    soundMs: ((sound?.end ?? 0) * 1000 * num) / den,
  }
}

/** The last picture before a boundary and the first behind it. */
async function around({ ffmpeg, path, frame, fps }) {
  const from = ((frame - 1.5) / fps).toFixed(6)
  const two = await tinyPictures({ ffmpeg, input: ['-ss', from, '-i', path], args: ['-frames:v', '2'] })
  return { before: pictureAt(two, 0), after: pictureAt(two, 1) }
}

/** @returns {Promise<Buffer>} every picture of an input, tiny and grey, one after the other */
export function tinyPictures({ ffmpeg, input, args = [] }) {
  return output(ffmpeg, [
    ...[...input, '-map', '0:V', '-vf', LOOK, '-fps_mode', 'passthrough', ...args],
    ...['-f', 'rawvideo', '-'],
  ])
}

/** What a program writes to its standard output. @returns {Promise<Buffer>} */
export function output(program, args) {
  return new Promise((resolve, reject) => {
    const begin = program.endsWith('ffmpeg') ? ['-v', 'error', '-nostdin'] : []
    const child = spawn(program, [...begin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    let said = ''
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2000)))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(chunks))
      else reject(new Error(`${program} ended with ${signal ?? code}: ${args.join(' ')}\n${said}`))
    })
  })
}
