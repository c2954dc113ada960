/** Derives chapters from the timeline: joins, leaves and screen shares, as a person would mark them. */
import { isScreenShare, participantOf } from '../model/stream-id.ts'
import { type Message, say } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import { whatChanges } from '../timeline/changes.ts'
import { frameAt, msOfFrame } from '../model/time.ts'
import type { FrameRange, TimeRange, Timeline, TimelineStream } from '../model/timeline.ts'

export interface Chapter extends FrameRange {
  readonly title: string
}

/** Changes within this time are one event, and a shorter absence is not a leave. */
const MOMENT_MS = 3000
/** More would be hard to navigate; players that read Nero's list take at most 255. */
const MOST_CHAPTERS = 100
/** Further names are only counted. */
const MOST_NAMES = 3
const LONGEST_NAME = 32
/** Players that read Nero's list take at most 255, and would cut a character in two. */
const LONGEST_TITLE_BYTES = 240

/** A stream comes or goes. */
interface Move {
  readonly atMs: number
  readonly streamId: string
  readonly isThere: boolean
}

/** An update changes the layout or its main stream. */
interface Directed {
  readonly atMs: number
  readonly said: readonly Message[]
}

type Change = Move | Directed

/** A period of output time that starts with changes. */
interface Group {
  readonly startMs: number
  readonly changes: readonly Change[]
}

/** The chapters of a room, which cover the whole output. None where nothing happens: a single chapter is useless. */
export function chaptersOf(timeline: Timeline): readonly Chapter[] {
  const { fps, frames } = timeline
  const lengthMs = msOfFrame(frames, fps)
  const directed = directedIn(timeline)
  const changes = [...movesOf(timeline.streams, lengthMs), ...directed].toSorted((a, b) => a.atMs - b.atMs)
  let apartMs = MOMENT_MS
  let groups = grouped(changes, apartMs, lengthMs)
  while (groups.length > MOST_CHAPTERS) groups = grouped(changes, (apartMs *= 2), lengthMs)
  if (groups.length < 2) return []
  const startFrames = groups.map(({ startMs }) => frameAt(startMs, fps))
  return groups.map((group, i) => ({
    startFrame: startFrames[i] ?? 0,
    endFrame: startFrames[i + 1] ?? frames,
    title: titleOf(group.changes),
  }))
}

/** The updates that people would notice as a new scene. */
function directedIn({ changes, fps, segments }: Timeline): readonly Directed[] {
  if (segments.length === 0) return []
  return changes.flatMap(({ frame, before, after }) => {
    const said = whatChanges({ before, after }).filter(
      ({ code }) => code === 'changeLayout' || code === 'changeMain',
    )
    return said.length > 0 && frame > 0 ? [{ atMs: msOfFrame(frame, fps), said }] : []
  })
}

/** When each stream joins and leaves. */
function movesOf(streams: readonly TimelineStream[], lengthMs: number): readonly Move[] {
  return streams.flatMap((stream) =>
    staysOf(stream, lengthMs).flatMap(({ startMs, endMs }): Move[] => [
      { atMs: startMs, streamId: stream.streamId, isThere: true },
      { atMs: endMs, streamId: stream.streamId, isThere: false },
    ]),
  )
}

/** When a stream is seen or heard. Stays less than `MOMENT_MS` apart are merged. */
function staysOf({ clips }: TimelineStream, lengthMs: number): readonly TimeRange[] {
  const ranges = clips.flatMap(({ video, audio }) => [...(video?.shown ?? []), ...(audio?.heard ?? [])])
  const stays: TimeRange[] = []
  for (const range of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    const startMs = Math.max(0, range.startMs)
    const endMs = Math.min(lengthMs, range.endMs)
    const last = stays.at(-1)
    if (endMs <= startMs) continue
    if (last && startMs - last.endMs < MOMENT_MS) {
      stays[stays.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, endMs) }
    } else stays.push({ startMs, endMs })
  }
  return stays
}

/**
 * Groups changes that follow within `apartMs` of the first of a group; the first group starts with the output. Changes
 * that cancel out are dropped, and so are those at the very end, which nothing follows.
 */
function grouped(changes: readonly Change[], apartMs: number, lengthMs: number): readonly Group[] {
  const groups: { startMs: number; changes: Change[] }[] = [{ startMs: 0, changes: [] }]
  for (const change of changes) {
    const last = groups.at(-1)
    if (last && change.atMs - last.startMs < apartMs) last.changes.push(change)
    else if (lengthMs - change.atMs >= MOMENT_MS) groups.push({ startMs: change.atMs, changes: [change] })
  }
  return groups
    .map(({ startMs, changes: all }) => ({ startMs, changes: settled(all) }))
    .filter(({ changes: left }, i) => i === 0 || left.length > 0)
}

/** Drops changes that cancel each other out. */
function settled(changes: readonly Change[]): readonly Change[] {
  const ofStream = groupBy(changes.filter(isMove), ({ streamId }) => streamId)
  // Each stream's changes alternate, so an even number of them restores its state.
  const moves = [...ofStream.values()].flatMap((list) => (list.length % 2 === 1 ? list.slice(-1) : []))
  return [...moves, ...changes.filter((one) => !isMove(one)).slice(-1)]
}

const isMove = (change: Change): change is Move => 'streamId' in change

function titleOf(changes: readonly Change[]): string {
  const moves = changes.filter(isMove)
  const named = (isScreen: boolean, isThere: boolean) =>
    namesOf(moves.filter((one) => one.isThere === isThere && isScreenShare(one.streamId) === isScreen))
  const moved: Message[] = [
    { code: 'chapterJoined', params: named(false, true) },
    { code: 'chapterShareStarted', params: named(true, true) },
    { code: 'chapterShareEnded', params: named(true, false) },
    { code: 'chapterLeft', params: named(false, false) },
  ].filter(({ params }) => params.names.length > 0) as Message[]
  const directed = changes.filter((one): one is Directed => !isMove(one))
  const said = directed.flatMap((one) => one.said)
  // A chapter is named first after what it begins with: a screen share may follow seconds after the layout for it.
  const isFirst = directed.some((one) => moves.every(({ atMs }) => one.atMs < atMs))
  const parts = isFirst ? [...said, ...moved] : [...moved, ...said]
  if (parts.length === 0) return say({ code: 'chapterBegins', params: {} })
  return cut(say({ code: 'chapterParts', params: { parts: parts.map((part) => say(part)) } }))
}

function namesOf(changes: readonly Move[]): { names: readonly string[]; others: number } {
  const all = [...new Set(changes.map(({ streamId }) => participantOf(streamId)))]
  // A single further name is listed rather than counted.
  const count = all.length === MOST_NAMES + 1 ? all.length : MOST_NAMES
  return { names: all.slice(0, count).map(shortName), others: Math.max(0, all.length - count) }
}

function shortName(name: string): string {
  const letters = [...name]
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : name
}

function cut(title: string): string {
  const letters = [...title]
  let bytes = 0
  const end = letters.findIndex((letter) => (bytes += utf8Length(letter)) > LONGEST_TITLE_BYTES)
  return end < 0 ? title : `${letters.slice(0, end).join('')}…`
}

function utf8Length(letter: string): number {
  return new TextEncoder().encode(letter).length
}
