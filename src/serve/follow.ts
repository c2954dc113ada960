/** Follows a job's file of events: from its beginning, or from where a client has come to. */
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

export interface Followed {
  /** Offset behind the line: what a client that comes back has seen. */
  readonly id: number
  readonly kind: string
  /** JSON on one line. */
  readonly data: string
}

const LOOK_EVERY_MS = 300
const CHUNK_BYTES = 64 * 1024
/** No event is longer; a file with such a line was not written by the worker. */
const LONGEST_LINE = 4 * 1024 * 1024

/**
 * Yields the events of a file. Null is yielded when all that is there has been yielded, before waiting for more.
 * @param options.from offset to begin at; one that is not the beginning of a line begins at the next
 * @param options.isOver whether nothing more is to come
 */
export async function* follow(options: {
  path: string
  from: number
  isOver: () => Promise<boolean>
  signal: AbortSignal
}): AsyncGenerator<Followed | null> {
  const { path, from, isOver, signal } = options
  let at = from
  while (!signal.aborted) {
    // Asked before reading, so that what is written before the end is read.
    const isLast = await isOver()
    for await (const event of eventsFrom(path, at)) {
      at = event.id
      if (event.data !== '') yield event
    }
    if (isLast) return
    yield null
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Whether a file has lines behind an offset. */
export async function hasMore(path: string, from: number): Promise<boolean> {
  for await (const event of eventsFrom(path, from)) if (event.data !== '') return true
  return false
}

async function* eventsFrom(path: string, from: number): AsyncGenerator<Followed> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    let at = Math.max(0, from)
    if (at > (await file.stat()).size) return
    // A client may send any number: lines begin behind a line break only.
    let isCut = at > 0 && !(await isBreak(file, at - 1))
    let rest = Buffer.alloc(0)
    for (;;) {
      const { bytesRead, buffer } = await file.read(
        Buffer.alloc(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        at + rest.length,
      )
      if (bytesRead === 0) return
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const line = rest.subarray(0, end).toString('utf8')
        at += end + 1
        rest = rest.subarray(end + 1)
        if (isCut) isCut = false
        else yield { id: at, kind: kindOf(line), data: line }
      }
      if (rest.length > LONGEST_LINE) return
    }
  } finally {
    await file.close()
  }
}

async function isBreak(file: FileHandle, at: number): Promise<boolean> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
  return bytesRead === 1 && buffer[0] === 10
}

function kindOf(line: string): string {
  try {
    const { kind } = JSON.parse(line) as { kind?: unknown }
    return typeof kind === 'string' && /^[A-Za-z]+$/.test(kind) ? kind : 'message'
  } catch {
    return 'message'
  }
}
