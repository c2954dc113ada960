/** What the logs of a fleet tell of its tasks. Pure. */

/** @param {string} log lines of JSON among others, the last one perhaps cut off */
export const lines = (log) =>
  log.split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line)] : []))

/** What ffmpeg made, by a log. @param isBegun whether those count that have only begun */
export function tasksOf(log, isBegun = false) {
  const all = lines(log)
  return all.flatMap(({ msg, command, time }) => {
    if (msg !== 'ffmpeg starts' || !/^(video \d+\/\d+|audio)$/.test(command)) return []
    const done = all.find((line) => line.msg === 'ffmpeg done' && line.command === command)
    const startedAt = Date.parse(time)
    if (!done) return isBegun ? [{ command, startedAt }] : []
    return [{ command, startedAt, wallMs: Date.parse(done.time) - startedAt }]
  })
}
