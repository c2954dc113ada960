/** Makes one room of a folder: what its readers found, what has to be guessed, and what the user corrected. Pure. */
import { groupBy } from '../model/collect.ts'
import { isTimeOfDay } from '../model/room.ts'
import { isMedia, stemOf } from './files.ts'
import type { Facts, Folder, FolderFile, Kind, Known, LeftFile, Reading, Recorded } from './model.ts'
import { withoutOwnFilms } from './own-films.ts'
import { READERS } from './readers/index.ts'
import { plain } from './readers/plain.ts'
import { startsOf } from './starts.ts'

/** What the user corrected, by person, stream, name or file. */
export interface Corrections {
  /** Seconds after the room's beginning. */
  readonly starts: ReadonlyMap<string, number>
  readonly names: ReadonlyMap<string, string>
  readonly kinds: ReadonlyMap<string, Kind>
}

/** A recording of the room, with how each thing is known. */
export interface RoomRecording extends Recorded {
  /** `<name shown>_<1 or 2>`. */
  readonly streamId: string
  readonly shown: string
  readonly startMs: number
  readonly startBy: Known
  readonly facts: FolderFile['facts']
}

export interface Room {
  /** Name of the system that left the files; empty if it is unknown. */
  readonly vendor: string
  /** By beginning, then by stream. */
  readonly recordings: readonly RoomRecording[]
  readonly left: readonly LeftFile[]
  /** Unix time in ms at which the room begins; 0 if the time of day is unknown. */
  readonly startMs: number
}

export type RoomOutcome =
  | { readonly room: Room }
  | { readonly fault: 'empty'; readonly left: readonly LeftFile[] }
  | {
      readonly fault: 'several'
      readonly sessions: readonly { readonly name: string; readonly files: readonly string[] }[]
    }
  | { readonly fault: 'unknownCorrection'; readonly name: string; readonly known: readonly string[] }

export function roomOf(given: Folder, corrections: Corrections): RoomOutcome {
  const { folder, left: films } = withoutOwnFilms(given)
  const reading = readingOf(folder)
  if (reading.recorded.length === 0) return { fault: 'empty', left: reading.left ?? [] }
  const sessions = groupBy(reading.recorded, ({ session }) => session ?? '')
  if (sessions.size > 1) {
    const list = [...sessions].map(([name, of]) => ({ name, files: of.map(({ path }) => path) }))
    return { fault: 'several', sessions: list }
  }
  const all = withOthers(folder, reading, corrections)
  const timed = withStarts(folder, all.recorded)
  const left = [...films, ...all.left]
  const known = timed.filter((one): one is Timed => {
    if (one.startMs !== undefined) return true
    left.push({ path: one.path, why: 'noTime' })
    return false
  })
  const isUnix = reading.isUnixTime && known.every(({ startMs }) => isTimeOfDay(startMs))
  const earliest = Math.min(...known.map(({ startMs }) => startMs))
  const named = withNames(known, corrections)
  const wrong = unknownCorrection(named, corrections)
  if (wrong) return wrong
  const recordings = named
    .map((one) => {
      const after = pick(corrections.starts, one)
      const startMs = after === undefined ? one.startMs : earliest + after * 1000
      const startBy: Known = after === undefined ? one.startBy : 'option'
      const inUnix = isUnix ? startMs : startMs - earliest
      return { ...shifted(one, Math.round(inUnix)), startBy }
    })
    .toSorted((a, b) => a.startMs - b.startMs || (a.streamId < b.streamId ? -1 : 1))
  const startMs = Math.min(...recordings.map((one) => one.startMs))
  return { room: { vendor: reading.vendor, recordings, left, startMs } }
}

type Timed = Recorded & {
  readonly startMs: number
  readonly startBy: Known
  readonly facts: FolderFile['facts']
}

/** Slices move with their recording. */
function shifted(one: RoomRecording, startMs: number): RoomRecording {
  const by = startMs - one.startMs
  const slices = one.slices?.map((slice) =>
    slice.startMs === undefined ? slice : { ...slice, startMs: slice.startMs + by },
  )
  return { ...one, startMs, slices }
}

/** The result of the first reader that recognises these files; otherwise every playable file is a camera. */
function readingOf(folder: Folder): Reading {
  const left: LeftFile[] = []
  for (const reader of READERS) {
    const reading = reader(folder)
    if (reading && reading.recorded.length > 0)
      return {
        ...reading,
        recorded: onceEach(reading.recorded),
        left: [...left, ...(reading.left ?? [])],
      }
    left.push(...(reading?.left ?? []))
  }
  const nobodys = plain(folder)
  return { ...nobodys, left: [...left, ...(nobodys.left ?? [])] }
}

/** A manifest may name a file twice, or one that is missing and has the base name of another: the first counts. */
function onceEach(recorded: readonly Recorded[]): readonly Recorded[] {
  const first = new Map(recorded.toReversed().map((one) => [one.path, one]))
  return recorded.filter((one) => first.get(one.path) === one)
}

