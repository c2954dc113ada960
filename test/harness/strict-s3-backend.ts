/** The front's way to the server behind it. */
import { once } from 'node:events'
import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http'

const LARGEST_BODY_BYTES = 64 * 1024 * 1024
/** How often it is asked in all, and how long it may take to have a file whole; reached only by a test that fails. */
const MOST_TRIES = 10
export const SETTLED_WITHIN_MS = 120_000
/** What is the front's own business, or the connection's. */
const NOT_FORWARDED =
  /^(authorization|connection|expect|host|if-match|if-none-match|amz-sdk-.*|x-amz-(content-sha256|date|security-token))$/

export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > LARGEST_BODY_BYTES) throw new Error('a body too large for this front')
  }
  return Buffer.concat(chunks)
}

export interface Backend {
  readonly port: number
  readonly agent: Agent
}

/**
 * It stumbles over itself where two calls change one folder at the same time, as a service does not: it is asked again
 * then, unseen by the client.
 */
export async function forward(
  call: Backend & { request: IncomingMessage; body: Buffer },
): Promise<IncomingMessage> {
  for (let tries = 1; ; tries++) {
    const given = await send(call)
    if (given.statusCode !== 500 || tries === MOST_TRIES) return given
    given.resume()
  }
}

async function send(call: Backend & { request: IncomingMessage; body: Buffer }): Promise<IncomingMessage> {
  const { request, body, port, agent } = call
  const kept = Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.test(name))
  const onward = httpRequest({
    host: '127.0.0.1',
    port,
    agent,
    method: request.method,
    path: request.url,
    headers: Object.fromEntries(kept),
  })
  onward.end(body)
  const [given] = (await once(onward, 'response')) as [IncomingMessage]
  return given
}

/** The ETag of an object, undefined when there is none. */
export async function etagAt({ port, agent, path }: Backend & { path: string }): Promise<string | undefined> {
  const look = httpRequest({ host: '127.0.0.1', port, agent, method: 'HEAD', path })
  look.end()
  const [given] = (await once(look, 'response')) as [IncomingMessage]
  given.resume()
  return given.statusCode === 200 ? given.headers.etag : undefined
}

/** A list of objects with the first of them. */
export function cutList(xml: string, most: number): string {
  let count = 0
  return xml.replaceAll(/<Contents>.*?<\/Contents>/gs, (one) => (++count > most ? '' : one))
}

/** The server behind answers a little before its file is whole; a service does not. */
export async function settled(call: Backend & { path: string; bytes: number }): Promise<void> {
  const { port, agent, path, bytes } = call
  const giveUpAt = performance.now() + SETTLED_WITHIN_MS
  while (performance.now() < giveUpAt) {
    const look = httpRequest({ host: '127.0.0.1', port, agent, method: 'HEAD', path: path.split('?')[0] })
    look.end()
    const [given] = (await once(look, 'response')) as [IncomingMessage]
    given.resume()
    if (Number(given.headers['content-length']) === bytes) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`${path}: ${bytes} bytes were sent and have not all been stored`)
}
