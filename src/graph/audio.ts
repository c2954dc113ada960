/**
 * The audio graph. One graph covers the whole timeline, so that a change in the video never causes a click. Clips that
 * do not overlap share a lane of exact length; the lanes are summed and limited below full scale.
 */
import { type LevelChange, UNCHANGED } from '../model/loudness.ts'
import type { Clip } from '../model/timeline.ts'
import { seconds } from '../model/time.ts'
import { type Filter, type Stream, filter, input, joined, through } from './node.ts'
import { keepPace } from './pace.ts'
import {
  changeLevel,
  exactly,
  silence,
  keepBelowCeiling,
  matchChannels,
  SAMPLE_RATE,
  byCount,
} from './audio-filters.ts'
import { packLanes, pieces, type Piece } from './audio-pieces.ts'

/**
 * The finished audio: `samples` samples at 48 kHz from output time 0, silent where nobody is heard.
 * @param inputOf returns the number of the command input that holds a clip; its timestamps are output time
 */
export function soundGraph(options: {
  clips: readonly Clip[]
  samples: number
  channels: 1 | 2
  inputOf: (clip: Clip) => number
  /** Of the level of the whole mix. */
  change?: LevelChange
}): Stream {
  const { samples, change = UNCHANGED } = options
  const mixed = mixedSound(options)
  return change === UNCHANGED ? mixed : through(mixed, [...changeLevel(change), ...exactly(samples)])
}

function mixedSound(options: {
  clips: readonly Clip[]
  samples: number
  channels: 1 | 2
  inputOf: (clip: Clip) => number
}): Stream {
  const { clips, samples, channels, inputOf } = options
  const layout = channels === 1 ? 'mono' : 'stereo'
  const lanes = packLanes(pieces(clips, samples))
  // What is the same on both sides is mixed once and then doubled: the same samples for half the work.
  const mixLayout = lanes.length > 0 && lanes.every(isMono) ? 'mono' : layout
  const [first, ...rest] = lanes.map((lane) =>
    matched(laneSound({ lane, samples, layout: isMono(lane) ? 'mono' : layout, inputOf }), {
      isMono: isMono(lane),
      layout: mixLayout,
    }),
  )
  if (!first) return silence(samples, layout)
  const mixed =
    rest.length === 0
      ? first
      : // `normalize` would lower everyone's volume as people join.
        joined(
          [first, ...rest],
          [filter('amix', { inputs: lanes.length, normalize: 0, duration: 'longest' })],
        )
  return through(matched(mixed, { isMono: mixLayout === 'mono', layout }), [
    ...keepBelowCeiling(),
    ...(rest.length > 0 ? exactly(samples) : []),
  ])
}

const isMono = (lane: readonly Piece[]): boolean =>
  lane.every(({ clip }) => clip.recording.probe.audio?.channels === 1)

/** A stream in a layout: mono is doubled. */
function matched(stream: Stream, { isMono, layout }: { isMono: boolean; layout: string }): Stream {
  return isMono ? through(stream, matchChannels(1, layout)) : stream
}

function laneSound(options: {
  lane: readonly Piece[]
  samples: number
  layout: string
  inputOf: (clip: Clip) => number
}): Stream {
  const { lane, samples, layout, inputOf } = options
  const parts: Stream[] = []
  let filled = 0
  for (const piece of lane) {
    const whole = pieceSound(piece, layout, inputOf(piece.clip))
    for (const part of heardParts(piece)) {
      if (part.start > filled) parts.push(silence(part.start - filled, layout))
      parts.push(through(whole, cutTo(part, piece)))
      filled = part.end
    }
  }
  if (filled < samples) parts.push(silence(samples - filled, layout))
  const [first, ...rest] = parts
  if (!first) throw new Error('a lane has no part')
  return rest.length === 0
    ? first
    : joined([first, ...rest], [filter('concat', { n: parts.length, v: 0, a: 1 })])
}

/** Part of a piece that is heard, in samples of the output. */
interface HeardPart {
  readonly start: number
  readonly end: number
  /** Whether it begins or ends within its clip's audio, where it fades so that the cut does not click. */
  readonly fadesIn: boolean
  readonly fadesOut: boolean
}

function heardParts({ clip: { audio }, start, end }: Piece): readonly HeardPart[] {
  if (!audio) return []
  const { range, heard } = audio
  const at = (ms: number) => Math.min(end, Math.max(start, Math.round((ms * SAMPLE_RATE) / 1000)))
  return heard
    .map(({ startMs, endMs }): HeardPart => ({
      start: startMs > range.startMs ? at(startMs) : start,
      end: endMs < range.endMs ? at(endMs) : end,
      fadesIn: startMs > range.startMs && at(startMs) > start,
      fadesOut: endMs < range.endMs && at(endMs) < end,
    }))
    .filter((part) => part.end > part.start)
}

/** Fades are within the part: nothing is heard outside of it. */
const FADE_SAMPLES = SAMPLE_RATE / 100

/** The filters that cut a part from its piece; none for the whole piece. */
function cutTo({ start, end, fadesIn, fadesOut }: HeardPart, piece: Piece): Filter[] {
  if (start === piece.start && end === piece.end) return []
  const count = Math.min(FADE_SAMPLES, Math.floor((end - start) / 2))
  const fade = (type: 'in' | 'out', from: number) =>
    count > 0 ? [filter('afade', { type, start_sample: from, nb_samples: count })] : []
  return [
    filter('atrim', { start_sample: start - piece.start, end_sample: end - piece.start }),
    ...byCount(),
    ...(fadesIn ? fade('in', 0) : []),
    ...(fadesOut ? fade('out', end - start - count) : []),
  ]
}

/** Part of a clip's audio, exactly as long as its piece: holes are filled, and the end is padded or trimmed. */
function pieceSound({ clip, start, end, fromMs, toMs }: Piece, layout: string, inputNumber: number): Stream {
  const { audio } = clip.recording.probe
  if (!audio) throw new Error(`${clip.recording.entry.name} has no sound`)
  const between = {
    ...(fromMs !== undefined && { start: seconds(fromMs) }),
    ...(toMs !== undefined && { end: seconds(toMs) }),
  }
  return through(input('audio', inputNumber), [
    ...(Object.keys(between).length > 0 ? [filter('atrim', between)] : []),
    ...keepPace({
      clock: audio.clock,
      sampleRate: SAMPLE_RATE,
      first: start,
      fromStart: fromMs === undefined,
    }),
    ...matchChannels(audio.channels, layout),
    filter('aformat', { sample_fmts: 'fltp', channel_layouts: layout }),
    ...byCount(),
    ...exactly(end - start),
  ])
}
