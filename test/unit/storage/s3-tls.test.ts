/** Buckets behind https whose certificate nobody has signed, and ports that speak https where http was asked for. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createTls } from 'node:https'
import { type Server, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openDelivery } from '../../../src/callback/deliver.ts'
import { openPoster } from '../../../src/callback/post.ts'
import { defaultConf } from '../../../src/config/conf.ts'
import type { NotifyTarget } from '../../../src/model/job.ts'
import { openS3 } from '../../../src/storage/s3.ts'
import { patient } from '../../harness/strict-s3-bench.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}

function bucketAt(endpoint: string) {
  const target = {
    kind: 's3',
    vendor: 's3',
    bucket: 'rooms',
    region: 'r',
    endpoint,
    pathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  } as const
  const bucket = openS3(target, { ...patient, attempts: 1 })
  closing.push(() => bucket.close())
  return bucket
}

it('a certificate that signs itself is named, with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  const server = createTls({ key: await readFile(key), cert: await readFile(cert) }, (_, to) => to.end())
  await rm(folder, { recursive: true })
  const url = `https://127.0.0.1:${await portOf(server)}`
  const error = await bucketAt(url)
    .stat('a')
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'storageUntrusted', fault: 'config', retryable: false })
  expect((error as Error).message).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/)
  const poster = openPoster(undefined, { allow: [], deny: [] })
  closing.push(() => poster.close())
  const answer = await poster.post({
    ...{ url, headers: {}, body: Buffer.from('{}'), connectTimeoutMs: 60_000, answerTimeoutMs: 60_000 },
    signal: new AbortController().signal,
  })
  expect(answer).toEqual({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const logged: unknown[] = []
  const note = (facts: object) => void logged.push(facts)
  const { callback, network } = defaultConf()
  const delivery = openDelivery({
    settings: { ...callback, network, retrySeconds: [] },
    log: { debug: note, info: note, warn: note },
    now: () => 0,
    sleep: () => Promise.resolve(),
    beforeAttempt: () => undefined,
    onDelivered: () => undefined,
  })
  const message = { id: '1', target: '0', sequence: 1, atMs: 0, event: 'x', body: {} }
  delivery.send(message, { url, token: '', key: '', dialect: 'ucloud' } as NotifyTarget)
  await delivery.settled()
  const advice = expect.stringContaining('NODE_EXTRA_CA_CERTS') as string
  expect(logged).toMatchObject([{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', advice }])
})

it('a port that closes the connection on plain http may be one for https, unless it has answered before', async () => {
  let answers = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => {
      if (answers-- > 0) socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
      else socket.resetAndDestroy()
    })
  })
  const url = `http://127.0.0.1:${await portOf(server)}`
  const messageOf = async (bucket: ReturnType<typeof bucketAt>) => {
    const error = await bucket.remove('a').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'connectionBroke', retryable: true })
    return (error as Error).message
  }
  expect(await messageOf(bucketAt(url))).toContain('write StorageConfig.Endpoint with https://')
  const known = bucketAt(url)
  answers = 1
  await known.remove('a')
  expect(await messageOf(known)).not.toContain('https://')
})

it.each([
  ['a TLS alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 70])],
  ['Go', 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'],
  [
    'nginx',
    'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>',
  ],
])('a port that speaks https where http was asked for is named: %s', async (_, answer) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(answer))
  })
  const bucket = bucketAt(`http://127.0.0.1:${await portOf(server)}`)
  const error = await bucket.remove('a').catch((reason: unknown) => reason)
  expect(error, String((error as Error).cause)).toMatchObject({
    code: 'httpsOnly',
    fault: 'config',
    retryable: false,
  })
})
