/** Formats lengths, sizes and the closing line. */
import { say } from '../messages/index.ts'
import type { Output, Result } from './result.ts'

/** "2.03 s", "20.0 s", "3 min 20 s", "1 h 02 min". */
export function duration(ms: number): string {
  const seconds = ms / 1000
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  // The limits are where rounding reaches the next unit.
  if (seconds < 59.95) {
    return say({ code: 'lengthSeconds', params: { seconds: seconds.toFixed(seconds < 9.995 ? 2 : 1) } })
  }
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  return hours === 0
    ? say({ code: 'lengthMinutes', params: { minutes, seconds: twoDigits(whole % 60) } })
    : say({ code: 'lengthHours', params: { hours, minutes: twoDigits(minutes) } })
}

/** "482 kB", "4.4 MB". */
export function size(bytes: number): string {
  if (bytes < 999_500) return `${Math.round(bytes / 1e3)} kB`
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

/** Location of a finished file: its path on this machine, else bucket and key. */
export function placeOf({ path, vendor, bucket, key }: Output): string {
  return path ?? `${vendor}://${bucket}/${key}`
}

/** The closing line of a job. */
export function closingLine(result: Result): string {
  const { output, jobId, isUnchanged, timesRealTime, skipped, warnings } = result
  if (!output) return say({ code: 'jobMadeNothing', params: { jobId } })
  const { width, height, fps } = output
  return say({
    code: 'jobMade',
    params: {
      jobId,
      place: placeOf(output),
      length: duration(output.durationMs),
      ...(width !== null && height !== null && fps !== null && { picture: { width, height, fps } }),
      size: size(output.bytes),
      ...(!isUnchanged && { speed: timesRealTime ?? 0 }),
      skipped: skipped.length,
      warnings: warnings.length,
    },
  })
}
