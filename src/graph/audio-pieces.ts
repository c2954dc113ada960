/** Cuts the audio of clips into pieces, and packs those that do not overlap into lanes. */
import type { Clip } from '../model/timeline.ts'
import { SAMPLE_RATE } from './audio-filters.ts'

/** Part of a clip's audio on the timeline, in samples. */
export interface Piece {
  readonly clip: Clip
  readonly start: number
  readonly end: number
  /** Output times in ms that bound this piece's packets, set where other pieces hold the rest of the clip's audio. */
  readonly fromMs?: number
  readonly toMs?: number
}

export function pieces(clips: readonly Clip[], samples: number): Piece[] {
  const at = (ms: number) => Math.min(samples, Math.max(0, Math.round((ms * SAMPLE_RATE) / 1000)))
  return clips
    .flatMap((clip) =>
      stretches(clip).map(({ startMs, endMs, ...cut }) => ({
        clip,
        start: at(startMs),
        end: at(endMs),
        ...cut,
      })),
    )
    .filter((piece) => piece.end > piece.start)
    .toSorted((a, b) => a.start - b.start)
}

/**
 * Splits a clip's audio at its long holes. The resampler could fill them too, but in memory: one of an hour took 3 GB.
 */
function stretches(clip: Clip): { startMs: number; endMs: number; fromMs?: number; toMs?: number }[] {
  const { offsetMs, recording } = clip
  const audio = clip.audio?.range
  if (!audio) return []
  const holes = (recording.probe.audio?.clock.longHoles ?? [])
    .map((hole) => ({ startMs: hole.fromMs + offsetMs, endMs: hole.toMs + offsetMs }))
    .filter((hole) => hole.startMs > audio.startMs && hole.endMs < audio.endMs)
  return [...holes, undefined].map((hole, i) => {
    const before = holes[i - 1]
    return {
      startMs: before?.endMs ?? audio.startMs,
      endMs: hole?.startMs ?? audio.endMs,
      ...(before && { fromMs: (before.startMs + before.endMs) / 2 }),
      ...(hole && { toMs: (hole.startMs + hole.endMs) / 2 }),
    }
  })
}

/** First fit by start time: uses as many lanes as the most clips that overlap at any time. */
export function packLanes(list: readonly Piece[]): Piece[][] {
  const lanes: Piece[][] = []
  for (const piece of list) {
    const lane = lanes.find((one) => (one.at(-1)?.end ?? 0) <= piece.start)
    if (lane) lane.push(piece)
    else lanes.push([piece])
  }
  return lanes
}
