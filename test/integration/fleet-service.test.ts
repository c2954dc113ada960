/** What the service shows of a fleet, and to whom. */
import { createHash } from 'node:crypto'
import { createAdaptorServer } from '@hono/node-server'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/fleet/redis.ts'
import { type QueuedTask, queueName } from '../../src/fleet/queue.ts'
import { openTaskQueue } from '../../src/fleet/task-queue.ts'
import { openTally } from '../../src/fleet/totals.ts'
import { noLog } from '../../src/records/log.ts'
import { chromiumPath, startChromium } from '../harness/chromium.ts'
import { hasRedis, useRedis } from '../harness/redis.ts'
import { type TestApp, makeServeApp } from '../harness/serve-app.ts'
import { until } from '../harness/workplace.ts'

const redis = useRedis()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const basic = (token: string) => ({ Authorization: `Basic ${Buffer.from(`me:${token}`).toString('base64')}` })
const SECRET = 'hunter2'

const serve = {
  apps: ['app-a', 'app-b'].map((appId) => ({ appId, bearerSha256: sha256(`key-${appId}`) })),
  monitorSha256: sha256('monitor'),
  operatorSha256: sha256('operator'),
}
const settingsOf = () => ({
  ...{ url: redis().url, prefix: 'owt', lockMs: 2000, attempts: 1, aloneMs: 600_000 },
  log: noLog(),
})
let one: TestApp
let close: () => Promise<void>

describe.skipIf(!hasRedis)('a service with a queue', () => {
  beforeAll(async () => {
    const settings = settingsOf()
    const ending = new AbortController()
    const connection = await connect(settings, { withinMs: 10_000, signal: ending.signal })
    const queue = await openTaskQueue<QueuedTask>(connection, settings, { name: queueName({ worker: '1' }) })
    const plan = {
      bucket: { kind: 'local' as const, folder: `/b/${SECRET}`, bucket: 'b' },
      key: 'plan.json',
    }
    const running = ['app-a', 'app-b'].map((appId) => {
      const task = { jobId: `job-of-${appId}`, appId, name: 'video 1/2', number: 1, plan }
      return queue.run(appId, task, { moved: () => undefined, signal: ending.signal }).catch(() => undefined)
    })
    openTally(connection, 'owt').ended('video', 'made')
    one = await makeServeApp({ settings: { serve }, queue: settings })
    await until('both tasks wait', async () => {
      const { tasks } = (await (await one.get('/fleet', bearer('operator'))).json()) as {
        tasks?: { waiting: number }[]
      }
      return tasks?.[0]?.waiting === 2
    })
    close = async () => {
      ending.abort()
      await Promise.all(running)
      await queue.close()
      connection.disconnect()
      await one.close()
    }
  })
  afterAll(() => close())

  it('shows an AppId its own jobs, the operator all, and nobody else any', async () => {
    const seen = async (headers: Record<string, string>) => {
      const response = await one.get('/fleet', headers)
      return response.status === 200
        ? ((await response.json()) as { jobs: { jobId: string }[] }).jobs.map(({ jobId }) => jobId).sort()
        : response.status
    }
    expect(await seen(bearer('key-app-a'))).toEqual(['job-of-app-a'])
    expect(await seen(bearer('key-app-b'))).toEqual(['job-of-app-b'])
    expect(await seen(bearer('operator'))).toEqual(['job-of-app-a', 'job-of-app-b'])
    for (const headers of [{}, bearer('monitor'), bearer('wrong'), bearer('')])
      expect(await seen(headers), JSON.stringify(headers)).toBe(401)
  })

  it('shows the board to the operator alone, to look at', async () => {
    for (const path of ['/queues', '/queues/', '/queues/api/queues', '/queues/static/js/main.js'])
      for (const headers of [{}, bearer('key-app-a'), bearer('monitor'), basic('key-app-a'), basic('')])
        expect((await one.get(path, headers)).status, `${path} ${JSON.stringify(headers)}`).toBe(401)
    expect((await one.get('/queues/', basic('operator'))).headers.get('location')).toBe('/queues')
    const page = await one.get('/queues', basic('operator'))
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
    const api = await one.get('/queues/api/queues', bearer('operator'))
    const { queues } = (await api.json()) as { queues: { name: string; readOnlyMode: boolean }[] }
    expect(queues).toMatchObject([{ readOnlyMode: true, counts: { prioritized: 2 } }])
    const shown = `/queues/api/queues?activeQueue=${queues[0]?.name}&status=latest&page=1&jobsPerPage=10`
    const text = await (await one.get(shown, bearer('operator'))).text()
    expect(text).toContain('job-of-app-a')
    expect(text).not.toContain(SECRET)
    const headers = { Host: '127.0.0.1:8600', ...bearer('operator') }
    for (const [method, path] of [
      ['PUT', `/queues/api/queues/${queues[0]?.name}/empty`],
      ['POST', '/queues'],
    ] as const)
      expect((await one.app.request(path, { method, headers })).status, path).toBe(405)
  })

  it('measures the fleet, for whoever may see metrics', async () => {
    const text = await (await one.get('/metrics', bearer('monitor'))).text()
    for (const line of [
      'owt_fleet_reachable 1',
      'owt_fleet_machines 0',
      'owt_fleet_tasks{kind="video",state="waiting"} 2',
      'owt_fleet_tasks_ended_total{kind="video",outcome="made"} 1',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text).toMatch(/^owt_fleet_oldest_waiting_seconds [\d.e-]+$/m)
    expect(text).not.toMatch(/job-of|app-[ab]/)
  })

  it.skipIf(chromiumPath() === undefined)('has a board that a browser draws', async () => {
    // Scripts of a page may ask for nothing while its address holds a password.
    const open = await makeServeApp({ queue: settingsOf() })
    await until('the board is there', async () => (await open.get('/queues')).status === 200)
    const server = createAdaptorServer({ fetch: open.app.fetch }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const browser = await startChromium(chromiumPath() ?? '')
    try {
      const page = await browser.open(`http://127.0.0.1:${port}/queues/`, { width: 1200 })
      await until('the queue is drawn', async () =>
        String(await page.evaluate('document.body.innerText')).includes('tasks-'),
      )
      expect(await page.evaluate('document.title')).toContain('owt-main')
    } finally {
      await browser.close()
      server.close()
      await open.close()
    }
  })

  it('says so while the queue cannot be reached, and goes on', async () => {
    const away = await makeServeApp({
      queue: {
        ...{ url: 'redis://127.0.0.1:1', prefix: 'owt', lockMs: 2000, attempts: 1, aloneMs: 1000 },
        log: noLog(),
      },
    })
    try {
      for (const path of ['/fleet', '/queues']) expect((await away.get(path)).status).toBe(503)
      const metrics = await (await away.get('/metrics')).text()
      expect(metrics).toMatch(/^owt_fleet_reachable 0$/m)
      expect(metrics).not.toMatch(/^owt_fleet_tasks\{/m)
      expect((await away.get('/healthz')).status).toBe(200)
    } finally {
      await away.close()
    }
  })
})
