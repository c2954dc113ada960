/**
 * Says by how much a finished file is wrong, knowing what the recordings hold and where they lie in time.
 *
 * Nothing here comes from the product but the rectangles of its segments: what is due is worked out from the
 * recordings' own timestamps. Errors that rounding to the output's frame grid explains are none.
 */
import type { Result } from '../../src/report/result.ts'
import { type Spread, differences, spreadOf } from './spread.ts'
import { type Stream, boxesOf, dueIndex, flashEvents, matchFrame, streamsOf } from './due.ts'
import { type Reading, readMarks } from './marks.ts'
import { lipErrors, listen } from './listen.ts'
import { decodePictures, decodeSound } from './read-output.ts'
import type { Box, Colour } from './picture.ts'
import { type TrueClip, roomEndMs } from './truth.ts'

/** A stretch of output time in which a stream is not wanted. */
export interface Unwanted {
  readonly streamId: string
  readonly medium: 'video' | 'audio'
  readonly fromMs: number
  readonly toMs: number
}

/** A camera that sends nothing for this long may lose its place: the default of `layout.holdMs`. */
const HELD_MS = 3000

export interface Subject {
  /** The finished file. */
  readonly path: string
  readonly clips: readonly TrueClip[]
  readonly segments: Result['segments']
  readonly canvas: { readonly width: number; readonly height: number; readonly fps: number }
  /** `ResizeMode`; default `contain`. */
  readonly fit?: 'stretch' | 'cover' | 'contain'
  /** Default none. A picture that is shown, or a burst that is heard, all the same is an error. */
  readonly unwanted?: readonly Unwanted[]
  readonly hasVideo?: boolean
  readonly hasAudio?: boolean
}

/** What is wrong with a stream, or with all of them. */
export interface Errors {
  /** Shown frame against due frame, in output frames; later is positive. */
  readonly video: Spread
  /** Bursts heard against bursts due, in ms. */
  readonly sound: Spread
  /** Flash seen against burst heard, beside how the recording has them, in ms; a late picture is positive. */
  readonly lips: Spread
  /** Tiles whose marks cannot be read though the recording's can. */
  readonly unread: number
  /** Tiles that show a moment which the recording does not hold. */
  readonly stray: number
  /** Tiles that show somebody else, or somebody who is not wanted. */
  readonly wrongSource: number
  /** Output frames at which a picture is due and no rectangle is given to it. */
  readonly unseated: number
  /** Bursts and flashes that are due and do not come; bursts that come and are not due. */
  readonly missedBursts: number
  readonly missedFlashes: number
  readonly extraBursts: number
}

export interface Verdict extends Errors {
  readonly streams: Readonly<Record<string, Errors>>
  /** Differences between the errors of streams at about the same time, in ms. */
  readonly between: { readonly video: Spread; readonly sound: Spread }
  /** Frames by decoding, and as many as the recordings' ends call for. */
  readonly frames: { readonly counted: number; readonly due: number }
  /** Largest distance of a frame's time from its place on the grid, in ms. */
  readonly ptsWorstMs: number
  /** End of the sound less end of the picture, in ms. */
  readonly endsMs: number
}

interface Seen {
  readonly errors: number[]
  unread: number
  stray: number
  wrongSource: number
  unseated: number
  readonly flashing: Map<number, boolean>
}

/** Judges a finished file. */
export async function judge(subject: Subject): Promise<Verdict> {
  const { path, clips, canvas, unwanted = [], hasVideo = true, hasAudio = true } = subject
  const frameMs = 1000 / canvas.fps
  const streams = streamsOf(clips)
  const { seen, timesMs } = hasVideo
    ? await watch(subject, streams)
    : { seen: new Map<string, Seen>(), timesMs: [] }
  const sound = hasAudio ? await decodeSound(path) : undefined
  const pitches = [...new Set(clips.flatMap((clip) => clip.truth.audio?.pitchHz ?? []))]
  const perStream = streams.map((stream) => {
    const own = seen.get(stream.streamId)
    const flashes = own ? flashEvents(stream, own.flashing, canvas.fps) : { events: [], missed: 0 }
    const heard = sound
      ? listen({ stream, sound, pitches, unwanted: rangesOf(unwanted, stream, 'audio') })
      : { events: [], missed: 0, extra: 0 }
    return { stream, own, flashes, heard, lips: lipErrors(flashes.events, heard.events) }
  })
  const errorsOf = (list: typeof perStream): Errors => {
    const total = (count: (one: (typeof perStream)[number]) => number | undefined) =>
      list.reduce((sum, one) => sum + (count(one) ?? 0), 0)
    return {
      video: spreadOf(list.flatMap(({ own }) => own?.errors ?? [])),
      sound: spreadOf(list.flatMap(({ heard }) => heard.events.map((event) => event.errorMs))),
      lips: spreadOf(list.flatMap(({ lips }) => lips)),
      unread: total(({ own }) => own?.unread),
      stray: total(({ own }) => own?.stray),
      wrongSource: total(({ own }) => own?.wrongSource),
      unseated: total(({ own }) => own?.unseated),
      missedBursts: total(({ heard }) => heard.missed),
      missedFlashes: total(({ flashes }) => flashes.missed),
      extraBursts: total(({ heard }) => heard.extra),
    }
  }
  return {
    ...errorsOf(perStream),
    streams: Object.fromEntries(perStream.map((one) => [one.stream.streamId, errorsOf([one])])),
    between: {
      video: differences(perStream.map(({ flashes }) => flashes.events)),
      sound: differences(perStream.map(({ heard }) => heard.events)),
    },
    frames: { counted: timesMs.length, due: Math.round((roomEndMs(clips) * canvas.fps) / 1000) },
    ptsWorstMs: Math.max(0, ...timesMs.map((ms, frame) => Math.abs(ms - frame * frameMs))),
    endsMs: hasVideo && sound ? sound.endMs - timesMs.length * frameMs : 0,
  }
}

