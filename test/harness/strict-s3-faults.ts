/** Ways for a call to go wrong. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export type How =
  | { readonly kind: 'pass' }
  /** An error answer; `code` as in the service's XML, `SlowDown`. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the request and closes the connection. */
  | { readonly kind: 'drop' }
  /** Objects that are there: the connection is closed after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Objects that are there: the body stops after so many bytes, the connection stays. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Objects that are there: the body trickles. */
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
  const claimed = how.kind === 'length' ? { 'content-length': how.bytes } : {}
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
    sent += bytes.length
    await write(response, bytes)
    if (how.kind === 'slow') await pause((bytes.length / how.bytesPerSecond) * 1000)
    if (sent === limit) break
  }
  await meanwhile()
  if (how.kind === 'cut' || (how.kind === 'length' && sent < how.bytes)) response.destroy()
  else if (how.kind !== 'stall') response.end()
}

/** Resolves once the bytes have left this process, so that a cut comes after them. */
function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
