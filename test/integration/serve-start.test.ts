/** How the service starts, and whom its server refuses before a request is read. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveConf } from '../../src/config/conf.ts'
import { logTo } from '../../src/events/channels.ts'
import type { QueueSettings } from '../../src/fleet/redis.ts'
import { type Service, openService } from '../../src/serve/service.ts'

const APPS = [{ appId: 'app-a', key: 'key-of-a' }]

let folder: string
let services: Service[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-service-'))
  services = []
})
afterEach(async () => {
  for (const service of services) await service.drain()
  await rm(folder, { recursive: true })
})

/** A service with a folder of its own, unless another is given. */
async function open(
  of: { serve?: object; host?: string; port?: number; name?: string; queue?: QueueSettings } = {},
): Promise<Service> {
  const { serve = {}, host = '127.0.0.1', port = 0, name = 'serve', queue } = of
  const layers = [{ file: 'settings', text: JSON.stringify({ serve }) }]
  const service = await openService({
    conf: resolveConf({ layers, env: {} }).conf,
    folder: join(folder, name),
    host,
    port,
    budget: { cores: 1, memoryMb: 500 },
    program: [process.execPath],
    args: [],
    env: {},
    workerVersion: '0.0.0',
    queue,
    note: () => undefined,
  })
  services.push(service)
  return service
}

describe('a service does not start', () => {
  it.each(['0.0.0.0', '::', '[::]', '192.0.2.1', 'worker.example'])(
    'on %s without any AppId, since everybody would be let in',
    async (host) => {
      await expect(open({ host })).rejects.toMatchObject({ code: 'serveOpen', fault: 'config', exitCode: 1 })
      expect(await readdir(folder)).toEqual([])
    },
  )

  it('on the folder of another, as long as that one runs', async () => {
    const first = await open()
    await expect(open()).rejects.toMatchObject({ code: 'serveTwice', said: { params: { pid: process.pid } } })
    expect((await fetch(`http://127.0.0.1:${first.port}/healthz`)).status).toBe(200)
    await first.drain()
    services = []
    await open()
  })

  it('with a queue, whose jobs need the credentials of the machine, unless they may have them', async () => {
    const log = logTo(() => undefined)
    const queue = { url: 'redis://127.0.0.1:1', prefix: 'x', lockMs: 1000, attempts: 1, aloneMs: 1000, log }
    await expect(open({ queue })).rejects.toMatchObject({ code: 'serveQueueCredentials', fault: 'config' })
    expect(await readdir(folder)).toEqual([])
    await open({ queue, serve: { machineCredentials: true } })
  })

  it('on a port that is taken', async () => {
    const { port } = await open()
    await expect(open({ port, name: 'other' })).rejects.toMatchObject({
      code: 'serveNoAddress',
      said: { params: { port, code: 'EADDRINUSE' } },
    })
  })

  it('but on every address with an AppId, and on loopback without', async () => {
    for (const of of [
      { host: '0.0.0.0', serve: { apps: APPS } },
      { host: 'localhost' },
      { host: '127.0.0.2' },
    ])
      await open({ ...of, name: of.host })
    expect(services).toHaveLength(3)
  })
})

describe('the server', () => {
  it('has at most as many connections as the settings say', async () => {
    const { port } = await open({ serve: { maxConnections: 2 } })
    const sockets = Array.from({ length: 2 }, () => connect(port, '127.0.0.1'))
    for (const socket of sockets) await once(socket, 'connect')
    const third = connect(port, '127.0.0.1').on('error', () => undefined)
    // Without an answer: one that was only too slow would be told so.
    await once(third.resume(), 'close')
    expect(third.bytesRead).toBe(0)
    for (const socket of sockets) socket.destroy()
  })

  it('refuses headers of more than 16 KiB', async () => {
    const { port } = await open()
    const statusOf = async (length: number): Promise<number> => {
      const headers = { 'X-Large': 'x'.repeat(length) }
      return (await fetch(`http://127.0.0.1:${port}/healthz`, { headers })).status
    }
    expect([await statusOf(15_000), await statusOf(17_000)]).toEqual([200, 431])
  })

  it('waits for nobody: headers, whole requests and next requests have their time', async () => {
    const { port } = await open()
    let server: Server | undefined
    const note = (message: unknown) => void ({ server } = message as { server: Server })
    subscribe('http.server.request.start', note)
    await fetch(`http://127.0.0.1:${port}/healthz`)
    unsubscribe('http.server.request.start', note)
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 })
  })
})
