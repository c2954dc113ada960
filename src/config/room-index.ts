/** Parses the text of an index to a `RoomIndex`. Broken entries are skipped with a reason and stop nothing. Pure. */
import { EXIT } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/config.ts'
import { type Message, type Warning, say } from '../messages/index.ts'
import { type EntrySlice, type IndexEntry, type RoomIndex, type Skipped, isTimeOfDay } from '../model/room.ts'
import { allowedAt, namesOf, schemaAt } from './allowed.ts'
import { withChoice } from './check.ts'
import {
  type Notice,
  type PlacedNotice,
  type Problem,
  found,
  invalid,
  nameText,
  placeNotices,
  placeProblems,
  warningsOf,
} from './findings.ts'
import { type Parsed, parseText } from './load.ts'
import { namedFiles } from './named-files.ts'
import { nearest } from './nearest.ts'
import { farFromOthers } from './outliers.ts'
import { folderSegments, keyBelow } from './root.ts'
import { indexSchema } from './schema.ts'
import { splitStreamId } from '../model/stream-id.ts'
import { timeInName, timeMsOf } from './unix-time.ts'
import type { Path } from '../model/findings.ts'

const DAY_MS = 86_400_000
/** An entry has about fourteen tokens; several times that leaves room for unknown fields. */
const TOKENS_OF_ENTRY = 100
/** A small limit of recordings must not reject an index before its entries are counted. */
const LEAST_ENTRIES = 2000

const HOUR_MS = 3_600_000
/** The clocks of recorders and of the index writer may differ by this much. */
const CONTRADICTS_MS = 10_000

type Raw = Readonly<Record<string, unknown>>

/** An entry while it is checked: usable so far, or the reason why it is not. */
type Read = { readonly at: number } & (
  { readonly entry: IndexEntry } | { readonly skipped: Skipped; readonly why: Notice }
)

/**
 * Reads an index.
 * @param input.file the index's name in messages
 * @param input.jobId the job the index should belong to
 * @throws JobError `indexInvalid`, exit code 3, if the text is not an index: not JSON, no list of files, or a Root that
 *   leaves the bucket
 */
export function readIndex(input: Parameters<typeof examineIndex>[0]): {
  index: RoomIndex
  updates: ExaminedIndex['updates']
  warnings: readonly Warning[]
} {
  const { index, updates, problems, notices } = examineIndex(input)
  if (!index) throw invalid('indexInvalid', problems, EXIT.noSuchJob)
  return { index, updates, warnings: warningsOf(notices) }
}

/** All findings about an index, and the index if it is valid. */
interface ExaminedIndex {
  readonly index?: RoomIndex
  /** Where its timed updates are, if it has any. */
  readonly updates?: { readonly parsed: Parsed; readonly path: Path } | undefined
  /** In file order, like the others. */
  readonly problems: readonly PlacedProblem[]
  readonly notices: readonly PlacedNotice[]
  /** Why entries are skipped. */
  readonly omissions: readonly PlacedNotice[]
}

/**
 * Examines an index like `readIndex`, but does not throw.
 * @param input.mostEntries a text with many times the tokens of this many entries is not parsed
 */
export function examineIndex(input: {
  text: string
  file: string
  jobId?: string
  mostEntries?: number
}): ExaminedIndex {
  const { mostEntries = LEAST_ENTRIES } = input
  const parsed = parseText({ ...input, most: TOKENS_OF_ENTRY * Math.max(mostEntries, LEAST_ENTRIES) })
  const notices: Notice[] = [...parsed.notices]
  const stop = (problems: readonly Problem[]): ExaminedIndex => ({
    problems: placeProblems(problems, parsed),
    notices: placeNotices(notices, parsed),
    omissions: [],
  })
  if (parsed.problems.length > 0) {
    return stop(parsed.problems.map((problem) => withChoice({ problem, schema: indexSchema })))
  }

  const top = topOf(parsed.value)
  if ('wrong' in top) return stop([top.wrong])
  const { raw, files } = top
  const root = folderSegments(textOf(raw['Root']))
  if (!root) return stop([{ code: 'rootLeaves', params: {}, path: ['Root'] }])
  for (const notice of unknownNames(raw, files)) notices.push(notice)
  const jobId = textOf(raw['JobId'])
  if (input.jobId !== undefined && jobId !== '' && jobId !== input.jobId) {
    notices.push({
      code: 'indexJobId',
      params: { found: nameText(jobId), jobId: input.jobId },
      path: ['JobId'],
    })
  }

  const read = withoutTwins(files.map((file, at) => readEntry({ file, at, root, notices })))
  const claimedMs = timeMsOf(raw['StartTime'])
  const kept = withoutOutliers(read, claimedMs)
  const entries = kept.flatMap((one) => ('entry' in one ? [one.entry] : []))
  const skipped = kept.flatMap((one) => ('skipped' in one ? [one.skipped] : []))
  const startMs = roomStart({ raw, claimedMs, entries, notices })
  for (const notice of contradictions({ raw, startMs, read: kept })) notices.push(notice)
  const named = namedFiles(files, root)
  const index = {
    jobId,
    roomId: textOf(raw['RoomId']),
    startMs,
    entries,
    skipped,
    named,
  }
  const omissions = kept.flatMap((one) => ('why' in one ? [one.why] : []))
  const hasUpdates = raw['Updates'] !== undefined && raw['Updates'] !== null
  return {
    index,
    updates: hasUpdates ? { parsed, path: ['Updates'] } : undefined,
    problems: [],
    notices: placeNotices(notices, parsed),
    omissions: placeNotices(omissions, parsed),
  }
}

