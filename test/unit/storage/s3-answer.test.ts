import { type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { openS3 } from '../../../src/storage/s3.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { patient } from '../../harness/strict-s3-bench.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A bucket whose service answers everything in one way; `sent` says how much of a body has gone out. */
async function bucketThat(
  answer: (response: ServerResponse) => void,
  requestTimeoutMs = 60_000,
): Promise<Storage> {
  const server = createServer((_, response) => answer(response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const target = {
    kind: 's3',
    vendor: 's3',
    bucket: 'rooms',
    region: 'r',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  } as const
  const bucket = openS3(target, { ...patient, attempts: 1, requestTimeoutMs })
  closing.push(() => (bucket.close(), server.closeAllConnections(), server.close()))
  return bucket
}

/** Writes until the other end has enough, or 64 MB have gone. */
function withoutEnd(response: ServerResponse): void {
  const block = Buffer.alloc(1 << 16, 'x')
  let blocks = 0
  const more = (): void => {
    while (blocks++ < 1024) if (!response.write(block)) return
    response.end()
  }
  response.on('drain', more)
  response.on('error', () => undefined)
  more()
}

it('an error whose text has no end is known by its status', async () => {
  let cut: Promise<boolean> | undefined
  const bucket = await bucketThat((response) => {
    cut = new Promise((resolve) => response.on('close', () => resolve(!response.writableFinished)))
    withoutEnd(response.writeHead(400))
  })
  await expect(bucket.remove('a')).rejects.toMatchObject({
    code: 'storageFailed',
    said: { params: { code: 'HTTP 400' } },
  })
  expect(await cut).toBe(true)
})

it('an error whose text trickles is ended by its time, however often something comes', async () => {
  const bucket = await bucketThat((response) => {
    response.writeHead(403)
    const timer = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(timer))
  }, 200)
  await expect(bucket.remove('a')).rejects.toMatchObject({ code: 'accessDenied' })
})

it('an answer without an end to what was done is none', async () => {
  const bucket = await bucketThat((response) => withoutEnd(response.writeHead(200)))
  await expect(bucket.remove('a')).rejects.toMatchObject({
    said: { params: { code: 'AnswerTooLong', status: 200 } },
  })
})

it('a short error is read', async () => {
  const bucket = await bucketThat((response) =>
    response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>'),
  )
  await expect(bucket.remove('a')).rejects.toMatchObject({ code: 'secretRefused' })
})
