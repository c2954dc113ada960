import { once } from 'node:events'
import { type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, it } from 'vitest'
import { openAgents } from '../../../src/network/agents.ts'
import { TooLarge, download } from '../../../src/network/download.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const closing: (() => unknown)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Asks a server that answers everything in one way. */
async function downloaded(answer: (response: ServerResponse, path: string) => void, timeoutMs: number) {
  const server = createServer((request, response) => answer(response, request.url ?? ''))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agents = openAgents(undefined, { allow: [], deny: [] })
  closing.push(() => (agents.close(), server.closeAllConnections(), server.close()))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`
  return download({ url, agents, timeoutMs, maxBytes: 1000, signal: new AbortController().signal })
}

const PATIENCE_MS = 100_000

it('a body that trickles without an end is given up in its time, whatever is collected meanwhile', async () => {
  const trickle = (response: ServerResponse) => {
    response.writeHead(200)
    const timer = setInterval(() => {
      response.write('x')
      collectGarbage()
    }, 20)
    response.on('close', () => clearInterval(timer))
  }
  await expect(downloaded(trickle, 300)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
})

it('a body that is too large is not read to its end', async () => {
  let cut: Promise<unknown> | undefined
  const large = (response: ServerResponse) => {
    cut = once(response, 'close')
    response.writeHead(200).write(Buffer.alloc(1001))
  }
  await expect(downloaded(large, PATIENCE_MS)).rejects.toBeInstanceOf(TooLarge)
  await cut
})

it('redirects that go round in circles are given up', async () => {
  const paths: string[] = []
  const round = (response: ServerResponse, path: string) => {
    paths.push(path)
    response.writeHead(302, { Location: path === '/a' ? '/b' : '/a' }).end()
  }
  await expect(downloaded(round, PATIENCE_MS)).rejects.toThrow('too many redirects')
  expect(paths.length).toBeLessThan(30)
})

it.each([
  ['a page that says why not', 404, {}],
  ['no content', 204, {}],
  ['a redirect without a place', 302, {}],
  ['a redirect to what is no HTTP', 302, { Location: 'file:///etc/hostname' }],
  ['a redirect to what is no address', 302, { Location: 'http://[' }],
])('an answer that is not the file is refused with its status: %s', async (_, status, headers) => {
  const answer = (response: ServerResponse) => response.writeHead(status, headers).end()
  await expect(downloaded(answer, PATIENCE_MS)).rejects.toThrow(`HTTP ${status}`)
})
