/** The service when it is killed, when its jobs are, and when its clients are slow. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, symlink } from 'node:fs/promises'
import { type Socket, connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startReceiver } from '../harness/callback-receiver.ts'
import { shellBlocksOf, textOf } from '../harness/pages.ts'
import { HOME, cfgOf, changed, furnish, indexOf, until, usePlace } from '../harness/run-worker.ts'
import { jobFolder, postTo, serveFolder, startService, untilState } from '../harness/serve-worker.ts'

const place = usePlace()

const job = (jobId: string, more: object = {}) =>
  changed(
    cfgOf({ Internal: { JobId: jobId }, Data: { Index: { ...indexOf(), JobId: jobId } } }),
    more as never,
  )

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** States of a job in the order of its events. */
async function statesOf(jobId: string): Promise<string[]> {
  const text = await readFile(join(jobFolder(place, jobId), 'events.jsonl'), 'utf8')
  return [...text.matchAll(/"kind":"state","state":"(\w+)"/g)].map(([, state = '']) => state)
}

describe('the README', () => {
  it('starts a job with curl and follows it with curl -N, as it stands', async () => {
    const [block = ''] = shellBlocksOf(textOf('README.md')).filter((one) => one.includes('owt-main serve'))
    expect(shellBlocksOf(textOf('docs/guide.zh.md'))).toContain(block)
    for (const name of ['bin', 'conf', 'node_modules', 'dist', 'package.json'])
      await symlink(join(HOME, name), join(place.folder, name))
    // A bucket of its own, so that the result does not lie in the repository.
    await promisify(execFile)('cp', ['-r', join(HOME, 'mixer'), place.folder])
    const port = await freePort()
    const env = { ...process.env, OWT_SERVE_PORT: String(port), OWT_SERVE_FOLDER: serveFolder(place) }
    // Other than the port nothing is changed: another service may be running here.
    const script = `${block.replaceAll('8600', String(port))}\nkill %1; wait %1`
    const { stdout } = await promisify(execFile)('bash', ['-m', '-e', '-c', script], {
      cwd: place.folder,
      env,
    })
    expect(stdout).toMatch(/"RetCode":0,"Message":"OK"/)
    expect(stdout).toMatch(/^event: ended$/m)
    expect(stdout).toMatch(/"state":"done"/)
    expect(await readdir(join(place.folder, 'mixer/bucket/output'))).toContain('job-demo-20261122-0001.mp4')
  })
})

it('a job of the service is mixed with the timed updates of its requests', async () => {
  await furnish(place)
  const service = await startService(place, {})
  const Updates = [{ At: 60, Action: 'job.mixer.update', Data: { MixerConfig: { ScreenShare: 'large' } } }]
  expect(await postTo(service.url, job('timed', { Data: { Updates } }))).toMatchObject({ RetCode: 0 })
  expect(await untilState(service.url, 'timed', ['done', 'failed', 'stopped'])).toBe('done')
  const events = await readFile(join(jobFolder(place, 'timed'), 'events.jsonl'), 'utf8')
  expect(events).toContain('updatesAfterEnd')
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
})

