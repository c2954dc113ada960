/** A Redis of its own on a free port of loopback, with its data in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { hasProgram } from './programs.ts'
import { until } from './workplace.ts'

/** Tests of the queue are skipped where Redis is not installed. */
export const hasRedis = hasProgram('redis-server')

export interface RedisServer {
  readonly url: string
  /** Ends it as a crash does. Its data stays. */
  kill(): Promise<void>
  /** Starts it again with its data. */
  start(): Promise<void>
  /** Removes all data. */
  empty(): Promise<void>
  /** Every command that has changed its data, and every value. */
  written(): Promise<string>
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'owt-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const killNow = () => void child?.kill('SIGKILL')
  process.once('exit', killNow)
  const ask = async <T>(what: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(url, { retryStrategy: () => null })
    redis.on('error', () => undefined)
    try {
      return await what(redis)
    } finally {
      redis.disconnect()
    }
  }
  const start = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    child = spawn('redis-server', [...args, '--appendonly', 'yes', '--appendfsync', 'always'], {
      stdio: 'ignore',
    })
    await until('Redis answers', async () => (await ask((redis) => redis.ping())) === 'PONG')
  }
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    url,
    start,
    kill,
    async written() {
      const log = join(folder, 'appendonlydir')
      const parts = (await readdir(log)).map((name) => readFile(join(log, name), 'latin1'))
      return (await Promise.all(parts)).join('')
    },
    empty: async () => void (await ask((redis) => redis.flushall())),
    async stop() {
      process.off('exit', killNow)
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Starts one for the tests of a file or block. */
export function useRedis(): () => RedisServer {
  let server: RedisServer | undefined
  beforeAll(async () => {
    if (hasRedis) server = await startRedis()
  })
  afterAll(() => server?.stop())
  return () => server!
}
