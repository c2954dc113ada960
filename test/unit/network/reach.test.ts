/** Only what the rules allow is connected to: servers on addresses of loopback, and a name server of this test's own. */
import dns from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { openPoster } from '../../../src/callback/post.ts'
import { openAgents } from '../../../src/network/agents.ts'
import { download } from '../../../src/network/download.ts'
import { openStorage } from '../../../src/storage/open.ts'
import { startProxy } from '../../harness/proxy.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const close of closing.splice(0)) await close()
})

/** All of loopback but one address. */
const RULES = { allow: ['127.0.0.2'], deny: ['loopback'] }
const REFUSED = { code: 'addressRefused', fault: 'config', retryable: false }
const signal = new AbortController().signal

/** A server on an address; `asked` are the paths it was asked for. */
async function serve(address: string, redirectTo?: string) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (redirectTo === undefined) response.end(address)
    else response.writeHead(302, { location: redirectTo }).end()
  })
  await new Promise<void>((done) => server.listen(0, address, done))
  closing.push(() => (server.closeAllConnections(), server.close()))
  return { port: (server.address() as AddressInfo).port, asked }
}

/** Each time a name is looked up it has the next of these sets of addresses, and keeps the last. */
function resolveTo(...sets: readonly string[][]) {
  let time = 0
  const lookup = (_: string, __: object, done: (error: null, found: object[]) => void) => {
    const addresses = sets[Math.min(time++, sets.length - 1)] ?? []
    setImmediate(
      done,
      null,
      addresses.map((address) => ({ address, family: 4 })),
    )
  }
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup)
}

const get = async (url: string, env?: Record<string, string>): Promise<string> => {
  const agents = openAgents(env, RULES)
  closing.push(() => agents.close())
  return (await download({ url, agents, timeoutMs: 60_000, maxBytes: 100, signal })).toString()
}

it('a name is connected to by those of its addresses that are allowed', async () => {
  const [{ port }, other] = [await serve('127.0.0.2'), await serve('127.0.0.3')]
  resolveTo(['127.0.0.3', '127.0.0.2'])
  expect(await get(`http://pictures.example:${port}/`)).toBe('127.0.0.2')
  resolveTo(['127.0.0.3'])
  await expect(get(`http://pictures.example:${other.port}/`)).rejects.toMatchObject(REFUSED)
  expect(other.asked).toEqual([])
})

it('an address is refused however it is written', async () => {
  const { port, asked } = await serve('127.0.0.3')
  for (const host of ['127.0.0.3', '2130706435', '0x7f.3', '[::ffff:127.0.0.3]'])
    await expect(get(`http://${host}:${port}/`)).rejects.toMatchObject(REFUSED)
  expect(asked).toEqual([])
})

it('a redirect leads nowhere else', async () => {
  const inner = await serve('127.0.0.3')
  const outer = await serve('127.0.0.2', `http://127.0.0.3:${inner.port}/`)
  await expect(get(`http://127.0.0.2:${outer.port}/`)).rejects.toMatchObject(REFUSED)
  expect(outer.asked).toEqual(['/'])
  expect(inner.asked).toEqual([])
})

it('a name that leads elsewhere the second time is refused then', async () => {
  const inner = await serve('127.0.0.3')
  const outer = await serve('127.0.0.2', `http://rebound.example:${inner.port}/`)
  resolveTo(['127.0.0.2'], ['127.0.0.3'])
  await expect(get(`http://rebound.example:${outer.port}/`)).rejects.toMatchObject(REFUSED)
  expect(inner.asked).toEqual([])
})

it.each(['http', 'https'])('a proxy is not asked for what is refused, by %s', async (scheme) => {
  const { port } = await serve('127.0.0.1')
  const proxy = await startProxy({ toPort: port })
  closing.push(proxy.close)
  const env = { [`${scheme.toUpperCase()}_PROXY`]: `http://127.0.0.1:${proxy.port}` }
  await expect(get(`${scheme}://127.0.0.3/`, env)).rejects.toMatchObject(REFUSED)
  // Whichever of them the proxy would take.
  resolveTo(['127.0.0.2', '127.0.0.3'])
  await expect(get(`${scheme}://pictures.example/`, env)).rejects.toMatchObject(REFUSED)
  resolveTo([])
  await expect(get(`${scheme}://unknown.example/`, env)).rejects.toMatchObject(REFUSED)
  expect(proxy.asked).toEqual([])
  resolveTo(['127.0.0.2'])
  if (scheme === 'http') expect(await get('http://pictures.example/', env)).toBe('127.0.0.1')
  else await expect(get('https://pictures.example/', env)).rejects.not.toMatchObject(REFUSED)
  expect(proxy.asked).toHaveLength(1)
})

it('a callback is not sent', async () => {
  const { port, asked } = await serve('127.0.0.3')
  resolveTo(['127.0.0.3'])
  const poster = openPoster(undefined, RULES)
  closing.push(() => poster.close())
  for (const host of ['127.0.0.3', 'hooks.example']) {
    const answer = await poster.post({
      ...{ url: `http://${host}:${port}/`, headers: {}, body: Buffer.from('{}') },
      ...{ connectTimeoutMs: 60_000, answerTimeoutMs: 60_000, signal },
    })
    expect(answer).toEqual({ code: 'ADDRESS_REFUSED' })
  }
  expect(asked).toEqual([])
})

it('a bucket is not asked, nor asked again', async () => {
  const { port, asked } = await serve('127.0.0.3')
  resolveTo(['127.0.0.3'])
  for (const host of ['127.0.0.3', 's3.example']) {
    const target = {
      ...({ kind: 's3', vendor: 's3', bucket: 'rooms', region: 'r', pathStyle: true } as const),
      endpoint: `http://${host}:${port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    }
    const bucket = openStorage(target, { ...defaultConf().storage, network: RULES })
    closing.push(() => bucket.close())
    await expect(bucket.stat('a')).rejects.toMatchObject(REFUSED)
  }
  expect(asked).toEqual([])
})
