/** A TCP relay that can be cut, as by a pulled cable, and slowed down. */
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface Relay {
  readonly port: number
  /** From now on nothing gets through, nor does the end of a connection. */
  readonly cut: () => void
  readonly mend: () => void
  /** Lets so many bytes a second through on each connection. */
  readonly slow: (bytesPerSecond: number) => void
  readonly close: () => Promise<void>
}

/** @param options.host address to listen on */
export async function startRelay(options: { toPort: number; host?: string }): Promise<Relay> {
  const { toPort, host = '127.0.0.1' } = options
  const sockets = new Set<Socket>()
  let bytesPerSecond = Infinity
  let isWhole = Promise.resolve()
  let mend = (): void => undefined

  const pump = (from: Socket, to: Socket): void => {
    // In order, one after the other.
    let passed = Promise.resolve()
    const then = (pass: () => void): void => void (passed = passed.then(() => isWhole).then(pass))
    from.on('data', (chunk: Buffer) => {
      from.pause()
      if (bytesPerSecond < Infinity)
        passed = passed.then(() => pause((1000 * chunk.length) / bytesPerSecond, undefined, { ref: false }))
      then(() => {
        if (!to.destroyed) to.write(chunk)
        from.resume()
      })
    })
    from.on('error', () => undefined)
    from.on('end', () => then(() => to.end()))
    from.on('close', () => {
      sockets.delete(from)
      then(() => to.destroy())
    })
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const onward = connect({ port: toPort, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [client, onward]) sockets.add(socket)
    pump(client, onward)
    pump(onward, client)
  })
  server.listen(0, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => void (isWhole = new Promise((resolve) => (mend = resolve))),
    mend: () => mend(),
    slow: (rate) => void (bytesPerSecond = rate),
    async close() {
      mend()
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
