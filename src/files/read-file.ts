/**
 * Reads files with untrusted names: a FIFO, device or folder must not hang the worker, and an endless file must not
 * fill its memory. All files whose names come from outside are read through this.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { JobError } from '../errors.ts'

/** Limit of hand-written files and lists of paths. */
export const MAX_TEXT_BYTES = 16 * 1024 * 1024

/** Limit of the worker's own notes, results and states, which name every recording of a room. */
export const MAX_OWN_BYTES = 256 * 1024 * 1024

/** Without `O_NONBLOCK`, opening a FIFO that has no writer blocks forever. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/** Whether something is at a path, and may be looked at. */
export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/**
 * Opens a regular file. The caller closes it.
 * @throws JobError `notAFile`; the system's error if it cannot be opened
 */
export async function openRegular(path: string): Promise<FileHandle> {
  // A socket cannot even be opened, unlike other special files.
  const file = await open(path, FLAGS).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENXIO' ? notAFile(path) : error
  })
  const facts = await file.stat()
  if (facts.isFile()) return file
  await file.close()
  throw notAFile(path)
}

/**
 * Reads a regular file of at most `maxBytes`.
 * @throws JobError `notAFile`, `fileTooLarge`; the system's error if it cannot be read
 */
export async function readRegular(path: string, maxBytes: number): Promise<Buffer> {
  const file = await openRegular(path)
  try {
    const { size } = await file.stat()
    if (size > maxBytes) throw tooLarge(path, maxBytes)
    const chunks: Buffer[] = []
    let total = 0
    // Reads to the end, not to `size`: it is 0 for files in /proc, and the file may be growing.
    for (;;) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(chunkOf(size - total)) })
      if (bytesRead === 0) return Buffer.concat(chunks)
      total += bytesRead
      if (total > maxBytes) throw tooLarge(path, maxBytes)
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

/** Like `readRegular`, as UTF-8 text. */
export async function readRegularText(path: string, maxBytes: number = MAX_TEXT_BYTES): Promise<string> {
  return (await readRegular(path, maxBytes)).toString('utf8')
}

/** Like `readRegular`, synchronously, for files read at startup. */
export function readRegularSync(path: string, maxBytes: number): Buffer {
  const file = openSync(path, FLAGS)
  try {
    const facts = fstatSync(file)
    if (!facts.isFile()) throw notAFile(path)
    if (facts.size > maxBytes) throw tooLarge(path, maxBytes)
    const chunks: Buffer[] = []
    let total = 0
    for (;;) {
      const buffer = Buffer.alloc(chunkOf(facts.size - total))
      const bytesRead = readSync(file, buffer)
      if (bytesRead === 0) return Buffer.concat(chunks)
      total += bytesRead
      if (total > maxBytes) throw tooLarge(path, maxBytes)
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    closeSync(file)
  }
}

/** Like `readRegularSync`, as UTF-8 text. */
export function readRegularTextSync(path: string, maxBytes: number = MAX_TEXT_BYTES): string {
  return readRegularSync(path, maxBytes).toString('utf8')
}

const LEAST_CHUNK = 4096
const MOST_CHUNK = 1 << 20

/** Size of the next read if `left` bytes are expected: one byte more detects the end. */
const chunkOf = (left: number): number => Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, left + 1))

function notAFile(path: string): JobError {
  return new JobError({ code: 'notAFile', params: { path } }, { fault: 'config' })
}

function tooLarge(path: string, maxBytes: number): JobError {
  return new JobError({ code: 'fileTooLarge', params: { path, maxBytes } }, { fault: 'config' })
}
