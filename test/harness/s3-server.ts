/**
 * An S3 server in a process of its own, with its data in a temporary folder. It checks no signature, no ETag and no
 * part size: what such a test means rests on `strict-s3.ts` before it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SETTLED_WITHIN_MS } from './strict-s3-backend.ts'

/** A connection for each call: one that is kept may be closed at the other end just when it is used again. */
const headers = { connection: 'close' }

export interface S3Server {
  readonly port: number
  /** Puts an object, unsigned and unseen by any front. */
  put(bucket: string, key: string, bytes: Uint8Array): Promise<void>
  /** An object's bytes, undefined when there is none. */
  get(bucket: string, key: string): Promise<Buffer | undefined>
  /** The keys of a bucket, at most a thousand. */
  keys(bucket: string): Promise<string[]>
  stop(): Promise<void>
}

/** Starts the server on a free port of loopback with these buckets, empty. */
export async function startS3Server({ buckets }: { buckets: readonly string[] }): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'owt-s3-'))
  const script = join(dirname(createRequire(import.meta.url).resolve('s3rver/package.json')), 'bin/s3rver.js')
  const options = ['--directory', folder, '--address', '127.0.0.1', '--port', '0', '--no-vhost-buckets']
  const named = buckets.flatMap((bucket) => ['--configure-bucket', bucket])
  const child = spawn(process.execPath, [script, ...options, ...named], { stdio: ['ignore', 'pipe', 'pipe'] })
  // A test run that ends by itself, whatever the reason, leaves no server behind.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const port = await portOf(child)
  const url = (bucket: string, key: string): string =>
    `http://127.0.0.1:${port}/${[bucket, ...key.split('/')].map(encodeURIComponent).join('/')}`
  return {
    port,
    async put(bucket, key, bytes) {
      const response = await fetch(url(bucket, key), {
        method: 'PUT',
        headers,
        body: bytes as Uint8Array<ArrayBuffer>,
      })
      if (!response.ok) throw new Error(`PUT ${bucket}/${key}: ${response.status} ${await response.text()}`)
      await stored(url(bucket, key), bytes)
    },
    async get(bucket, key) {
      const response = await fetch(url(bucket, key), { headers })
      if (response.status === 404) return undefined
      if (!response.ok) throw new Error(`GET ${bucket}/${key}: ${response.status} ${await response.text()}`)
      return Buffer.from(await response.arrayBuffer())
    },
    async keys(bucket) {
      const listing = await (await fetch(`http://127.0.0.1:${port}/${bucket}`, { headers })).text()
      return [...listing.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key)
    },
    async stop() {
      process.off('exit', kill)
      const ended = once(child, 'exit')
      if (child.exitCode === null && child.kill('SIGTERM')) await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** It answers a little before its file is whole. */
async function stored(url: string, bytes: Uint8Array): Promise<void> {
  const giveUpAt = performance.now() + SETTLED_WITHIN_MS
  while (performance.now() < giveUpAt) {
    const head = await fetch(url, { method: 'HEAD', headers })
    if (Number(head.headers.get('content-length')) === bytes.length) {
      const found = await (await fetch(url, { headers })).arrayBuffer()
      if (Buffer.from(found).equals(bytes)) return
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`${url}: ${bytes.length} bytes were put and have not all been stored`)
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      const port = /listening on \S+:(\d+)\s/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the S3 server ended before it listened: ${said}`)))
  })
}
