/** Conversions between time and output frames. */

/** The output frame nearest to a moment in ms. */
export function frameAt(ms: number, fps: number): number {
  return Math.round((ms * fps) / 1000)
}

/** The moment of an output frame in ms, not rounded. */
export function msOfFrame(frame: number, fps: number): number {
  return (frame * 1000) / fps
}

/** Formats a time in ms as ffmpeg reads it: seconds, to the microsecond. */
export function seconds(ms: number): string {
  return (Math.round(ms * 1000) / 1e6).toFixed(6).replace(/\.?(?<!0)0+$/, '')
}
