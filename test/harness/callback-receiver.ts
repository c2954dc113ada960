/** A receiver of callbacks: a real HTTP server that answers as a test tells it to, or does not. */
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from './run-worker.ts'

/** A callback as it came in. */
export interface Received {
  readonly path: string
  readonly id: string
  readonly sequence: number
  /** Unix time in ms, as the header says. */
  readonly atMs: number
  readonly signature: string | undefined
  readonly contentType: string | undefined
  /** Byte for byte. */
  readonly text: string
  readonly body: Record<string, unknown>
}

/** A status; to leave the request without an answer; to break the connection; to send elsewhere. */
export type Answer = number | 'hang' | 'break' | { readonly redirect: string }

export interface CallbackReceiver {
  readonly url: string
  /** In the order of arrival, each try of a callback. */
  readonly received: readonly Received[]
  /** Waits until that many tries have come in. */
  readonly reached: (count: number) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Starts a receiver on loopback.
 * @param answer of the nth request that comes in, from 0; 200 unless given. It may take its time.
 * @param port a free one unless given
 */
export async function startReceiver(
  options: { answer?: (n: number, received: Received) => Answer | Promise<Answer>; port?: number } = {},
): Promise<CallbackReceiver> {
  const { answer = () => 200, port = 0 } = options
  const received: Received[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = await readOne(request)
    const n = received.push(one) - 1
    const how = await answer(n, one)
    if (how === 'hang') return
    if (how === 'break') request.socket.destroy()
    else if (typeof how === 'number') response.writeHead(how).end('{"code": 0}')
    else response.writeHead(307, { Location: how.redirect }).end()
  }
  const server = createServer((request, response) => {
    // A sender that gives up in mid request is part of some tests.
    handle(request, response).catch(() => response.destroy())
  })
  // A connection that is closed for its silence may be used again at that very moment.
  server.keepAliveTimeout = 0
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    reached: (count) =>
      until(`${count} callbacks have come in`, () => Promise.resolve(received.length >= count)),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readOne(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const header = (name: string): string | undefined => request.headers[name] as string | undefined
  return {
    path: request.url ?? '',
    id: header('x-owt-event-id') ?? '',
    sequence: Number(header('x-owt-event-sequence')),
    atMs: Number(header('x-owt-event-time')),
    signature: header('x-owt-signature'),
    contentType: header('content-type'),
    text,
    body: JSON.parse(text) as Record<string, unknown>,
  }
}