/** Text, or a number, as people write ids as numbers. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

function topOf(value: unknown): { raw: Raw; files: readonly unknown[] } | { wrong: Problem } {
  const wrong = (path: Path, at: unknown): { wrong: Problem } => {
    const allowed = allowedAt(indexSchema, path)
    return { wrong: { code: 'indexShape', params: { found: found(at, path), allowed }, path } }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong([], value)
  const raw = value as Raw
  for (const name of ['JobId', 'RoomId', 'Root']) {
    const at = raw[name]
    if (at !== undefined && at !== null && typeof at !== 'string' && typeof at !== 'number')
      return wrong([name], at)
  }
  const files: unknown = raw['Files']
  if (!Array.isArray(files)) return wrong(['Files'], files)
  return { raw, files }
}

/** Unknown names, each reported once however many entries have it. */
function unknownNames(raw: Raw, files: readonly unknown[]): Notice[] {
  const seen = new Set<string>()
  const [ofIndex, ofEntry] = [[], ['Files', 0]].map((path) => namesOf(schemaAt(indexSchema, path)))
  const ofObject = (value: unknown, path: Path, known: readonly string[] = []): Notice[] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return Object.keys(value).flatMap((key): Notice[] => {
      const id = `${path.length}:${key}`
      if (known.includes(key) || seen.has(id)) return []
      seen.add(id)
      const near = nearest(key, known)
      const params = { key: nameText(key), ...(near !== undefined && { nearest: near }) }
      return [{ code: 'unknownKey', params, path: [...path, key], atName: true }]
    })
  }
  return [
    ...ofObject(raw, [], ofIndex),
    ...files.flatMap((file, at) => ofObject(file, ['Files', at], ofEntry)),
  ]
}

function readEntry(input: { file: unknown; at: number; root: readonly string[]; notices: Notice[] }): Read {
  const { file, at, root, notices } = input
  const path = ['Files', at]
  const raw = (typeof file === 'object' && file !== null && !Array.isArray(file) ? file : {}) as Raw
  const streamId = textOf(raw['StreamId'])
  const name = textOf(raw['Name'])
  const skip = (reason: Message, ...under: string[]): Read => ({
    at,
    skipped: { streamId, name, reason: say(reason) },
    why: { ...reason, path: [...path, ...under] },
  })
  const foundIn = (key: string) => ({ found: found(raw[key], [...path, key]) })

  if (raw !== file) return skip({ code: 'entryNotObject', params: { found: found(file, path) } })
  const stream = splitStreamId(streamId)
  if (!stream) return skip({ code: 'entryNoStream', params: foundIn('StreamId') }, 'StreamId')
  if (name.trim() === '') return skip({ code: 'entryNoName', params: foundIn('Name') }, 'Name')
  const key = keyBelow(root, name)
  if (key === undefined) return skip({ code: 'entryLeavesRoot', params: {} }, 'Name')
  const startMs = timeMsOf(raw['StartTime'])
  if (startMs === undefined) return skip({ code: 'entryNoTime', params: foundIn('StartTime') }, 'StartTime')
  if (stream.mediaType !== '1' && stream.mediaType !== '2') {
    const params = { streamId: nameText(streamId), mediaType: stream.mediaType }
    notices.push({ code: 'mediaTypeUnknown', params, path: [...path, 'StreamId'] })
  }
  const endMs = timeMsOf(raw['EndTime'])
  const isEndGood = endMs !== undefined && endMs > startMs
  if (!isEndGood && raw['EndTime'] !== undefined && raw['EndTime'] !== null) {
    notices.push({ code: 'endTimeBad', params: foundIn('EndTime'), path: [...path, 'EndTime'] })
  }
  const slices = slicesOf(raw['Slices'], root)
  if (slices === 'leaves') return skip({ code: 'entryLeavesRoot', params: {} }, 'Slices')
  const { Clock: clock, Rotation: turn } = raw
  for (const [field, isGood] of [
    ['Clock', clock === undefined || clock === 'room'],
    ['Rotation', turn === undefined || turn === 90 || turn === 180 || turn === 270],
    ['Slices', slices !== 'wrong'],
  ] as const) {
    if (!isGood) notices.push({ code: 'indexValueUnused', params: foundIn(field), path: [...path, field] })
  }
  const entry: IndexEntry = {
    streamId,
    name,
    key,
    startMs,
    ...(isEndGood && { endMs }),
    ...(clock === 'room' && { isRoomClock: true }),
    ...((turn === 90 || turn === 180 || turn === 270) && { rotation: turn }),
    ...(typeof slices === 'object' && { slices }),
  }
  return { at, entry }
}

