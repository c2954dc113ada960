/** What is said of a room before it is mixed: the table, what is left out, and how to correct guesses. */
import { type Message, say } from '../messages/index.ts'
import type { ShownKind } from '../messages/en/folder.ts'
import { isTimeOfDay } from '../model/room.ts'
import type { Known } from '../folder/model.ts'
import type { Room, RoomRecording } from '../folder/room.ts'
import { harmless } from '../text/harmless.ts'
import { word } from '../text/shell.ts'
import { tableLines } from '../text/table.ts'

const MOST_LINES = 100
const MOST_LEFT = 20

export function roomText(room: Room): string {
  const { vendor, recordings, left, startMs } = room
  const begin = isTimeOfDay(startMs)
    ? { begin: new Date(startMs).toISOString().slice(0, 19).replace('T', ' ') }
    : {}
  const people = new Set(recordings.map(({ shown }) => shown)).size
  const heads = [
    'folderStream',
    'folderName',
    'folderKind',
    'folderBegins',
    'folderLength',
    'folderKnown',
    'folderFile',
  ]
  const rows = recordings.slice(0, MOST_LINES).map((one) => rowOf(one, startMs))
  const guessed = correctionsFor(recordings)
  const lines = [
    say({ code: 'folderSummary', params: { vendor, files: recordings.length, people, ...begin } }),
    '',
    ...tableLines([heads.map((code) => say({ code, params: {} } as Message)), ...rows], [3, 4]),
    ...more(recordings.length - rows.length),
    '',
    ...left.slice(0, MOST_LEFT).map((one) => say({ code: 'folderLeftOut', params: one })),
    ...more(left.length - MOST_LEFT),
    ...(guessed.length > 0 ? [say({ code: 'folderGuessed', params: { corrections: guessed } })] : []),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

const more = (count: number): string[] => (count > 0 ? [say({ code: 'folderMore', params: { count } })] : [])

function rowOf(one: RoomRecording, roomStartMs: number): string[] {
  const { streamId, shown, startMs, facts, userBy, kindBy, startBy, offMs, path } = one
  return [
    harmless(streamId),
    harmless(shown),
    say({ code: 'folderKindIs', params: { kind: kindOf(one) } }),
    `+${((startMs - roomStartMs) / 1000).toFixed(3)} s`,
    facts?.lengthMs === undefined ? '?' : `${(facts.lengthMs / 1000).toFixed(1)} s`,
    say({
      code: 'folderKnownFrom',
      params: { user: userBy, kind: kindBy, start: startBy, offMs },
    }),
    harmless(path),
  ]
}

function kindOf({ kind, facts }: RoomRecording): ShownKind {
  const isSound = facts?.hasAudio === true && !facts.hasVideo
  if (kind === 'screen') return isSound ? 'screenSound' : 'screen'
  return isSound ? 'microphone' : 'camera'
}

const GUESSES: ReadonlySet<Known> = new Set(['guess', 'fileTime', 'together'])

/** One option for each sort of guess, with the first recording that it is for. */
function correctionsFor(recordings: readonly RoomRecording[]): string[] {
  // The first one begins at 0 in any case.
  const start = recordings
    .toReversed()
    .find(({ startBy, offMs }) => GUESSES.has(startBy) || offMs !== undefined)
  const name = recordings.find(({ userBy }) => userBy === 'guess')
  const kind = recordings.find(({ kindBy }) => GUESSES.has(kindBy))
  return [
    ...(start && recordings.length > 1 ? [`--start ${word(`${keyOf(start, recordings)}=+3.5`)}`] : []),
    ...(name ? [`--name ${word(`${name.user}=Alice`)}`] : []),
    ...(kind
      ? [`--kind ${word(`${keyOf(kind, recordings)}=${kind.kind === 'screen' ? 'camera' : 'screen'}`)}`]
      : []),
  ]
}

/** The person, or the file of a person with several. */
function keyOf(one: RoomRecording, recordings: readonly RoomRecording[]): string {
  return recordings.filter(({ user }) => user === one.user).length > 1 ? one.path : one.user
}
