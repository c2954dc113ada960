/** Computes from a clip's packet times when its stream has a seat, and when there is a picture for that seat. */
import type { ClipVideo, FrameRange } from '../model/timeline.ts'
import { frameAt } from '../model/time.ts'

/** What happens to the seat of a camera that stops sending: `layout` in conf/. */
export interface StallRule {
  /** How long the last picture is held, in ms. */
  readonly holdMs: number
  /** What happens then: give up the seat, keep the picture, or keep the seat and show the background. */
  readonly whenStalled: 'leave' | 'hold' | 'background'
}

/**
 * When a clip's stream has a seat and a picture, in output frames.
 * @param timesMs file times of its frames in ms, ascending
 * @param offsetMs added to file time to get output time, in ms
 * @param startMs output time from which its picture is wanted, in ms
 * @param endMs output time at which its last frame ends, in ms
 * @param mediaEndMs output time at which the whole recording ends, in ms: its audio may outlast its video
 * @param rule `hold` for a screen share, which sends nothing while nothing changes
 */
export function presence(options: {
  timesMs: Float64Array
  offsetMs: number
  startMs: number
  endMs: number
  mediaEndMs: number
  rule: StallRule
  fps: number
  frames: number
}): Pick<ClipVideo, 'seats' | 'pictures'> {
  const { timesMs, offsetMs, startMs, endMs, rule, fps, frames } = options
  const lastMs = Math.max(endMs, options.mediaEndMs)
  const whole = [clip({ startMs, endMs: lastMs }, fps, frames)].filter(notEmpty)
  if (rule.whenStalled === 'hold') return { seats: whole, pictures: whole }

  const shown: FrameRange[] = []
  let runStartMs = startMs
  for (let i = 0; i < timesMs.length; i++) {
    const atMs = (timesMs[i] ?? 0) + offsetMs
    if (atMs >= endMs) break
    const following = (timesMs[i + 1] ?? Infinity) + offsetMs
    const nextMs = following < endMs ? following : undefined
    const lastOfRun = nextMs === undefined || nextMs - atMs > rule.holdMs
    if (!lastOfRun) continue
    const naturalEndMs = nextMs ?? lastMs
    // A frame lasts at least until its own end, even if `holdMs` is shorter.
    const floorMs = nextMs === undefined ? endMs : atMs
    const runEndMs = Math.max(floorMs, Math.min(naturalEndMs, atMs + rule.holdMs))
    // Runs before `startMs` are not wanted.
    if (runEndMs >= runStartMs) shown.push(clip({ startMs: runStartMs, endMs: runEndMs }, fps, frames))
    runStartMs = Math.max(startMs, nextMs ?? endMs)
  }
  const pictures = joined(shown.filter(notEmpty))
  return { seats: rule.whenStalled === 'background' ? joined([...whole, ...pictures]) : pictures, pictures }
}

/** Converts a range of output time to frames within the output; a clip shorter than a frame gets one frame. */
function clip(range: { startMs: number; endMs: number }, fps: number, frames: number): FrameRange {
  const startFrame = frameAt(range.startMs, fps)
  const endFrame = Math.max(startFrame + 1, frameAt(range.endMs, fps))
  return { startFrame: Math.max(0, startFrame), endFrame: Math.min(frames, endFrame) }
}

function notEmpty(range: FrameRange): boolean {
  return range.endFrame > range.startFrame
}

function joined(ranges: readonly FrameRange[]): FrameRange[] {
  const out: FrameRange[] = []
  for (const range of ranges) {
    const last = out.at(-1)
    if (last && range.startFrame <= last.endFrame) {
      out[out.length - 1] = { startFrame: last.startFrame, endFrame: Math.max(last.endFrame, range.endFrame) }
    } else {
      out.push(range)
    }
  }
  return out
}
