/** Where the worker's CPU time goes, by what its processes do. Pure. */

/**
 * What a process does, by its arguments: the first that matches. Those of ffmpeg are separated by NUL.
 * @type {readonly (readonly [name: string, is: RegExp])[]}
 */
const KINDS = [
  ['picture', /\0libx264\0|\.pipe\0?$/],
  ['sound', /\0-c:a\0aac\0/],
  ['mux', /\0-movflags\0\+faststart\0/],
  // What looks at the finished file, or at recordings before they are planned with.
  ['check', /\0-i\0[^\0]*\/finished\.mp4\0/],
  ['probe', /\0framecrc\0/],
  ['Node', /^(?:[^\0]*\/)?node\0/],
]

/** In the order of the table. What lived for less than a sample, and the last moments of the others, is "rest". */
export const CAUSES = ['Node', 'probe', 'picture', 'sound', 'mux', 'check', 'rest']

/** @param {string} cmdline of a process, as /proc has it @returns {string} one of `CAUSES` */
export function causeOf(cmdline) {
  return KINDS.find(([, is]) => is.test(cmdline))?.[0] ?? 'rest'
}

/**
 * @param {Iterable<{cause: string, ms: number}>} processes CPU time of each process when it was last seen
 * @param {number} cpuMs of all of them together
 * @returns {Record<string, number>} CPU time in ms of each of `CAUSES`
 */
export function causesOf(processes, cpuMs) {
  const sums = Object.fromEntries(CAUSES.map((name) => [name, 0]))
  for (const { cause, ms } of processes) sums[cause] += ms
  const known = CAUSES.slice(0, -1).reduce((sum, name) => sum + sums[name], 0)
  return { ...sums, rest: Math.max(0, cpuMs - known) }
}

/**
 * What each cause takes over the physical limit. Nothing but the picture and the sound is part of that.
 * @param {Record<string, number>} causes
 * @param {Record<string, number>} limit the parts of the limit, in ms
 */
export function overLimit(causes, limit) {
  const due = {
    picture: limit['decode and scale'] + limit['encode'] - limit['read'],
    sound: limit['sound'],
  }
  return Object.fromEntries(CAUSES.map((name) => [name, causes[name] - (due[name] ?? 0)]))
}
