/** Rooms for the chunk planner, made without a timeline, and what a cut costs, counted packet by packet. */
import fc from 'fast-check'
import type { Clip, FrameRange, Shot } from '../../../src/model/timeline.ts'
import { makeCanvas, makeClip, makeRecording, makeVideo, makeLook } from '../../harness/builders.ts'

/** A frame is 200 ms. */
export const FPS = 5
export const CANVAS = makeCanvas({ fps: FPS })

/** The limits of the default settings that decide about chunks. */
export const LIMITS = {
  segmentsPerGraph: 150,
  filesPerGraph: 128,
  mostRedecode: 'auto',
  processesPerChunk: 'auto',
} as const

export interface Person {
  /** When they are seen, in seconds of output time: ascending, apart from one another. */
  readonly seen: readonly (readonly [from: number, to: number])[]
  /** Output times of their keyframes in seconds; the recording begins with one in any case. */
  readonly keyframes?: readonly number[] | { readonly each: number; readonly late?: number }
  /** Pixels of their camera; as many as the canvas has by default. */
  readonly size?: { readonly width: number; readonly height: number }
}

const LOOK = makeLook()

/** A shot begins wherever somebody comes or goes. Recordings last from first to last seen, a packet every 200 ms. */
export function makeShots(people: readonly Person[]): Shot[] {
  const clips = people.map((person, i) => ({ clip: clipOf(person, i), ranges: person.seen.map(toFrames) }))
  const ends = clips.flatMap(({ ranges }) =>
    ranges.flatMap(({ startFrame, endFrame }) => [startFrame, endFrame]),
  )
  const edges = [...new Set([0, ...ends])].toSorted((a, b) => a - b)
  return edges.slice(0, -1).map((startFrame, i) => ({
    startFrame,
    endFrame: edges[i + 1] ?? startFrame,
    look: LOOK,
    tiles: clips
      .filter(({ ranges }) => ranges.some((one) => one.startFrame <= startFrame && startFrame < one.endFrame))
      .map(({ clip }, seat) => ({
        clip,
        placement: { streamId: clip.streamId, x: 0, y: seat * 40, width: 64, height: 36, z: 0 },
      })),
  }))
}

function toFrames([from, to]: readonly [number, number]): FrameRange {
  return { startFrame: Math.round(from * FPS), endFrame: Math.round(to * FPS) }
}

function clipOf({ seen, keyframes = [], size = CANVAS }: Person, id: number): Clip {
  const fromMs = (seen[0]?.[0] ?? 0) * 1000
  const lengthMs = (seen.at(-1)?.[1] ?? 0) * 1000 - fromMs
  const inOutput =
    'each' in keyframes
      ? Array.from(
          { length: Math.ceil((fromMs + lengthMs) / 1000 / keyframes.each) },
          (_, i) => i * keyframes.each + (keyframes.late ?? 0),
        )
      : keyframes
  const inFile = inOutput.map((s) => Math.round(s * 1000) - fromMs).filter((ms) => ms > 0 && ms < lengthMs)
  const { width, height } = size
  const video = makeVideo({
    lengthMs,
    everyMs: 1000 / FPS,
    keyframesMs: [0, ...inFile],
    sizes: [{ fromMs: 0, width, height }],
  })
  return makeClip({
    id,
    offsetMs: fromMs,
    recording: makeRecording({ streamId: `p${id}_1`, video, audio: null }),
  })
}

export function startOf(shots: readonly Shot[]): number {
  return shots[0]?.startFrame ?? 0
}

export function endOf(shots: readonly Shot[]): number {
  return shots.at(-1)?.endFrame ?? 0
}

/** The output as far as it is known before frame `until`. */
export function firstPart(shots: readonly Shot[], until: number): Shot[] {
  return shots
    .filter((shot) => shot.startFrame < until)
    .map((shot) => ({ ...shot, endFrame: Math.min(shot.endFrame, until) }))
}

/**
 * What a cut costs as a share of the chunk that it ends, encoding a pixel counted as decoding 4.5 of them:
 * every packet that both the chunk and what follows have to decode, over all that the chunk is for.
 */
export function shareOf(shots: readonly Shot[], start: number, cut: number): number {
  const { twice, work } = costsOf(shots, start, cut)
  return twice / work
}

/** In decoded pixels: what a cut makes be decoded twice, and the work of the chunk before it. */
export function costsOf(shots: readonly Shot[], start: number, cut: number): { twice: number; work: number } {
  let twice = 0
  let work = (cut - start) * CANVAS.width * CANVAS.height * 4.5
  for (const clip of new Set(shots.flatMap((shot) => shot.tiles.map((tile) => tile.clip)))) {
    const { timesMs, keyframesMs, sizes } = clip.recording.probe.video ?? makeVideo()
    const pixels = (sizes[0]?.width ?? 0) * (sizes[0]?.height ?? 0)
    const packets = [...timesMs].map((ms) => ms + clip.offsetMs)
    const mine = shots.filter((shot) => shot.tiles.some((tile) => tile.clip === clip))
    const isSeen = (ms: number) =>
      mine.some((shot) => toMs(shot.startFrame) <= ms && ms < toMs(shot.endFrame))
    work += packets.filter((ms) => ms >= toMs(start) && ms < toMs(cut) && isSeen(ms)).length * pixels

    const before = mine.filter((shot) => shot.startFrame < cut && shot.endFrame > start)
    const behind = mine.find((shot) => shot.endFrame > cut)
    if (before.length === 0 || !behind) continue
    const nextMs = toMs(Math.max(cut, behind.startFrame))
    const keyMs = Math.max(...keyframesMs.map((ms) => ms + clip.offsetMs).filter((ms) => ms <= nextMs))
    const untilMs = toMs(Math.min(cut, endOf(before)))
    twice += packets.filter((ms) => ms >= keyMs && ms < untilMs).length * pixels
  }
  return { twice, work }
}

function toMs(frame: number): number {
  return (frame * 1000) / FPS
}

/** Whole frames. */
const seconds = (most: number) => fc.integer({ min: 0, max: most * FPS }).map((frames) => frames / FPS)

/** When somebody is seen: one stretch, or two with a time out of sight between them. */
const views = (most: number, isOnce: boolean): fc.Arbitrary<Person['seen']> =>
  fc
    .uniqueArray(seconds(most), { minLength: 2, maxLength: isOnce ? 2 : 4 })
    .map((list) => list.toSorted((a, b) => a - b))
    .map(([a = 0, b = 1, c, d]) =>
      c === undefined || d === undefined
        ? [[a, b]]
        : [
            [a, b],
            [c, d],
          ],
    )

const keyframes = (most: number): fc.Arbitrary<NonNullable<Person['keyframes']>> =>
  fc.oneof(
    fc.constant([]),
    fc.record({ each: fc.constantFrom(1, 3, 10, 60, 150, 600), late: seconds(10) }),
    fc.array(seconds(most), { maxLength: 8 }).map((list) => list.toSorted((a, b) => a - b)),
  )

/**
 * People who come and go within `most` seconds, with sparse, dense or irregular keyframes.
 * @param isOnce nobody is out of sight and comes back
 */
export function people(most: number, isOnce = false): fc.Arbitrary<readonly Person[]> {
  return fc.array(
    fc.record({
      seen: views(most, isOnce),
      keyframes: keyframes(most),
      size: fc.constantFrom(CANVAS, { width: 320, height: 180 }, { width: 160, height: 90 }),
    }),
    { minLength: 1, maxLength: 7 },
  )
}