/** Playable files that the reader does not recognise: they have another clock, unless the user gives their start. */
function withOthers(
  folder: Folder,
  reading: Reading,
  { starts }: Corrections,
): { recorded: readonly Recorded[]; left: readonly LeftFile[] } {
  const taken = new Set<string>()
  for (const { path, slices = [] } of reading.recorded)
    [path, ...slices.map((one) => one.path)].forEach((p) => taken.add(p))
  for (const { path, slices = [] } of reading.left ?? []) [path, ...slices].forEach((one) => taken.add(one))
  const others = folder.files.filter((file) => isMedia(file) && !taken.has(file.path))
  const first = reading.recorded[0]
  const named = plain({ ...folder, files: others }).recorded.map((one): Recorded | LeftFile =>
    pick(starts, one) === undefined
      ? { path: one.path, why: 'otherClock' }
      : { ...one, startMs: first?.startMs ?? 0, startBy: 'option' },
  )
  return {
    recorded: [...reading.recorded, ...named.filter((one): one is Recorded => 'user' in one)],
    left: [...(reading.left ?? []), ...named.filter((one): one is LeftFile => 'why' in one)],
  }
}

/** If no recording has a start time, determines one for each, by the same method for all. */
function withStarts(
  folder: Folder,
  recorded: readonly Recorded[],
): (Timed | (Recorded & { startMs?: undefined }))[] {
  const files = new Map(folder.files.map((file) => [file.path, file]))
  const factsOf = (one: Recorded) =>
    one.slices
      ? togetherOf(one.slices.flatMap(({ path }) => files.get(path)?.facts ?? []))
      : files.get(one.path)?.facts
  const isAnyTimed = recorded.some(({ startMs }) => startMs !== undefined)
  const starts = isAnyTimed ? undefined : startsOf(recorded.flatMap(({ path }) => files.get(path) ?? []))
  return recorded.map((one, i) => {
    const facts = factsOf(one)
    const startMs = starts ? starts.startsMs[i] : one.startMs
    if (startMs === undefined) return { ...one, startMs: undefined }
    const startBy = starts?.by ?? one.startBy ?? 'guess'
    const offMs = starts ? starts.offMs : one.offMs
    return { ...one, facts, startMs, startBy, offMs }
  })
}

/** Facts about a recording in slices. */
function togetherOf(slices: readonly Facts[]): Facts {
  const lengths = slices.flatMap(({ lengthMs }) => lengthMs ?? [])
  return {
    hasVideo: slices.some(({ hasVideo }) => hasVideo),
    hasAudio: slices.some(({ hasAudio }) => hasAudio),
    ...(lengths.length === slices.length && { lengthMs: lengths.reduce((sum, ms) => sum + ms, 0) }),
  }
}

/** Names under which people are shown: their own if known; people of the same name are told apart. */
function withNames(recorded: readonly Timed[], { names, kinds }: Corrections): RoomRecording[] {
  const shown = new Map<string, string>()
  const taken = new Map<string, Set<Kind>>()
  const kindOf = (one: Recorded): Kind => pick(kinds, one) ?? one.kind
  const users = groupBy(recorded, ({ user }) => user)
  for (const [user, of] of users) {
    const wanted = of.map((one) => pick(names, one) ?? one.name).find((name) => name !== undefined) ?? user
    const mine = new Set(of.map(kindOf))
    // A camera and a screen of one name are one person's.
    let name = wanted
    for (let n = 2; [...mine].some((kind) => taken.get(name)?.has(kind)); n++) name = `${wanted} (${n})`
    taken.set(name, new Set([...(taken.get(name) ?? []), ...mine]))
    shown.set(user, name)
  }
  return recorded.map((one) => {
    const name = harmless(shown.get(one.user) ?? one.user)
    const kind = kindOf(one)
    const isKind = pick(kinds, one) !== undefined
    const isNamed = pick(names, one) !== undefined
    return {
      ...one,
      kind,
      kindBy: isKind ? 'option' : one.kindBy,
      userBy: isNamed ? 'option' : one.userBy,
      shown: name,
      streamId: `${name}_${kind === 'screen' ? 2 : 1}`,
    }
  })
}

const harmless = (name: string): string => name.replace(/\p{Cc}+/gu, ' ').trim() || 'somebody'

/** A correction for a recording: by its path, its file's name with or without extension, its stream, or its person. */
function pick<T>(corrections: ReadonlyMap<string, T>, one: Recorded): T | undefined {
  return namesFor(one)
    .map((name) => corrections.get(name))
    .find((value) => value !== undefined)
}

function namesFor(one: Recorded & { readonly streamId?: string; readonly shown?: string }): string[] {
  const base = one.path.slice(one.path.lastIndexOf('/') + 1)
  const stream = `${one.user}_${one.kind === 'screen' ? 2 : 1}`
  const some = [one.path, base, stemOf(one.path), stream, one.user, one.name, one.streamId, one.shown]
  return some.filter((name) => name !== undefined)
}

/** The first correction that matches no recording. */
function unknownCorrection(
  recordings: readonly RoomRecording[],
  { starts, names, kinds }: Corrections,
): Extract<RoomOutcome, { fault: 'unknownCorrection' }> | undefined {
  const known = new Set(recordings.flatMap(namesFor))
  const wrong = [...starts.keys(), ...names.keys(), ...kinds.keys()].find((name) => !known.has(name))
  if (wrong === undefined) return undefined
  return { fault: 'unknownCorrection', name: wrong, known: [...new Set(recordings.map(({ user }) => user))] }
}
