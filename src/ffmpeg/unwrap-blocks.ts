/**
 * Repairs a Matroska file whose block times overflow their 16 bits within a cluster: the copy gets a new cluster
 * wherever they wrap around. ffmpeg reads such blocks as if they were before their cluster, and invents times for those
 * before 0, undetectably.
 */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { openRegular } from '../files/read-file.ts'
import { fileError } from '../files/file-error.ts'
import {
  type BytesAt,
  CLUSTER,
  type Element,
  OF_SEGMENT,
  SEGMENT,
  elementAt,
  numberBytes,
  openWindow,
} from './ebml.ts'

const TIMESTAMP = 0xe7
const SIMPLE_BLOCK = 0xa3
const BLOCK_GROUP = 0xa0
const BLOCK = 0xa1

/** Block times range from -32768 to 32767. */
const TURN = 65_536
/** Longer than any recording; sums up to this are exact. */
const MOST_TICKS = 2 ** 52
/** A block starts with its track number and time. */
const MOST_BLOCK_HEADER_BYTES = 16
const COPY_BYTES = 2 ** 20

/**
 * Writes the copy if block times wrap around in the file's first cluster.
 * @param options.to a file in the work folder
 * @returns whether the copy was written: not if all times fit, or if the file is malformed
 * @throws JobError if it cannot be written; the signal's reason if aborted
 */
export async function unwrapBlocks(options: {
  path: string
  to: string
  signal: AbortSignal
}): Promise<boolean> {
  const { path, to, signal } = options
  const from = await openRegular(path).catch(() => undefined)
  if (!from) return false
  try {
    if (!(await isWrapped(from, signal))) return false
    return await copyUnwrapped(from, to, signal)
  } finally {
    await from.close()
  }
}

/** An element on the walk through a file, with its time as written. */
interface Step {
  readonly element: Element
  readonly kind: 'segment' | 'cluster' | 'timestamp' | 'block' | 'other'
  /** In ticks: for a block relative to its cluster, for a cluster timestamp from the start. */
  readonly ticks?: number
}

/** Walks all elements as one flat list, entering segments and clusters. */
async function* stepsOf(bytesAt: BytesAt, signal: AbortSignal): AsyncGenerator<Step, void> {
  let at = 0
  for (;;) {
    signal.throwIfAborted()
    const element = await elementAt(bytesAt, at)
    if (!element) return
    const { id, bodyAt, bodyBytes } = element
    if (id === SEGMENT || id === CLUSTER) {
      yield { element, kind: id === SEGMENT ? 'segment' : 'cluster' }
      at = bodyAt
      continue
    }
    if (bodyBytes === undefined) return
    if (id === TIMESTAMP) {
      if (bodyBytes > 8) return
      const ticks = (await bytesAt(bodyAt, bodyBytes)).reduce((sum, byte) => sum * 256 + byte, 0)
      if (ticks > MOST_TICKS) return
      yield { element, kind: 'timestamp', ticks }
    } else {
      const ticks = await ticksOf(bytesAt, element)
      yield ticks === undefined ? { element, kind: 'other' } : { element, kind: 'block', ticks }
    }
    at = bodyAt + bodyBytes
  }
}

/** The time of a block, or of the block at the start of a group. */
async function ticksOf(bytesAt: BytesAt, { id, bodyAt }: Element): Promise<number | undefined> {
  if (id === BLOCK_GROUP) {
    const inside = await elementAt(bytesAt, bodyAt)
    return inside?.id === BLOCK ? ticksOf(bytesAt, inside) : undefined
  }
  if (id !== SIMPLE_BLOCK && id !== BLOCK) return undefined
  const head = await bytesAt(bodyAt, MOST_BLOCK_HEADER_BYTES)
  const trackBytes = numberBytes(head[0])
  return trackBytes + 2 <= head.length ? head.readInt16BE(trackBytes) : undefined
}

async function isWrapped(file: FileHandle, signal: AbortSignal): Promise<boolean> {
  let last: number | undefined
  let clusters = 0
  for await (const { element, kind, ticks = 0 } of stepsOf(openWindow(file), signal)) {
    if (kind === 'cluster' && ++clusters > 1) return false
    // An element of the segment ends a cluster of unknown size.
    if (clusters > 0 && OF_SEGMENT.has(element.id)) return false
    if (kind !== 'block') continue
    if (last !== undefined && last - ticks > TURN / 2) return true
    last = ticks
  }
  return false
}

async function copyUnwrapped(from: FileHandle, to: string, signal: AbortSignal): Promise<boolean> {
  try {
    const file = await open(to, 'w', 0o600)
    try {
      await writeUnwrapped(from, file, signal)
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    await rm(to, { force: true })
    signal.throwIfAborted()
    throw fileError(to, error)
  }
}

async function writeUnwrapped(from: FileHandle, to: FileHandle, signal: AbortSignal): Promise<void> {
  const copy = openCopy(from, to, signal)
  let cluster = 0
  /** Unwrapped time of the cluster's last block, and wraparounds already written to the copy. */
  let [last, written] = [0, 0]
  for await (const { element, kind, ticks = 0 } of stepsOf(openWindow(from), signal)) {
    if (kind === 'segment' || kind === 'cluster') {
      // Inserted clusters make both longer than declared.
      await copy.upTo(element.sizeAt)
      await copy.instead(unknownSize(element.sizeBytes), element.sizeBytes)
    }
    if (kind === 'cluster') [cluster, last, written] = [0, 0, 0]
    if (kind === 'timestamp') cluster = ticks
    if (kind !== 'block') continue
    // Chooses the wraparound that brings the block closest to the one before it.
    const turns = Math.max(0, Math.round((last - ticks) / TURN))
    last = ticks + turns * TURN
    if (turns === written) continue
    written = turns
    await copy.upTo(element.at)
    await copy.instead(clusterAt(cluster + turns * TURN), 0)
  }
  await copy.rest()
}

/** Copies a file in order, replacing some bytes. */
function openCopy(from: FileHandle, to: FileHandle, signal: AbortSignal) {
  let at = 0
  const upTo = async (end: number): Promise<void> => {
    while (at < end) {
      signal.throwIfAborted()
      const buffer = Buffer.alloc(Math.min(COPY_BYTES, end - at))
      const { bytesRead } = await from.read({ buffer, position: at })
      if (bytesRead === 0) return
      await to.appendFile(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
  }
  return {
    upTo,
    instead: async (bytes: Buffer, of: number): Promise<void> => {
      await to.appendFile(bytes)
      at += of
    },
    rest: async () => upTo((await from.stat()).size),
  }
}

function unknownSize(bytes: number): Buffer {
  return Buffer.from([0xff >> (bytes - 1), ...Array<number>(bytes - 1).fill(0xff)])
}

/** A cluster header of unknown size, with a start time. */
function clusterAt(ticks: number): Buffer {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(ticks))
  const id = Buffer.alloc(4)
  id.writeUInt32BE(CLUSTER)
  return Buffer.concat([id, unknownSize(8), Buffer.from([TIMESTAMP, 0x88]), time])
}
