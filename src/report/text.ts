/** Lengths, sizes and the closing line, in words. */
import type { Result } from './result.ts'

/** "2.03 s", "20.0 s", "3 min 20 s", "1 h 02 min". */
export function duration(ms: number): string {
  const seconds = ms / 1000
  // Bounds are where rounding reaches the next unit.
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`
}

/** "482 kB", "4.4 MB". */
export function size(bytes: number): string {
  if (bytes < 999_500) return `${Math.round(bytes / 1e3)} kB`
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

/** The one line a finished job prints. */
export function closingLine(result: Result): string {
  const { output, jobId, isUnchanged, timesRealTime, skipped, warnings } = result
  if (!output) return `${jobId}: nothing was made`
  const picture =
    output.width === null ? 'sound only' : `${output.width}x${output.height} at ${output.fps} frames/s`
  const notes = [
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    ...(warnings.length > 0 ? [`${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`] : []),
  ]
  return [
    `${jobId}: ${output.path ?? `${output.vendor}://${output.bucket}/${output.key}`}`,
    duration(output.durationMs),
    picture,
    size(output.bytes),
    ...(isUnchanged ? ['unchanged since it was done'] : [`${timesRealTime ?? 0} times real time`]),
    ...notes,
  ].join(', ')
}
