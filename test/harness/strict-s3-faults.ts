/** Ways for a call to go wrong. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export type How =
  | { readonly kind: 'pass' }
  /** An error answer; `code` as in the service's XML, `SlowDown`, unless it is another `body`. */
  | {
      readonly kind: 'refuse'
      readonly status: number
      readonly code: string
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the request and closes the connection. */
  | { readonly kind: 'drop' }
  /** Does what it is asked for and closes the connection without a word. */
  | { readonly kind: 'lose' }
  /** Takes its time before it does anything. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Bodies to be stored, objects that are there: one byte becomes another. */
  | { readonly kind: 'damage'; readonly atByte: number; readonly headers?: Readonly<Record<string, string>> }
  /** Objects that are there: the answer has these headers over its own; `damage` can have some too. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** Objects that are there: the connection is closed after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Objects that are there: the body stops after so many bytes, the connection stays. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Objects that are there: the body trickles, never silent for longer than 50 ms. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Objects that are there: the answer claims this length; a body that has less is cut where it ends. */
  | { readonly kind: 'length'; readonly bytes: number }

export interface Fault {
  /** Absent: any. */
  readonly operation?: string
  /** Absent: any. */
  readonly key?: string
  /** How many calls are broken; 1 when absent. */
  readonly times?: number
  readonly how: How
  /** Runs while the call is being broken: before the refusal, the cut or the end of the answer reaches the client. */
  readonly meanwhile?: () => void | Promise<void>
}

interface Answer {
  readonly response: ServerResponse
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: IncomingMessage
  readonly how: How
  readonly isHead: boolean
  readonly meanwhile: () => void | Promise<void>
}

/** Passes an object's answer on, broken as it is asked for. */
export async function sendBroken(answer: Answer): Promise<void> {
  const { response, status, body, how, isHead, meanwhile } = answer
  const claimed =
    how.kind === 'length'
      ? { 'content-length': how.bytes }
      : how.kind === 'headers' || how.kind === 'damage'
        ? how.headers
        : {}
  response.writeHead(status, { ...answer.headers, ...claimed })
  if (isHead) {
    body.resume()
    await meanwhile()
    response.end()
    return
  }
  const limit =
    how.kind === 'cut' || how.kind === 'stall' ? how.afterBytes : how.kind === 'length' ? how.bytes : Infinity
  let sent = 0
  for await (const chunk of body) {
    const bytes = (chunk as Buffer).subarray(0, limit - sent)
    if (how.kind === 'slow') await trickle(response, bytes, how.bytesPerSecond)
    else await write(response, how.kind === 'damage' ? damaged(bytes, how.atByte - sent) : bytes)
    sent += bytes.length
    if (sent === limit || response.destroyed) break
  }
  await meanwhile()
  if (how.kind === 'cut' || (how.kind === 'length' && sent < how.bytes)) response.destroy()
  else if (how.kind !== 'stall') response.end()
}

/** The bytes with the one at `index`, if it is among them, turned into another. */
export function damaged(bytes: Buffer, index: number): Buffer {
  const copy = Buffer.from(bytes)
  if (index in copy) copy[index] = (copy[index] ?? 0) ^ 0xff
  return copy
}

async function trickle(response: ServerResponse, bytes: Buffer, perSecond: number): Promise<void> {
  const step = Math.max(1, Math.round(perSecond / 20))
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    await write(response, bytes.subarray(at, at + step))
    await pause(50)
  }
}

/** Resolves once the bytes have left this process, so that a cut comes after them. */
function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
