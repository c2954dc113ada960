/**
 * Joins pieces of one recording that were stored as separate files, as a recorder with a timeslice produces them. Only
 * the first has a container header; the others are cut at arbitrary positions.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { walkContainer } from '../ffmpeg/container-walk.ts'
import { sniffBeginning } from '../ffmpeg/sniff.ts'
import type { Warning } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import type { IndexEntry, Recording, Skipped, VideoDemuxer } from '../model/room.ts'
import type { BrokenTrack } from './find-broken.ts'
import { fileError } from '../files/file-error.ts'
import { lengthMs } from '../timeline/contradictions.ts'

const CHUNK_BYTES = 2 ** 20

/** A fetched file of the index. */
export interface FetchedFile {
  readonly entry: IndexEntry
  readonly path: string
  readonly version: string
  /** Where a copy of it may be written. */
  readonly copyPath: string
}

/** The findings about a file. */
export interface Looked {
  readonly found: Recording | Skipped
  readonly lost: readonly BrokenTrack[]
  readonly warnings: readonly Warning[]
}

/** A file that may be a piece of a recording. */
export interface Piece extends FetchedFile {
  /** The file cannot be used as it is. */
  readonly isUnusable: boolean
}

interface Pieces {
  readonly demuxer: VideoDemuxer
  /** The one with a header, followed by its possible continuations. */
  readonly pieces: readonly [Piece, ...(readonly Piece[])]
}

/**
 * Joins the pieces of each recording and examines the result.
 * @param options.entries all of the index, in its order
 * @param options.look examines a file, as done for each piece
 * @returns new findings for the entries whose files were joined: the first has the whole recording, the others nothing
 */
export async function joinAll(options: {
  entries: readonly IndexEntry[]
  files: ReadonlyMap<IndexEntry, FetchedFile>
  looked: ReadonlyMap<IndexEntry, Looked>
  look: (file: FetchedFile) => Promise<Looked>
  /** Where the joined file is written. Never next to the pieces, which may be in the bucket. */
  folder: string
  signal: AbortSignal
}): Promise<ReadonlyMap<IndexEntry, Looked | undefined>> {
  const { entries, files, looked, look, folder, signal } = options
  const isUnusable = (entry: IndexEntry) => 'reason' in (looked.get(entry)?.found ?? {})
  const known = new Map(
    [...files].map(([entry, file]) => [entry, { ...file, isUnusable: isUnusable(entry) }]),
  )
  const together = new Map<IndexEntry, Looked | undefined>()
  for (const group of await findPieces(entries, known)) {
    const [first] = group.pieces
    const path = join(folder, `recording-${entries.indexOf(first.entry) + 1}.joined`)
    const joined = await joinPieces(group, { to: path, signal })
    if (!joined) continue
    const others = joined.slice(1).map(({ entry }) => entry)
    // The recording ends where its last piece does, if the index contains that.
    const { streamId, name, key, startMs } = first.entry
    const endMs = others.at(-1)?.endMs
    const entry = { streamId, name, key, startMs, ...(endMs !== undefined && { endMs }) }
    const whole = await look({
      entry,
      path,
      version: versionOfPieces(joined),
      copyPath: `${path}.mended.mkv`,
    })
    if (!isMore(whole, looked.get(first.entry))) {
      await rm(path, { force: true })
      continue
    }
    const params = { name, others: others.map((other) => other.name) }
    const said: Warning = { code: 'piecesJoined', params, where: name }
    const found = { ...whole.found, pieces: joined.map((piece) => piece.entry.key) }
    together.set(first.entry, { ...whole, found, warnings: [said, ...whole.warnings] })
    for (const other of others) together.set(other, undefined)
  }
  return together
}

export function recordingOf({ found }: Looked): Recording | undefined {
  return 'probe' in found ? found : undefined
}

/** Whether the joined file is one recording and longer than its first piece. */
function isMore(whole: Looked, first: Looked | undefined): boolean {
  const [all, one] = [recordingOf(whole), first && recordingOf(first)]
  // Pieces of another recording have their own timestamps.
  if (!all || whole.warnings.some(({ code }) => code === 'clockRestarts')) return false
  return !one || lengthMs(all.probe) > lengthMs(one.probe)
}

/**
 * Finds files that may be pieces of one recording: from one stream, consecutive in the index and by StartTime, only the
 * first with a header.
 * @param entries all of the index, in its order
 * @param files those that were fetched; a missing one ends a recording
 */
export async function findPieces(
  entries: readonly IndexEntry[],
  files: ReadonlyMap<IndexEntry, Piece>,
): Promise<readonly Pieces[]> {
  const found: { demuxer: VideoDemuxer; pieces: [Piece, ...Piece[]] }[] = []
  for (const ofStream of groupBy(entries, ({ streamId }) => streamId).values()) {
    let last: (typeof found)[number] | undefined
    for (const [i, entry] of ofStream.entries()) {
      const file = files.get(entry)
      // Most rooms have no pieces, so their files need not be read.
      const mayMatter = file?.isUnusable === true || files.get(ofStream[i + 1] ?? entry)?.isUnusable === true
      const beginning = file && mayMatter ? await sniffBeginning(file.path) : undefined
      const before = last?.pieces.at(-1)?.entry
      if (file && (beginning === 'matroska' || beginning === 'mov')) {
        last = { demuxer: beginning, pieces: [file] }
      } else if (
        last &&
        before &&
        file?.isUnusable &&
        beginning === 'none' &&
        entry.startMs >= before.startMs
      ) {
        if (last.pieces.length === 1) found.push(last)
        last.pieces.push(file)
      } else last = undefined
    }
  }
  return found
}

/**
 * Concatenates pieces as long as each continues where the previous one ended.
 * @param options.to where the joined file is written; removed if nothing was joined
 * @returns the joined pieces; undefined if none continues the first
 * @throws JobError if the file cannot be written
 */
export async function joinPieces(
  { demuxer, pieces }: Pieces,
  { to, signal }: { to: string; signal: AbortSignal },
): Promise<readonly Piece[] | undefined> {
  const isWellFormed = walkContainer(demuxer)
  const joined: Piece[] = []
  try {
    const file = await open(to, 'w')
    try {
      let bytes = 0
      for (const piece of pieces) {
        const copied = await append(piece.path, file, { isWellFormed, signal })
        if (copied === undefined) break
        joined.push(piece)
        bytes += copied
      }
      await file.truncate(bytes)
    } finally {
      await file.close()
    }
  } catch (error) {
    signal.throwIfAborted()
    throw fileError(to, error)
  }
  if (joined.length > 1) return joined
  await rm(to, { force: true })
  return undefined
}

/** @returns the number of bytes appended; undefined if they do not continue the previous ones */
async function append(
  path: string,
  file: { readonly appendFile: (chunk: Buffer) => Promise<void> },
  { isWellFormed, signal }: { isWellFormed: (chunk: Buffer) => boolean; signal: AbortSignal },
): Promise<number | undefined> {
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) {
    if (!isWellFormed(chunk as Buffer)) return undefined
    await file.appendFile(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return bytes
}

/** Changes if one of the pieces is replaced. */
function versionOfPieces(pieces: readonly Piece[]): string {
  return createHash('sha256')
    .update(JSON.stringify(pieces.map(({ version }) => version)))
    .digest('hex')
}
