/** Reads the entries of an index; those that are unusable are skipped with a reason. */
import { type Message, say } from '../../messages/index.ts'
import type { EntrySlice, IndexEntry, Skipped } from '../../model/room.ts'
import { type Notice, found, nameText } from '../findings.ts'
import { writtenFor } from '../misspelt.ts'
import { keyBelow } from '../root.ts'
import { splitStreamId } from '../../model/stream-id.ts'
import { timeMsOf } from '../unix-time.ts'
import { NAMES_OF_ENTRY, type Raw, textOf } from './top.ts'

/** An entry while it is checked: usable so far, or the reason why it is not. */
export type Read = { readonly at: number } & (
  { readonly entry: IndexEntry } | { readonly skipped: Skipped; readonly why: Notice }
)

export function readEntry(input: {
  file: unknown
  at: number
  root: readonly string[]
  notices: Notice[]
}): Read {
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
  const foundIn = (key: string) => ({
    found: found(raw[key], [...path, key]),
    written: writtenFor(key, raw, NAMES_OF_ENTRY),
  })

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
    slices.push({ name, key, startMs })
  }
  return slices
}

export const skippedAs = (read: Read & { entry: IndexEntry }, reason: Message, key: string): Read => {
  const { streamId, name } = read.entry
  const why = { ...reason, path: ['Files', read.at, key] }
  return { at: read.at, skipped: { streamId, name, reason: say(reason) }, why }
}

export function withoutTwins(read: readonly Read[]): Read[] {
  const keys = new Set<string>()
  return read.map((one) => {
    if (!('entry' in one)) return one
    if (keys.has(one.entry.key)) return skippedAs(one, { code: 'entryTwice', params: {} }, 'Name')
    keys.add(one.entry.key)
    return one
  })
}
