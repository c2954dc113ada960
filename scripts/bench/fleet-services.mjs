/** The Redis and the S3 server of the tests, for a fleet that is measured. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'esbuild'
import { Redis } from 'ioredis'
import { running } from './measure.mjs'

export const BUCKET = 'bench'
/** How long one may take to answer. */
const PATIENCE_MS = 60_000

/** A process of its own, so that what it takes can be told apart. */
const S3_SCRIPT = `
import { startS3Server } from './s3-server.ts'
import { startStrictS3 } from './strict-s3.ts'
const server = await startS3Server({ buckets: ['${BUCKET}'] })
const front = await startStrictS3({ backendPort: server.port })
const { endpoint, region, credentials } = front
process.stdout.write(JSON.stringify({ endpoint, region, credentials, port: server.port }) + '\\n')
process.on('SIGTERM', async () => {
  await front.stop()
  await server.stop()
  process.exit()
})
`

/**
 * @param {{home: string, cache: string}} places the home of this project, and where it may write
 */
export async function startServices({ home, cache }) {
  const folder = join(cache, 'run/services')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const ended = []
  try {
    const s3 = await startS3({ home, folder, ended })
    const redis = await startRedis({ folder, ended })
    const stop = () => stopAll(ended)
    return { redis, s3, stop }
  } catch (error) {
    await stopAll(ended)
    throw error
  }
}

async function startS3({ home, folder, ended }) {
  const script = join(folder, 's3.mjs')
  await build({
    stdin: { contents: S3_SCRIPT, resolveDir: join(home, 'test/harness'), loader: 'ts' },
    ...{ outfile: script, bundle: true, packages: 'external', format: 'esm', platform: 'node' },
  })
  const child = begin([process.execPath, script], ended, 'pipe')
  const [line] = await Promise.race([once(child.stdout, 'data'), failure(child, 'the S3 server')])
  const { port, ...facts } = JSON.parse(line.toString())
  const ask = async (method, key, body) => {
    const path = key.split('/').map(encodeURIComponent).join('/')
    const url = `http://127.0.0.1:${port}/${BUCKET}/${path}`
    const answer = await fetch(url, { method, body, headers: { connection: 'close' } })
    if (!answer.ok) throw new Error(`${method} ${key}: ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer())
  }
  const [get, put] = [(key) => ask('GET', key), (key, body) => ask('PUT', key, body)]
  return { pid: child.pid, ...facts, get, put }
}

async function startRedis({ folder, ended }) {
  const port = await freePort()
  const kept = ['--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec']
  const child = begin(['redis-server', '--port', port, '--bind', '127.0.0.1', ...kept], ended, 'ignore')
  const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: 200 })
  client.on('error', () => undefined)
  ended.push(() => client.disconnect())
  await Promise.race([client.ping(), failure(child, 'Redis')])
  return { pid: child.pid, url: `redis://127.0.0.1:${port}`, client }
}

function begin([program, ...args], ended, stdout) {
  const child = spawn(program, args.map(String), { stdio: ['ignore', stdout, 'inherit'], detached: true })
  child.on('error', () => undefined)
  if (child.pid !== undefined) running.add(child.pid)
  child.on('exit', () => running.delete(child.pid))
  ended.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  })
  return child
}

async function failure(child, name) {
  const why = await Promise.race([
    once(child, 'exit').then(([code, signal]) => `ended with ${signal ?? code}`),
    once(child, 'error').then(([error]) => error.message),
    wait(PATIENCE_MS, 'does not answer', { ref: false }),
  ])
  throw new Error(`${name} ${why}`)
}

async function stopAll(ended) {
  for (const end of ended.toReversed()) await end()
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
