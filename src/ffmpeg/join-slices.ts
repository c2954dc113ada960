/**
 * Makes one recording of the slices that it was stored in, each at its own time. A slice may lack a keyframe, and sound
 * has to continue without a seam, so the slices are joined before anything is decoded. Seeking in a transport stream is
 * inexact: the whole becomes a Matroska file.
 */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { decoderList } from '../model/decoders.ts'
import { fileError } from '../files/file-error.ts'
import { openRegular } from '../files/read-file.ts'
import {
  PACKET_BYTES,
  TURN_TICKS,
  isTransportStream,
  moveTimes,
  msOf,
  rangeOf,
  ticksBetween,
  ticksOf,
} from './mpegts.ts'
import { type Watching, runWatched } from './run-watched.ts'

export interface SlicePath {
  readonly path: string
  /** Unix time in ms of its first packet; absent where it follows the one before. */
  readonly startMs?: number
}

/** How far a slice's own timestamps may be from its name's time and still count more. */
const AGREES_MS = 500
const EDGE_BYTES = PACKET_BYTES * 10_000
const CHUNK_BYTES = PACKET_BYTES * 5000
/** The joined stream begins here, so that no decoding time is negative. */
const LEAD_MS = 10_000

/** Whether a file is a transport stream. Never throws. */
export async function isSlice(path: string): Promise<boolean> {
  const file = await openRegular(path).catch(() => undefined)
  if (!file) return false
  try {
    return isTransportStream(await readAt(file, 0, PACKET_BYTES * 3))
  } catch {
    return false
  } finally {
    await file.close()
  }
}

/**
 * Joins slices.
 * @param options.to a Matroska file in the work folder; its first packet is at 0
 * @returns the slices that could not be used, by their number; undefined if nothing could be joined
 * @throws JobError if the file cannot be written; the signal's reason if aborted
 */
export async function joinSlices(
  options: Watching & {
    readonly slices: readonly SlicePath[]
    readonly maxPixels: number
    readonly codecs: readonly string[]
    readonly to: string
  },
): Promise<readonly number[] | undefined> {
  const { slices, to, maxPixels, codecs, signal } = options
  const joined = `${to}.ts`
  try {
    const unused = await append(slices, joined, signal)
    if (unused.length === slices.length) return undefined
    const { ok } = await runWatched(options, {
      fence: options.ffmpeg.fences.look,
      input: {
        args: [
          ...['-protocol_whitelist', 'file', '-f', 'mpegts'],
          ...[...decoderList(codecs), '-max_pixels', String(maxPixels)],
        ],
        path: joined,
      },
      logLevel: 'error',
      args: [
        ...['-y', '-copyts', '-map', '0:V:0?', '-map', '0:a?', '-c', 'copy', '-copyinkf'],
        ...['-output_ts_offset', String(-LEAD_MS / 1000)],
        ...['-avoid_negative_ts', 'disabled', '-f', 'matroska'],
      ],
      to,
    })
    return ok ? unused : undefined
  } finally {
    await rm(joined, { force: true })
  }
}

/** Writes the slices one after another, with their times moved. */
async function append(
  slices: readonly SlicePath[],
  to: string,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  const unused: number[] = []
  const out = await open(to, 'w').catch((error: unknown) => {
    throw fileError(to, error)
  })
  try {
    let clock: Clock | undefined
    for (const [i, slice] of slices.entries()) {
      signal?.throwIfAborted()
      const file = await openRegular(slice.path).catch(() => undefined)
      const range = file && (await edges(file))
      if (!file || !range) {
        unused.push(i)
        await file?.close()
        continue
      }
      try {
        const next = place(range, slice, clock)
        clock = next
        await copy(file, out, next.moveTicks, signal)
      } finally {
        await file.close()
      }
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw fileError(to, error)
  } finally {
    await out.close()
  }
  return unused
}

/** A slice's first and last presentation time. */
interface Edges {
  readonly from: number
  readonly to: number
}

/** Where the joined stream has come to. */
export interface Clock {
  /** Unix time in ms at which it begins, if known. */
  readonly startMs: number | undefined
  /** Added to the times of the last slice. */
  readonly moveTicks: number
  /** When the last slice ends, in ticks of the joined stream. */
  readonly endTicks: number
}

/**
 * Decides how far a slice's times are moved: as the one before, if that agrees with its own time, or if it follows
 * closely; else to its own time, or to the end of the one before.
 */
export function place(range: Edges, { startMs }: SlicePath, before: Clock | undefined): Clock {
  const lead = ticksOf(LEAD_MS)
  const lengthTicks = ticksBetween(range.from, range.to)
  const at = (beginTicks: number): Clock => ({
    startMs: before ? before.startMs : startMs,
    moveTicks: beginTicks - range.from,
    endTicks: beginTicks + lengthTicks,
  })
  if (!before) return at(lead)
  const asBefore =
    before.endTicks + ticksBetween(before.endTicks, (range.from + before.moveTicks) % TURN_TICKS)
  if (startMs !== undefined && before.startMs !== undefined) {
    const named = lead + ticksOf(startMs - before.startMs)
    return Math.abs(msOf(asBefore - named)) <= AGREES_MS ? at(asBefore) : at(named)
  }
  const gapMs = msOf(asBefore - before.endTicks)
  return gapMs > -AGREES_MS && gapMs < MOST_GAP_MS ? at(asBefore) : at(before.endTicks)
}

/** A recorder's own clock may leave out this much; more is another clock. */
const MOST_GAP_MS = 3_600_000

async function edges(file: FileHandle): Promise<Edges | undefined> {
  const { size } = await file.stat()
  const head = await readAt(file, 0, EDGE_BYTES)
  if (!isTransportStream(head)) return undefined
  const tailAt = Math.max(0, Math.floor(size / PACKET_BYTES) * PACKET_BYTES - EDGE_BYTES)
  const [first, last] = [rangeOf(head), rangeOf(await readAt(file, tailAt, EDGE_BYTES))]
  return first && last ? { from: first.from, to: last.to } : undefined
}

async function copy(
  file: FileHandle,
  out: FileHandle,
  moveTicks: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let at = 0; ; at += CHUNK_BYTES) {
    signal?.throwIfAborted()
    const chunk = await readAt(file, at, CHUNK_BYTES)
    // A slice that was cut off ends within a packet.
    const whole = chunk.subarray(0, chunk.length - (chunk.length % PACKET_BYTES))
    moveTimes(whole, moveTicks)
    await out.appendFile(whole)
    if (chunk.length < CHUNK_BYTES) return
  }
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position })
  return buffer.subarray(0, bytesRead)
}
