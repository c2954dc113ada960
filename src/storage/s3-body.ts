/** Reads the bytes of an object over as many connections as necessary, without mixing versions. */
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import type { Readable } from 'node:stream'
import { JobError } from '../errors.ts'
import type { Message } from '../messages/index.ts'
import { pauseMs, waitMs } from './backoff.ts'
import { ask } from './s3-ask.ts'
import { httpStatus } from './s3-errors.ts'
import { storageError } from './s3-explain.ts'
import { type Version, versionOf, type Wanted } from './s3-version.ts'
import { tookTooLong, transferMs } from './transfer-time.ts'

/** How often reading restarts when the object changes during the read. */
const RESTARTS = 2
/** A connection that delivered this much does not count as a failure. */
const USEFUL_BYTES = 1 << 20
const PRECONDITION_FAILED = 412
const RANGE_NOT_SATISFIABLE = 416

/** A version whose bytes are about to arrive. */
interface Opened {
  readonly version: Version
  readonly body: Readable
}

/**
 * Reads an object from the beginning, and restarts if it is replaced during the read.
 * @throws JobError `objectMissing`, `objectChanged`, and the errors of `storageError`
 */
export async function startingOver<T>(wanted: Wanted, use: (opened: Opened) => Promise<T>): Promise<T> {
  for (let restarts = 0; ; restarts++) {
    const opened = await open(wanted)
    try {
      return await use(opened)
    } catch (error) {
      if (!isChange(error) || restarts === RESTARTS) throw error
    } finally {
      opened.body.destroy()
    }
  }
}

export function isChange(error: unknown): boolean {
  return error instanceof JobError && error.code === 'objectChanged'
}

async function open(wanted: Wanted): Promise<Opened> {
  const { body, answer } = await get(wanted, {})
  if (answer.ContentLength === undefined) {
    body.destroy()
    const unnamed = Object.assign(new Error(), { name: 'MissingContentLength' })
    throw storageError(wanted.session, { doing: 'read', key: wanted.key }, unnamed)
  }
  return { version: versionOf(wanted.session, answer, answer.ContentLength), body }
}

/**
 * Yields the bytes of one version in order, starting at byte `at`.
 * @throws JobError `objectChanged` once the bucket has another version; `fetchInterrupted`, `fetchTooSlow`,
 *   `transferTooLong`
 */
export async function* bytesOf(
  wanted: Wanted,
  version: Version,
  from: { at: number; body?: Readable | undefined },
): AsyncGenerator<Buffer, void> {
  const { session, options } = wanted
  const { settings } = session
  let { at } = from
  let body = from.body
  let fruitless = 0
  const startedAt = performance.now()
  const mostMs = transferMs(settings, version.bytes - at)
  const refuseLate = () => {
    if (performance.now() - startedAt <= mostMs) return
    throw tookTooLong(wanted, { doing: 'read', bytes: version.bytes - from.at })
  }
  try {
    for (;;) {
      body ??= await goOn({ wanted, version, at })
      const start = at
      const pace = watchPace({ body, settings, moved: () => at })
      let cut: unknown
      try {
        for await (const chunk of body) {
          const bytes = chunk as Buffer
          if (at + bytes.length > version.bytes) throw changed(wanted)
          refuseLate()
          at += bytes.length
          options?.onBytes?.(bytes.length)
          yield bytes
        }
      } catch (error) {
        cut = error
      } finally {
        pace.stop()
        body.destroy()
      }
      options?.signal?.throwIfAborted()
      // A body that failed after its last byte is complete.
      if (at === version.bytes) return
      if (cut instanceof JobError) throw cut
      refuseLate()
      fruitless = at - start >= USEFUL_BYTES ? 0 : fruitless + 1
      const broken = interrupted({ wanted, version, at, cut, isSlow: pace.isSlow() })
      if (fruitless >= settings.attempts || version.etag === undefined) throw broken
      const ms = pauseMs({ failures: fruitless + 1, pace: settings, chance: Math.random() })
      const facts = {
        where: session.where,
        key: wanted.key,
        at,
        bytes: version.bytes,
        pauseMs: Math.round(ms),
      }
      session.log?.warn({ ...facts, err: broken }, 'download goes on after a break')
      await waitMs(ms, options?.signal)
      body = undefined
    }
  } catch (error) {
    if (isChange(error)) options?.onBytes?.(-at)
    throw error
  }
}

/**
 * Opens the rest of the same version. Also compares the ETag, since not every service honours `If-Match`.
 * @throws JobError `objectChanged` if the bucket now has another version
 */
async function goOn(from: { wanted: Wanted; version: Version; at: number }): Promise<Readable> {
  const { wanted, version, at } = from
  const { bytes, etag } = version
  try {
    const { body, answer } = await get(wanted, {
      Range: `bytes=${at}-`,
      IfMatch: etag,
    })
    if (answer.ETag === etag && answer.ContentRange === `bytes ${at}-${bytes - 1}/${bytes}`) return body
    body.destroy()
  } catch (error) {
    const status = error instanceof JobError ? httpStatus(error.cause) : undefined
    if (status === PRECONDITION_FAILED || status === RANGE_NOT_SATISFIABLE) throw changed(wanted, error)
    throw error
  }
  throw changed(wanted)
}

async function get(wanted: Wanted, part: { Range?: string; IfMatch?: string | undefined }) {
  const { session, key, options } = wanted
  const input = { Bucket: session.bucket, Key: key, ...part }
  const answer = await ask<GetObjectCommandOutput>(
    session,
    { doing: 'read', key, signal: options?.signal },
    (s3, send) => s3.getObject(input, send),
  )
  // In Node the SDK's body is the response itself.
  return { answer, body: answer.Body as Readable }
}

/** Ends a body that arrives too slowly. A body that stops entirely is ended by the connection's own timeout. */
function watchPace(watched: {
  body: Readable
  settings: { requestTimeoutMs: number; minBytesPerSecond: number }
  moved: () => number
}): { stop: () => void; isSlow: () => boolean } {
  const { body, settings, moved } = watched
  const leastBytes = (settings.minBytesPerSecond * settings.requestTimeoutMs) / 1000
  let before = moved()
  let isSlow = false
  const timer = setInterval(() => {
    isSlow = moved() - before < leastBytes
    before = moved()
    if (isSlow) body.destroy(new Error('too slow'))
  }, settings.requestTimeoutMs)
  return { stop: () => clearInterval(timer), isSlow: () => isSlow }
}

export function changed({ session, key }: Wanted, cause?: unknown): JobError {
  return new JobError(
    { code: 'objectChanged', params: { where: session.where, key } },
    { fault: 'input', retryable: true, cause },
  )
}

function interrupted(broke: {
  wanted: Wanted
  version: Version
  at: number
  cut: unknown
  isSlow: boolean
}): JobError {
  const { wanted, version, at, cut, isSlow } = broke
  const { session, key } = wanted
  const params = { where: session.where, key }
  const said: Message = isSlow
    ? { code: 'fetchTooSlow', params: { ...params, bytesPerSecond: session.settings.minBytesPerSecond } }
    : { code: 'fetchInterrupted', params: { ...params, atBytes: at, bytes: version.bytes } }
  return new JobError(said, { fault: 'input', retryable: true, cause: cut })
}
