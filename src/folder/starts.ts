/**
 * Start times of recordings for which neither manifest nor name gives one. One source is used for all of them: two
 * clocks are never mixed in one room.
 */
import type { FolderFile, Known } from './model.ts'

export interface Starts {
  readonly by: Known
  /** Unix time in ms, in the order of the files; all 0 for recordings that are taken to begin together. */
  readonly startsMs: readonly number[]
  /** By how much they may be off, in ms; absent where nothing is known. */
  readonly offMs?: number
}

const DAY_MS = 86_400_000
/** Files that were copied or unpacked one after another. */
const COPIED_MS = 5000
/** Containers and file systems keep whole seconds. */
const SECOND_MS = 1000

export function startsOf(files: readonly FolderFile[]): Starts {
  return fromContainers(files) ?? fromFileTimes(files) ?? { by: 'together', startsMs: files.map(() => 0) }
}

/** The date in the container, which recorders write with the header. */
function fromContainers(files: readonly FolderFile[]): Starts | undefined {
  const dates = files.flatMap(({ facts }) => facts?.dateMs ?? [])
  if (files.length < 2 || dates.length < files.length) return undefined
  // A tool that cut or converted all of them leaves one date in each.
  if (new Set(dates).size === 1) return undefined
  return isOneRoom(files, dates) ? { by: 'container', startsMs: dates, offMs: SECOND_MS } : undefined
}

/** The file's time is that of its last packet, unless it was copied, downloaded or unpacked. */
function fromFileTimes(files: readonly FolderFile[]): Starts | undefined {
  if (files.length < 2) return undefined
  const lengths = files.flatMap(({ facts }) => facts?.lengthMs ?? [])
  if (lengths.length < files.length) return undefined
  const ends = files.map(({ modifiedMs }) => modifiedMs)
  if (Math.max(...ends) - Math.min(...ends) < COPIED_MS) return undefined
  if (files.some((file, i) => wasCopied(file, lengths[i] ?? 0))) return undefined
  const starts = ends.map((ms, i) => Math.round(ms - (lengths[i] ?? 0)))
  return isOneRoom(files, starts) ? { by: 'fileTime', startsMs: starts, offMs: 2 * SECOND_MS } : undefined
}

/** Whether a file was written in much less time than it lasts: its time is then that of a copy. */
function wasCopied({ bornMs, modifiedMs }: FolderFile, lengthMs: number): boolean {
  return bornMs !== undefined && modifiedMs >= bornMs && modifiedMs - bornMs < lengthMs / 2
}

/** Whether every recording overlaps others, as those of one conversation do. */
function isOneRoom(files: readonly FolderFile[], starts: readonly number[]): boolean {
  const spans = files
    .map(({ facts }, i) => ({ from: starts[i] ?? 0, to: (starts[i] ?? 0) + (facts?.lengthMs ?? 0) }))
    .toSorted((a, b) => a.from - b.from)
  let end = spans[0]?.to ?? 0
  for (const { from, to } of spans) {
    if (from > end) return false
    end = Math.max(end, to)
  }
  return end - (spans[0]?.from ?? 0) < DAY_MS
}
