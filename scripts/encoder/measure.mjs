/** What an encoder's settings cost and give: CPU of the encode alone, and how near the picture comes. */
import { statSync } from 'node:fs'
import { run } from './run.mjs'

/**
 * @typedef {object} Made
 * @property {number} cpu s of user and system time, without reading the raw video
 * @property {number} kbps as it came out
 * @property {number} [psnr] dB, of all planes
 * @property {number} [ssim] 0 to 1, of all planes
 */

/** Same content, same length, nothing encoded: what reading costs. */
export function readingCpu({ ffmpeg, source }) {
  return cpuOf(run(ffmpeg, ['-v', 'info', '-nostats', '-benchmark', '-i', source, '-f', 'null', '-']))
}

/**
 * Encodes a content on one thread: what threads cost is the same for all settings.
 * @param {{ffmpeg: string, source: string, args: readonly string[], seconds: number, out: string}} options
 * @returns {{cpu: number, kbps: number}} `cpu` with reading
 */
export function encode({ ffmpeg, source, args, seconds, out }) {
  const said = run(ffmpeg, [
    '-v',
    'info',
    '-nostats',
    '-benchmark',
    '-y',
    '-i',
    source,
    ...args,
    '-f',
    'h264',
    out,
  ])
  return { cpu: cpuOf(said), kbps: (statSync(out).size * 8) / seconds / 1000 }
}

/** @returns {{psnr: number, ssim: number}} of a file against what it was made from, picture by picture */
export function quality({ ffmpeg, source, out, fps }) {
  const graph = [
    '[0:v]settb=1/90000,setpts=N,split[a][b]',
    '[1:v]settb=1/90000,setpts=N,split[c][d]',
    '[a][c]ssim',
    '[b][d]psnr',
  ].join(';')
  const inputs = ['-r', String(fps), '-i', out, '-i', source]
  const said = run(ffmpeg, ['-v', 'info', '-nostats', ...inputs, '-lavfi', graph, '-f', 'null', '-'])
  return { psnr: numberIn(said, /PSNR.*average:([\d.]+)/), ssim: numberIn(said, /SSIM.*All:([\d.]+)/) }
}

function cpuOf(said) {
  return numberIn(said, /utime=([\d.]+)s/) + numberIn(said, /stime=([\d.]+)s/)
}

function numberIn(text, pattern) {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`ffmpeg did not say ${pattern}:\n${text.slice(-2000)}`)
  return Number(found)
}