/** The slices of an entry; undefined for a recording in one file. */
function slicesOf(
  value: unknown,
  root: readonly string[],
): readonly EntrySlice[] | 'wrong' | 'leaves' | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.length === 0) return 'wrong'
  const slices: EntrySlice[] = []
  for (const one of value as readonly unknown[]) {
    const raw = (typeof one === 'object' && one !== null ? one : {}) as Raw
    const name = textOf(raw['Name'])
    if (name.trim() === '') return 'wrong'
    const key = keyBelow(root, name)
    if (key === undefined) return 'leaves'
    const startMs = timeMsOf(raw['StartTime'])
    slices.push({ name, key, ...(startMs !== undefined && { startMs }) })
  }
  return slices
}

const skippedAs = (read: Read & { entry: IndexEntry }, reason: Message, key: string): Read => {
  const { streamId, name } = read.entry
  const why = { ...reason, path: ['Files', read.at, key] }
  return { at: read.at, skipped: { streamId, name, reason: say(reason) }, why }
}

function withoutTwins(read: readonly Read[]): Read[] {
  const keys = new Set<string>()
  return read.map((one) => {
    if (!('entry' in one)) return one
    if (keys.has(one.entry.key)) return skippedAs(one, { code: 'entryTwice', params: {} }, 'Name')
    keys.add(one.entry.key)
    return one
  })
}

/** A recorder with a wrong clock would stretch the output to years. */
function withoutOutliers(read: readonly Read[], claimedMs: number | undefined): Read[] {
  const startsMs = read.flatMap((one) => ('entry' in one ? [one.entry.startMs] : []))
  const hoursAway = farFromOthers({ timesMs: startsMs, gapMs: DAY_MS, nearMs: claimedMs })
  return read.map((one) => {
    const hours = 'entry' in one ? hoursAway.get(one.entry.startMs) : undefined
    return 'entry' in one && hours !== undefined
      ? skippedAs(one, { code: 'entryFar', params: { hours } }, 'StartTime')
      : one
  })
}

/** Times that contradict one another. `StartTime` is the one used. */
function contradictions(input: { raw: Raw; startMs: number; read: readonly Read[] }): Notice[] {
  const { raw, startMs: roomStartMs, read } = input
  const roomEndMs = timeMsOf(raw['EndTime'])
  const isGiven = raw['EndTime'] !== undefined && raw['EndTime'] !== null
  const isEndGood = roomEndMs !== undefined && roomEndMs > roomStartMs
  const notices: Notice[] = []
  if (isGiven && !isEndGood) {
    notices.push({
      code: 'endTimeBad',
      params: { found: found(raw['EndTime'], ['EndTime']) },
      path: ['EndTime'],
    })
  }
  for (const one of read) {
    if (!('entry' in one)) continue
    const { name, streamId, startMs, isRoomClock } = one.entry
    const path = ['Files', one.at, 'StartTime']
    const afterMs = isEndGood ? startMs - roomEndMs : 0
    if (afterMs > CONTRADICTS_MS) {
      notices.push({ code: 'startsAfterEnd', params: { seconds: inSeconds(afterMs) }, path })
    }
    // On a shared clock the name may hold the first packet's time, and relative times are no times of day.
    const namedMs = isRoomClock || !isTimeOfDay(startMs) ? undefined : timeInName(name, streamId)
    // A name may also contain the room's start time.
    const offMs = Math.min(...[startMs, roomStartMs].map((ms) => Math.abs((namedMs ?? ms) - ms)))
    if (namedMs !== undefined && offMs > CONTRADICTS_MS) {
      const time = new Date(namedMs).toISOString()
      notices.push({
        code: 'nameTimeOther',
        params: { time, seconds: inSeconds(Math.abs(namedMs - startMs)) },
        path,
      })
    }
  }
  return notices
}

const inSeconds = (ms: number): number => Math.round(ms / 1000)

function roomStart(input: {
  raw: Raw
  claimedMs: number | undefined
  entries: readonly IndexEntry[]
  notices: Notice[]
}): number {
  const { raw, claimedMs, entries, notices } = input
  const path = ['StartTime']
  const earliestMs = entries.reduce((least, { startMs }) => Math.min(least, startMs), Infinity)
  const firstMs = Number.isFinite(earliestMs) ? earliestMs : undefined
  if (claimedMs === undefined) {
    const isGiven = raw['StartTime'] !== undefined && raw['StartTime'] !== null
    if (isGiven) notices.push({ code: 'indexTime', params: { found: found(raw['StartTime'], path) }, path })
    return firstMs ?? 0
  }
  if (firstMs === undefined || Math.abs(firstMs - claimedMs) <= DAY_MS) return claimedMs
  const hours = Math.round(Math.abs(firstMs - claimedMs) / HOUR_MS)
  notices.push({ code: 'indexTimeFar', params: { hours }, path })
  return firstMs
}