/** Reads every tile of every frame. */
async function watch(
  subject: Subject,
  streams: readonly Stream[],
): Promise<{ seen: Map<string, Seen>; timesMs: readonly number[] }> {
  const { path, canvas, segments, fit = 'contain', unwanted = [] } = subject
  const frameMs = 1000 / canvas.fps
  const looks = streams.map(({ streamId, look }) => ({ streamId, look }))
  const seen = new Map(
    streams.map(({ streamId }): [string, Seen] => [
      streamId,
      { errors: [], unread: 0, stray: 0, wrongSource: 0, unseated: 0, flashing: new Map() },
    ]),
  )
  const infos = await decodePictures({
    path,
    size: canvas,
    onFrame: (picture, frame) => {
      const ms = frame * frameMs
      const layout = segments.find((one) => ms >= one.startMs - 0.01 && ms < one.endMs - 0.01)?.layout ?? []
      for (const stream of streams) {
        const due = dueIndex(stream, frame, canvas.fps)
        const dueFrame = stream.frames[due]
        const own = seen.get(stream.streamId)
        if (!own || !dueFrame) continue
        const place = layout.findIndex((one) => one.streamId === stream.streamId)
        const region = layout[place]
        // On the frame grid, as joins are.
        if (rangesOf(unwanted, stream, 'video').some((one) => isWithin(frame, one, canvas.fps))) {
          if (region) own.wrongSource++
          continue
        }
        if (!region) {
          const isHeld = ms - dueFrame.outMs < HELD_MS - frameMs && ms < dueFrame.clipEndMs - frameMs
          if (isHeld) own.unseated++
          continue
        }
        if (dueFrame.tick === undefined) continue
        const boxes = boxesOf({ stream, due: dueFrame, region, fit })
        const above = layout.filter((one, i) => one.z > region.z || (one.z === region.z && i > place))
        if (boxes[0] && above.some((one) => overlap(one, boxes[0] as Box))) continue
        const reading = firstReadable(boxes.map((box) => () => readMarks(picture, box, stream.look.design)))
        note({ own, reading, stream, frame, fps: canvas.fps, looks })
      }
    },
  })
  return { seen, timesMs: infos.map((info) => info.ptsMs) }
}

function rangesOf(
  unwanted: readonly Unwanted[],
  { streamId }: Stream,
  medium: Unwanted['medium'],
): readonly Unwanted[] {
  return unwanted.filter((one) => one.streamId === streamId && one.medium === medium)
}

function isWithin(frame: number, { fromMs, toMs }: Unwanted, fps: number): boolean {
  return frame >= Math.round((fromMs * fps) / 1000) && frame < Math.round((toMs * fps) / 1000)
}

function firstReadable(tries: readonly (() => Reading)[]): Reading | undefined {
  for (const read of tries) {
    const reading = read()
    if (reading.tick !== undefined) return reading
  }
  return undefined
}

function note(options: {
  own: Seen
  reading: Reading | undefined
  stream: Stream
  frame: number
  fps: number
  looks: readonly Pick<Stream, 'streamId' | 'look'>[]
}): void {
  const { own, reading, stream, frame, fps, looks } = options
  if (reading?.tick === undefined || reading.level === undefined) {
    own.unread++
    return
  }
  const { look } = stream
  const flashes = Math.abs(reading.level - look.flashLevel) < Math.abs(reading.level - look.restLevel)
  own.flashing.set(frame, flashes)
  if (look.design.hasId) {
    if (reading.id === undefined) own.unread++
    else if (reading.id !== look.id) own.wrongSource++
    if (reading.id !== look.id) return
  } else if (!flashes) {
    const nearest = looks
      .map((one) => ({ streamId: one.streamId, far: distance(one.look.background, reading.background) }))
      .toSorted((a, b) => a.far - b.far)[0]
    // Two shared screens look alike: only somebody who is clearly nearer counts.
    if (nearest && nearest.far + 30 < distance(look.background, reading.background)) {
      own.wrongSource++
      return
    }
  }
  const error = matchFrame({ stream, tick: reading.tick, frame, fps })
  if (error === undefined) own.stray++
  else own.errors.push(error)
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
