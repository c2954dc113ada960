/** Which frames of a clip are shown, and the filters that select them. */
import { videoOf } from '../model/room.ts'
import { lastUpTo } from '../model/search.ts'
import { msOfFrame, seconds } from '../model/time.ts'
import type { Clip, FrameRange } from '../model/timeline.ts'
import { type Filter, filter } from './node.ts'

export function spanOf(uses: readonly FrameRange[]): FrameRange {
  return {
    startFrame: Math.min(...uses.map((use) => use.startFrame)),
    endFrame: Math.max(...uses.map((use) => use.endFrame)),
  }
}

/**
 * Selects only the frames that are shown, and one after each use: `trim` ends only at a frame after its range. Without
 * that frame, the whole rest of the recording would be decoded to find one, and all its other tiles would stay in
 * memory until then.
 */
export function whenShown(options: { clip: Clip; uses: readonly FrameRange[]; fps: number }): Filter[] {
  const { clip } = options
  const { timesMs } = videoOf(clip.recording)
  const spans = shownSpans(options)
  const [first] = spans
  const all = spans.length === 1 && first && first.fromMs <= (timesMs[0] ?? 0) && first.toMs === Infinity
  if (all) return []
  const at = (ms: number) => seconds(ms + clip.offsetMs)
  const within = spans.map(({ fromMs, toMs }) =>
    toMs === Infinity ? `gte(t,${at(fromMs)})` : `between(t,${at(fromMs)},${at(toMs)})`,
  )
  return [filter('select', { expr: within.join('+') })]
}

/**
 * File times, in ms, from the frame due at a use's start to the one after its end: `fps` knows which frame is due only
 * once it has seen a later one.
 */
export function shownSpans(options: { clip: Clip; uses: readonly FrameRange[]; fps: number }) {
  const { clip, uses, fps } = options
  const { timesMs } = videoOf(clip.recording)
  const spans: { fromMs: number; toMs: number }[] = []
  for (const use of uses) {
    const startMs = msOfFrame(use.startFrame, fps) - clip.offsetMs
    const fromMs = (timesMs[lastUpTo(timesMs, startMs)] ?? startMs) - 0.5
    const overMs = msOfFrame(use.endFrame + 1, fps) - clip.offsetMs
    const toMs = (timesMs[lastUpTo(timesMs, overMs) + 1] ?? Infinity) + 0.5
    const last = spans.at(-1)
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs)
    else spans.push({ fromMs, toMs })
  }
  return spans
}

/** Of frames on the grid, selects those of some uses and the one after each. */
export function gridFrames(uses: readonly FrameRange[], span: FrameRange): readonly Filter[] {
  const ranges: { from: number; to: number }[] = []
  for (const { startFrame, endFrame } of uses) {
    const last = ranges.at(-1)
    if (last && startFrame <= last.to) last.to = endFrame
    else ranges.push({ from: startFrame, to: endFrame })
  }
  const [first] = ranges
  if (ranges.length === 1 && first?.from === span.startFrame && first.to === span.endFrame) return []
  return [filter('select', { expr: ranges.map(({ from, to }) => `between(pts,${from},${to})`).join('+') })]
}
