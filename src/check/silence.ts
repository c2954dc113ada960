/** Compares silent periods of the finished audio with the plan. Pure. */
import type { Clip, TimeRange } from '../model/timeline.ts'
import { partsWithin } from '../timeline/ranges.ts'

/** A second with a lower peak is silent, one with a peak above the other is heard; in dB below full scale. */
const SILENT_DB = -60
export const HEARD_DB = -40
/** Shorter silences are ignored. */
const LEAST_SECONDS = 10
/** How much of a clip is checked. */
const LISTEN_MS = 8000
const MOST_LOOKS = 24

/** A clip with audio in the plan while the finished file is silent. */
interface SilentClip extends TimeRange {
  readonly clip: Clip
}

/**
 * Clips to check, each in the middle of a silence.
 * @param peaks peak of each second of the finished file, in dB
 */
export function silentClips(peaks: readonly number[], clips: readonly Clip[]): readonly SilentClip[] {
  const stretches: TimeRange[] = []
  let start = 0
  for (let second = 0; second <= peaks.length; second++) {
    if ((peaks[second] ?? 0) < SILENT_DB) continue
    if (second - start >= LEAST_SECONDS) stretches.push({ startMs: start * 1000, endMs: second * 1000 })
    start = second + 1
  }
  // Longest first: the number of looks is limited, and errors are rarely short.
  const found = stretches
    .toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))
    .flatMap((stretch) =>
      clips.flatMap((clip): SilentClip[] => {
        return partsWithin(stretch, clip.audio?.heard ?? []).flatMap((heard): SilentClip[] => {
          // A second at each end may contain audio from around the silence.
          const startMs = heard.startMs + 1000
          const endMs = heard.endMs - 1000
          if (endMs - startMs < 1000) return []
          const middleMs = (startMs + endMs) / 2
          const half = Math.min(LISTEN_MS, endMs - startMs) / 2
          return [{ clip, startMs: middleMs - half, endMs: middleMs + half }]
        })
      }),
    )
  return found.slice(0, MOST_LOOKS)
}
