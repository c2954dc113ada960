/** Cuts the timeline into segments by seats. */
import type { Canvas, Stretch } from '../model/job.ts'
import type { FrameRange, Look, Segment } from '../model/timeline.ts'
import type { Placement } from '../model/scene.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { isSameRect } from '../model/rect.ts'
import { arrange } from '../layout/scene.ts'
import { byStretch, mergeShort, seatings } from './seatings.ts'
import { coalesce, openAtOnce } from './ranges.ts'

/**
 * Cuts the output where the layout or the look changes. A layout that would last less than `minFrames` is merged into a
 * neighbour of the same stretch of settings: the one that seats everybody who is present, or the following one if both
 * do. Beside a change of settings it stays if its only neighbour does not seat everybody.
 */
export function* cutSegments(options: {
  streams: readonly { streamId: string; seats: readonly FrameRange[] }[]
  frames: number
  minFrames: number
  canvas: Canvas
  stretches: readonly Stretch[]
  /** See `cutShots`. */
  openWithin?: number
}): Stepwise<{ segments: readonly Segment[]; neverSeen: readonly string[] }> {
  const { streams, frames, minFrames, canvas, stretches, openWithin = 0 } = options
  const seen = new Set<string>()
  const unseen = new Set<string>()
  const segments: Segment[] = []
  const looks: Look[] = []
  for (const { stretch, ...own } of byStretch(seatings(streams, frames), stretches)) {
    const { layout, mainStream, screenShare } = stretch.settings
    const look = lookOf(stretch.settings, looks)
    // The layout "single" shows only one stream by design, so the others need no warning.
    const isSingle = layout.kind === 'preset' && layout.preset === 'single'
    for (const { startFrame, endFrame, visible } of mergeShort(own, minFrames)) {
      const scene = arrange({ layout, canvas, visible, screenShare, mainStream })
      for (const placement of scene.placements) seen.add(placement.streamId)
      for (const streamId of isSingle ? [] : scene.unseen) unseen.add(streamId)
      segments.push({ startFrame, endFrame, placements: scene.placements, look })
      yield
    }
  }
  return {
    segments: openAtOnce(
      coalesce(segments, (a, b) => a.look === b.look && samePlacements(a.placements, b.placements)),
      ({ placements }) => placements.length === 0,
      openWithin,
    ),
    neverSeen: streams.map((stream) => stream.streamId).filter((id) => unseen.has(id) && !seen.has(id)),
  }
}

/** The look of some settings: the same object as that of other settings with the same look. */
function lookOf({ fit, background, watermarks }: Look, known: Look[]): Look {
  const look = { fit, background, watermarks }
  const text = JSON.stringify(look)
  const same = known.find((one) => JSON.stringify(one) === text)
  if (!same) known.push(look)
  return same ?? look
}

function samePlacements(a: readonly Placement[], b: readonly Placement[]): boolean {
  return a.length === b.length && a.every((p, i) => samePlacement(p, b[i]))
}

function samePlacement(a: Placement, b: Placement | undefined): boolean {
  return b !== undefined && a.streamId === b.streamId && isSameRect(a, b) && a.z === b.z
}
