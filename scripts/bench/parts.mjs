/**
 * Where the time of a job goes, from its command to its end, by the times in its log. Pure.
 *
 * @typedef {object} Parts in ms of wall
 * @property {number} node until the job's ffmpeg is known, and from the job's end to the process's
 * @property {number} open from there until the index is read
 * @property {number} fetch waiting for recordings
 * @property {number} probe from the index to the last recording, without fetching
 * @property {number} plan until the first command that encodes
 * @property {number} encode until the last command that encodes has ended
 * @property {number} mux until the finished file is there
 * @property {number} check until it is known to be right
 * @property {number} upload
 * @property {number} notes until the job's end
 * @property {number} others all but `encode`
 */

/** In the order in which they are done. */
export const PARTS = [
  ...['node', 'open', 'fetch', 'probe', 'plan', 'encode', 'mux', 'check', 'upload', 'notes'],
]

/**
 * @param {string} log JSON lines
 * @param {{startedAt: number, endedAt: number}} process Unix times in ms of its start and its end
 * @returns {Parts}
 */
export function partsOf(log, { startedAt, endedAt }) {
  const lines = log
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text))
  const at = (line) => Date.parse(line.time)
  const first = (name, is) => {
    const line = lines.find(is)
    if (!line) throw new Error(`the log does not tell ${name}`)
    return line
  }
  const says = (msg) => (line) => line.msg === msg
  const known = at(first('when ffmpeg was known', says('job read')))
  const opened = at(first('when the index was read', says('index read')))
  const looked = at(lines.findLast(says('recording looked at')) ?? first('the index', says('index read')))
  // A sidecar that is there already is looked at after the muxing.
  const muxing = lines.findIndex(({ command }) => command === 'mux')
  const encodes = lines.filter(({ command }, i) => command !== undefined && i < muxing)
  if (encodes.length === 0) throw new Error('the log does not tell when anything was encoded')
  const [begun, encoded] = [at(encodes[0]), at(encodes.at(-1))]
  const muxed = at(first('when it was muxed', ({ command, line }) => command === 'mux' && line === undefined))
  const output = at(first('when it was uploaded', (line) => line.output !== undefined))
  const end = first('how the job ended', says('job ended'))
  const { fetchMs, uploadMs } = end.timings
  const ended = at(end)
  // Commands may begin before the last recording is there.
  const planned = Math.max(looked, begun)
  const parts = {
    node: known - startedAt + (endedAt - ended),
    open: opened - known,
    fetch: Math.min(fetchMs, looked - opened),
    probe: looked - opened - Math.min(fetchMs, looked - opened),
    plan: planned - looked,
    encode: encoded - planned,
    mux: muxed - encoded,
    check: output - uploadMs - muxed,
    upload: uploadMs,
    notes: ended - output,
  }
  return { ...parts, others: endedAt - startedAt - parts.encode }
}
