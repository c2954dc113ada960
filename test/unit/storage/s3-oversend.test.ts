/** Services that send more of an object than they said, or do not say how much: no more of it is kept. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openS3 } from '../../../src/storage/s3.ts'
import { patient } from '../../harness/strict-s3-bench.ts'

const MB = Buffer.alloc(2 ** 20, 'x')

/** What a fetch of an object comes to, and what it leaves, where any request is answered by this and then by flood. */
async function fetchFrom(head: string, chunk: Buffer): Promise<{ code: unknown; kept: number[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'owt-oversend-'))
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nETag: "e"\r\n${head}\r\n\r\n`)
      const flood = () => {
        if (socket.destroyed) return
        socket.write(chunk, () => setImmediate(flood))
      }
      flood()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const bucket = openS3(
    {
      ...{ kind: 's3', vendor: 's3', bucket: 'rooms', region: 'r', pathStyle: true },
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    },
    { ...patient, attempts: 1 },
  )
  try {
    const code = await bucket.fetch('a.webm', join(folder, 'in')).then(
      () => 'fetched',
      (error: unknown) => (error as { code?: unknown }).code,
    )
    const names = (await readdir(folder)).filter((name) => !name.endsWith('.json'))
    const files = await Promise.all(names.map((name) => readFile(join(folder, name))))
    return { code, kept: files.map(({ length }) => length) }
  } finally {
    bucket.close()
    server.close()
    await rm(folder, { recursive: true })
  }
}

it('more than it said is cut off', async () => {
  const { kept } = await fetchFrom('Content-Length: 10', MB)
  expect(kept.every((bytes) => bytes <= 10)).toBe(true)
})

it('a body of which it does not say how long it is is not begun', async () => {
  const chunk = Buffer.concat([Buffer.from(`${MB.length.toString(16)}\r\n`), MB, Buffer.from('\r\n')])
  const { code, kept } = await fetchFrom('Transfer-Encoding: chunked', chunk)
  expect(code).toBe('storageFailed')
  expect(kept).toEqual([])
})
