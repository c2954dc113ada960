/** A timeline as lines of text, so that a test can show the whole of it. */
import type { TimeRange, Timeline } from '../../../src/model/timeline.ts'

/** "0-50 a_1 b_1": frames, then who has a region, in painter's order. */
export function segmentStory(timeline: Timeline | undefined): string[] {
  return (timeline?.segments ?? []).map(({ startFrame, endFrame, placements }) =>
    [`${startFrame}-${endFrame}`, ...placements.map((one) => one.streamId)].join(' '),
  )
}

/** "0-50 a_1.webm": frames, then which recordings are shown. */
export function shotStory(timeline: Timeline | undefined): string[] {
  return (timeline?.shots ?? []).map(({ startFrame, endFrame, tiles }) =>
    [`${startFrame}-${endFrame}`, ...tiles.map((tile) => tile.clip.recording.entry.name)].join(' '),
  )
}

/** "a_1.webm +1000 video 1000-5000 audio 1000-5000": name, offset, what is used of it in output ms. */
export function clipStory(timeline: Timeline | undefined): string[] {
  return (timeline?.clips ?? []).map(({ recording, offsetMs, video, audio }) =>
    [
      recording.entry.name,
      offsetMs < 0 ? offsetMs : `+${offsetMs}`,
      ...(video ? [`video ${rangesText(video.shown)}`] : []),
      ...(audio ? [`audio ${rangesText(audio.heard)}`] : []),
    ].join(' '),
  )
}

/** In ms, without what is left over from counting in frames. */
function rangesText(ranges: readonly TimeRange[]): string {
  return ranges.map(({ startMs, endMs }) => [startMs, endMs].map((ms) => +ms.toFixed(6)).join('-')).join(',')
}
