/** Buckets, callbacks and watermark pictures by way of the proxies that the environment names. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openPoster } from '../../src/callback/post.ts'
import { TooLarge, download } from '../../src/network/download.ts'
import { openAgents } from '../../src/network/agents.ts'
import { startReceiver } from '../harness/callback-receiver.ts'
import { startProxy } from '../harness/proxy.ts'
import { BUCKET, KEY, useS3Bench } from '../harness/strict-s3-bench.ts'

const bench = useS3Bench()
const OPEN = { allow: [], deny: [] }
const ENDPOINT = 'http://s3.corp.invalid:9000'
const s3Port = () => Number(new URL(bench.front.endpoint).port)
const closing: (() => unknown)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closing.splice(0)) await close()
})

/** Names a proxy in the environment of this test alone. */
async function useProxy(options: { refuse?: number; toPort?: number; user?: string; noProxy?: string } = {}) {
  const proxy = await startProxy({ toPort: s3Port(), ...options })
  closing.push(proxy.close)
  const url = `http://${options.user ?? ''}127.0.0.1:${proxy.port}`
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) vi.stubEnv(name, undefined)
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, url)
  vi.stubEnv('NO_PROXY', options.noProxy ?? '')
  return proxy
}

describe('a bucket', () => {
  it('is reached by the proxy, which is given its user and password', async () => {
    const proxy = await useProxy({ user: 'me:hush@' })
    const { path, bytes } = await bench.makeFile('out.mp4', 100_000)
    const storage = bench.open({ endpoint: ENDPOINT })
    await storage.put(KEY, path)
    await storage.fetch(KEY, join(bench.home, 'in.mp4'))
    expect(await bench.holds(join(bench.home, 'in.mp4'), bytes)).toBe(true)
    expect(proxy.asked.length).toBeGreaterThan(2)
    for (const { what, user } of proxy.asked) {
      expect(what).toContain(`${ENDPOINT}/${BUCKET}/`)
      expect(user).toBe('me:hush')
    }
  })

  it('is spoken to directly where NO_PROXY or the setting says so', async () => {
    const proxy = await useProxy({ noProxy: '127.0.0.0/8' })
    expect(await bench.open().stat('none')).toBeUndefined()
    vi.stubEnv('NO_PROXY', '')
    expect(await bench.open({ settings: { proxy: false } }).stat('none')).toBeUndefined()
    expect(proxy.asked).toEqual([])
  })

  it.each([
    [ENDPOINT, 407, false, 'user and password'],
    [ENDPOINT, 403, false, 'allow s3.corp.invalid:9000 there'],
    [ENDPOINT, 502, true, 'HTTP 502'],
    ['https://s3.corp.invalid', 407, false, 'user and password'],
    ['https://s3.corp.invalid', 403, false, 'allow s3.corp.invalid there'],
  ])(
    'that the proxy does not let through is no fault of the bucket: %s, %i',
    async (endpoint, refuse, retryable, says) => {
      const proxy = await useProxy({ refuse, user: 'me:hush@' })
      const error = await bench.failureOf(bench.open({ endpoint }).readText('a', 10))
      expect(error).toMatchObject({ code: 'proxyRefused', retryable })
      expect(error.message).toContain(`the proxy 127.0.0.1:${proxy.port} `)
      expect(error.message).toContain(says)
      expect(error.message).not.toContain('hush')
    },
  )

  it('behind a proxy that is not there is told so', async () => {
    const { close } = await useProxy()
    await close()
    closing.length = 0
    const error = await bench.failureOf(bench.open({ endpoint: ENDPOINT }).stat('a'))
    expect(error).toMatchObject({ code: 'proxyUnreachable', retryable: true })
  })
})

it('callbacks go through it', async () => {
  const receiver = await startReceiver()
  closing.push(receiver.close)
  const toPort = Number(new URL(receiver.url).port)
  const proxy = await startProxy({ toPort })
  closing.push(proxy.close)
  const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }
  const body = Buffer.from('{}')
  const limits = { connectTimeoutMs: 60_000, answerTimeoutMs: 60_000, signal: new AbortController().signal }
  const poster = openPoster(env, OPEN)
  closing.push(() => poster.close())
  const url = 'http://hook.corp.invalid/x?y'
  expect(await poster.post({ url, headers: {}, body, ...limits })).toEqual({ status: 200 })
  expect(proxy.asked.map(({ what }) => what)).toEqual([url])
  const gone = openPoster({ HTTP_PROXY: 'http://127.0.0.1:1' }, OPEN)
  closing.push(() => gone.close())
  expect(await gone.post({ url, headers: {}, body, ...limits })).toEqual({ code: 'PROXY_ECONNREFUSED' })
})

describe('a small file', () => {
  const limits = { timeoutMs: 60_000, maxBytes: 1000, signal: new AbortController().signal }
  const agents = openAgents(undefined, OPEN)
  closing.push(() => agents.close())

  /** Answers as the path says. */
  async function serve() {
    const server = createServer((request, response) => {
      const path = request.url ?? ''
      if (path === '/moved') response.writeHead(302, { location: '/small' }).end()
      else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end()
      else if (path === '/small') response.end('small')
      else if (path === '/none') response.writeHead(404).write('no end')
      else if (path === '/large') response.end(Buffer.alloc(1001))
      else response.writeHead(200, { 'content-length': '1000' }).write('x')
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    closing.push(() => (server.closeAllConnections(), server.close()))
    return (server.address() as AddressInfo).port
  }

  it('comes through the proxy, and by redirects', async () => {
    const proxy = await startProxy({ toPort: await serve() })
    closing.push(proxy.close)
    const through = openAgents({ HTTP_PROXY: `127.0.0.1:${proxy.port}` }, OPEN)
    closing.push(() => through.close())
    const url = 'http://img.corp.invalid/moved'
    expect((await download({ url, agents: through, ...limits })).toString()).toBe('small')
    expect(proxy.asked.map(({ what }) => what)).toEqual([url, 'http://img.corp.invalid/small'])
  })

  it('has a bound in bytes, in redirects and in time, whatever comes', async () => {
    const url = `http://127.0.0.1:${await serve()}`
    const get = (path: string, timeoutMs = 60_000) =>
      download({ url: url + path, agents, ...limits, timeoutMs }).catch((error: unknown) => error)
    expect(await get('/large')).toBeInstanceOf(TooLarge)
    expect(await get('/loop')).toEqual(new Error('too many redirects'))
    expect(await get('/none')).toEqual(new Error('HTTP 404'))
    expect(await get('/trickles', 50)).toMatchObject({ code: 'ETIMEDOUT' })
  })
})