describe('a service that is killed', () => {
  it('loses no job and does none twice', async () => {
    await furnish(place)
    const receiver = await startReceiver()
    const settings = { network: { allow: ['loopback'], deny: ['private'] } }
    const NotifyConfig = [{ ServiceType: 'job.mixer', Status: 'open', NotifyUrl: `${receiver.url}/cb` }]
    const ids = Array.from({ length: 12 }, (_, n) => `load-${n}`)
    let service = await startService(place, { serve: { jobs: 2 }, settings })
    const port = Number(new URL(service.url).port)
    const answers = await Promise.all(
      ids.map((id) => postTo(service.url, job(id, { Data: { NotifyConfig } }))),
    )
    expect(answers.map(({ RetCode, Message }) => `${RetCode} ${Message}`)).toEqual(ids.map(() => '0 OK'))
    for (const ended of [2, 5, 8]) {
      await until(`${ended} jobs are done`, async () => {
        const states = await Promise.all(ids.map((id) => statesOf(id)))
        return states.filter((one) => one.includes('done')).length >= ended
      })
      service.child.kill('SIGKILL')
      await service.ended
      service = await startService(place, { serve: { jobs: 2 }, settings, port })
    }
    for (const id of ids)
      expect(await untilState(service.url, id, ['done', 'failed', 'unchanged', 'stopped'])).toBe('done')
    const states = await Promise.all(ids.map((id) => statesOf(id)))
    expect(states.map((one) => one.filter((state) => state === 'done').length)).toEqual(ids.map(() => 1))
    expect((await readdir(join(place.bucket, 'out'))).filter((name) => name.endsWith('.mp4')).sort()).toEqual(
      ids.map((id) => `${id}.mp4`).sort(),
    )
    // Each receiver hears once that the file is there: the same event of a run has the same id however often it is sent.
    const files = receiver.received.filter(({ body }) => body['EventType'] === 'ucloud_mixer_file_infos')
    expect(new Set(files.map(({ id }) => id)).size).toBe(ids.length)
    service.child.kill('SIGTERM')
    expect((await service.ended).code).toBe(0)
    await receiver.close()
  })

  it('hands running jobs back on SIGTERM, and goes on with them', async () => {
    await furnish(place)
    const serve = { jobs: 1, drainMs: 0 }
    const first = await startService(place, { serve })
    for (const id of ['one', 'two']) expect(await postTo(first.url, job(id))).toMatchObject({ RetCode: 0 })
    await untilState(first.url, 'one', ['running', 'done'])
    first.child.kill('SIGTERM')
    expect((await first.ended).code).toBe(0)
    expect(await place.processes()).toEqual([])
    const second = await startService(place, { serve })
    for (const id of ['one', 'two'])
      expect(await untilState(second.url, id, ['done', 'failed', 'stopped'])).toBe('done')
    second.child.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)
  })

  it('starts a job again whose process is killed, and serves on', async () => {
    await furnish(place)
    const { url, child, ended } = await startService(place, { serve: { jobs: 1 } })
    await postTo(url, job('one'))
    await untilState(url, 'one', ['running'])
    const processes = async () => (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    let killed = false
    await until('the process of the job is there', async () => {
      for (const pid of await processes()) {
        const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
        if (!line.includes('\0run\0') || !line.includes(place.folder)) continue
        process.kill(Number(pid), 'SIGKILL')
        killed = true
      }
      return killed
    })
    expect(await untilState(url, 'one', ['done', 'failed'])).toBe('done')
    expect(await statesOf('one')).toEqual(['queued', 'running', 'queued', 'running', 'done'])
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it('stops a job that is running, and keeps its work', async () => {
    await furnish(place)
    const { url, child, ended } = await startService(place, { serve: { jobs: 1 } })
    await postTo(url, job('one'))
    await untilState(url, 'one', ['running'])
    expect(await postTo(url, { Action: 'job.stop', Internal: { JobId: 'one' } })).toMatchObject({
      Ack: 'job.destroyed',
      RetCode: 0,
    })
    // It may have been done by then.
    const state = await untilState(url, 'one', ['stopped', 'done'])
    expect(await postTo(url, { Action: 'job.restart', Internal: { JobId: 'one' } })).toMatchObject({
      RetCode: 0,
    })
    expect(await untilState(url, 'one', ['done', 'unchanged', 'failed'])).toBe(
      state === 'done' ? 'unchanged' : 'done',
    )
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })
})

describe('clients that are slow', () => {
  it('do not hinder others', async () => {
    const { url, child, ended } = await startService(place)
    const { hostname, port } = new URL(url)
    const open = async (text: string): Promise<Socket> => {
      const socket = connect(Number(port), hostname).on('error', () => undefined)
      await once(socket, 'connect')
      socket.resume().write(text)
      return socket
    }
    const head = 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n'
    const sockets = await Promise.all([
      ...Array.from({ length: 500 }, () => open('')),
      ...Array.from({ length: 50 }, () => open('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n')),
      ...Array.from({ length: 50 }, () => open(`${head}{"Action": "job.st`)),
    ])
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
    expect(await postTo(url, { Action: 'job.check.server' })).toMatchObject({ RetCode: 0 })
    const large = connect(Number(port), hostname).on('error', () => undefined)
    large.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)
    const [answer] = (await once(large, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 431 /)
    // Nobody keeps a connection without sending a whole request: the service ends all of them.
    await Promise.all(sockets.map(async (socket) => socket.closed || once(socket, 'close')))
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it('are as many as the settings allow', async () => {
    const { url, child, ended } = await startService(place, { serve: { maxConnections: 3 } })
    const { hostname, port } = new URL(url)
    const refused: Promise<string>[] = []
    for (let n = 0; n < 3; n += 1) {
      const socket = connect(Number(port), hostname).on('error', () => undefined)
      await once(socket, 'connect')
    }
    for (let n = 0; n < 2; n += 1) {
      const socket = connect(Number(port), hostname).on('error', () => undefined)
      refused.push(once(socket, 'close').then(() => String(socket.read() ?? '')))
    }
    // One that is only too slow would be told so: 408.
    expect(await Promise.all(refused)).toEqual(['', ''])
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })
})
