/** A forward proxy: whatever host is asked for, it knows one, or refuses. */
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import { type AddressInfo, type Socket, connect } from 'node:net'

export interface ForwardProxy {
  readonly port: number
  /** What it was asked for: the URL, or "CONNECT host:port"; with the user and password, if any. */
  readonly asked: readonly { readonly what: string; readonly user: string | undefined }[]
  readonly close: () => Promise<void>
}

/** @param options.refuse the status that it answers everything with */
export async function startProxy(options: { toPort: number; refuse?: number }): Promise<ForwardProxy> {
  const { toPort, refuse } = options
  const asked: { what: string; user: string | undefined }[] = []
  const note = (what: string, { headers }: IncomingMessage) => {
    const [, encoded] = /^Basic (.+)$/.exec(headers['proxy-authorization'] ?? '') ?? []
    asked.push({ what, user: encoded && Buffer.from(encoded, 'base64').toString() })
  }
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    note(incoming.url ?? '', incoming)
    if (refuse !== undefined) {
      outgoing.writeHead(refuse, { 'content-type': 'text/html' }).end('<html>no</html>')
      return
    }
    const { pathname, search } = new URL(incoming.url ?? '')
    const { method, headers } = incoming
    const onward = request({ port: toPort, host: '127.0.0.1', path: pathname + search, method, headers })
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    note(`CONNECT ${incoming.url}`, incoming)
    client.on('error', () => undefined)
    if (refuse !== undefined) {
      client.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const onward = connect(toPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(client).pipe(onward)
    })
    onward.on('error', () => client.destroy())
    client.on('close', () => onward.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
