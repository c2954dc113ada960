/**
 * Blocks of a Matroska file whose times do not fit into the 16 bits that they have within their cluster: a copy gets a
 * new cluster wherever they begin anew. ffmpeg reads such blocks as if they lay before their cluster; those that would
 * lie before 0 it gives times by guess, and nobody can tell from what it says.
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

/** Times of a block: -32768 to 32767. */
const TURN = 65_536
/** No recording is as long; sums are exact up to there. */
const MOST_TICKS = 2 ** 52
/** A block's number of its track and its time lie in its first bytes. */
const MOST_BLOCK_HEADER_BYTES = 16
const COPY_BYTES = 2 ** 20

/**
 * Writes the copy where blocks of the file's first cluster have such times.
 * @param options.to a file in the work folder
 * @returns whether it is there: it is not where all times fit, and where the file is not what it should be
 * @throws JobError where it cannot be written; the signal's reason
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

/** A block on the way through a file: where it or its group begins, and its time as it is written. */
interface Step {
  readonly element: Element
  readonly kind: 'segment' | 'cluster' | 'timestamp' | 'block' | 'other'
  /** Of a block within its cluster, of a cluster from the beginning; in ticks. */
  readonly ticks?: number
}

/** Goes through all elements as if segments and clusters had no end of their own. */
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

/** The time of a block, or of the one that a group begins with. */
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
    // Where one begins, a cluster of unknown size has ended.
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
  /** How often the times have begun anew in this cluster: as they are, and as the copy says by now. */
  let [last, written] = [0, 0]
  for await (const { element, kind, ticks = 0 } of stepsOf(openWindow(from), signal)) {
    if (kind === 'segment' || kind === 'cluster') {
      // What is put in makes both longer than they say.
      await copy.upTo(element.sizeAt)
      await copy.instead(unknownSize(element.sizeBytes), element.sizeBytes)
    }
    if (kind === 'cluster') [cluster, last, written] = [0, 0, 0]
    if (kind === 'timestamp') cluster = ticks
    if (kind !== 'block') continue
    // Whichever turn brings it nearest to the block before it.
    const turns = Math.max(0, Math.round((last - ticks) / TURN))
    last = ticks + turns * TURN
    if (turns === written) continue
    written = turns
    await copy.upTo(element.at)
    await copy.instead(clusterAt(cluster + turns * TURN), 0)
  }
  await copy.rest()
}

/** Copies a file in order, with something else in the place of some bytes. */
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

/** A cluster of unknown size that begins at a time. */
function clusterAt(ticks: number): Buffer {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(ticks))
  const id = Buffer.alloc(4)
  id.writeUInt32BE(CLUSTER)
  return Buffer.concat([id, unknownSize(8), Buffer.from([TIMESTAMP, 0x88]), time])
}
