/** The order of tasks on a real queue, with tasks that do nothing. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { expect, it as always } from 'vitest'
import { counted } from '../../src/fleet/count.ts'
import { announceJob } from '../../src/fleet/machines.ts'
import { type QueuedTask, errorOfFailure, failureText, queueName } from '../../src/fleet/queue.ts'
import { connect, weaknesses } from '../../src/fleet/redis.ts'
import { fleetState } from '../../src/fleet/state.ts'
import { openTaskQueue } from '../../src/fleet/task-queue.ts'
import { openTaskWorker } from '../../src/fleet/task-worker.ts'
import { openTally } from '../../src/fleet/totals.ts'
import { openFleetView } from '../../src/fleet/view.ts'
import { JobError } from '../../src/errors.ts'
import { noLog } from '../../src/records/log.ts'
import { hasRedis, useRedis } from '../harness/redis.ts'
import { until } from '../harness/workplace.ts'

const it = always.skipIf(!hasRedis)
const redis = useRedis()
const name = queueName({ worker: '1', ffmpeg: '7' })
const { signal } = new AbortController()
const how = () => ({ moved: () => undefined, signal: new AbortController().signal })

const settingsOf = (url: string) => ({
  ...{ url, prefix: 'owt', lockMs: 2000, attempts: 1, aloneMs: 600_000 },
  log: noLog(),
})
const taskOf = (jobId: string, number: number) => ({
  ...{ jobId, appId: 'app', name: `video ${number}/12`, number },
  plan: { bucket: { kind: 'local' as const, folder: '/b', bucket: 'b' }, key: 'plan.json' },
})

async function withConnection(work: (connection: Redis) => Promise<void>): Promise<void> {
  const connection = await connect(settingsOf(redis().url), { withinMs: 10_000, signal })
  try {
    await work(connection)
  } finally {
    connection.disconnect()
  }
}

it('a short job does not wait behind all tasks of a long one', () =>
  withConnection(async (connection) => {
    const settings = settingsOf(redis().url)
    const [long, short] = [
      await openTaskQueue<QueuedTask>(connection, settings, { name }),
      await openTaskQueue<QueuedTask>(connection, settings, { name }),
    ]
    const order: string[] = []
    let added: Promise<unknown> | undefined
    const worker = await openTaskWorker<QueuedTask>(connection, settings, {
      name,
      concurrency: 1,
      async carryOut({ jobId, number }) {
        order.push(`${jobId} ${number}`)
        // The short job comes while the long one is under way.
        if (order.length === 3) {
          added = short.run('short', taskOf('short', 1), how())
          await pause(300)
        }
        await pause(20)
      },
    })
    const tasks = Array.from({ length: 12 }, (_, i) => i + 1)
    await Promise.all(tasks.map((number) => long.run(`long-${number}`, taskOf('long', number), how())))
    await added
    expect(order).toHaveLength(13)
    expect(order.indexOf('short 1')).toBeLessThan(6)
    await worker.handBack()
    await Promise.all([long.close(), short.close()])
  }))

it('a failure is thrown where the job runs as it was where the task ran', () =>
  withConnection(async (connection) => {
    const settings = settingsOf(redis().url)
    const failed = new JobError({
      code: 'framesWrong',
      params: { name: 'video 1/2', got: 1, expected: 2 },
    } as never)
    const worker = await openTaskWorker<QueuedTask>(connection, settings, {
      name,
      concurrency: 1,
      carryOut: () => Promise.reject(failed),
    })
    const queue = await openTaskQueue<QueuedTask>(connection, settings, { name })
    const thrown = queue.run('failing', taskOf('j', 1), how())
    await expect(thrown).rejects.toMatchObject({ code: 'framesWrong', said: failed.said })
    await worker.handBack()
    await queue.close()
  }))

it('what the queue itself says of a task is a failure that may pass', () => {
  expect(errorOfFailure('job stalled more than allowable limit')).toMatchObject({
    code: 'taskGivenUp',
    retryable: true,
  })
  const known = new JobError({ code: 'taskMissing', params: { number: 9, of: 8 } }, { fault: 'config' })
  expect(errorOfFailure(failureText(known))).toMatchObject({ code: 'taskMissing', fault: 'config' })
  expect(errorOfFailure(failureText(known).replace('taskMissing', 'noSuch')).code).toBe('taskGivenUp')
})

it('a server that keeps or drops data as it should not is warned of', () =>
  withConnection(async (connection) => {
    expect(await weaknesses(connection)).toEqual([])
    await connection.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'allkeys-lru')
    const codes = (await weaknesses(connection)).map(({ code }) => code)
    await connection.config('SET', 'appendonly', 'yes', 'maxmemory-policy', 'noeviction')
    expect(codes).toEqual(['queueForgets', 'queueEvicts'])
  }))

it('an address that cannot be reached is named without its password', async () => {
  const url = 'redis://user:hunter2@127.0.0.1:1'
  const failure = await connect(settingsOf(url), { withinMs: 300, signal }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'queueUnreachable' })
  expect((failure as Error).message).toContain('redis://127.0.0.1:1')
  expect((failure as Error).message).not.toContain('hunter2')
})

it('shows machines with what they do, tasks by kind, jobs, and what has been done, until they are gone', () =>
  withConnection(async (connection) => {
    await redis().empty()
    const settings = settingsOf(redis().url)
    const view = await openFleetView(connection, settings)
    expect(await view.read()).toMatchObject({ machines: [], jobs: [], tasks: [] })
    let goOn = () => undefined as void
    const held = new Promise<void>((go) => (goOn = go))
    const tally = openTally(connection, 'owt')
    const worker = await openTaskWorker<QueuedTask>(connection, settings, {
      name,
      concurrency: 1,
      ffmpeg: '7.1.5',
      async carryOut({ name: task }, { moved, signal }) {
        moved(1500)
        const carryOut = () => held.then(() => task !== 'audio')
        await counted(tally, { name: task, durationMs: () => 4000, signal, carryOut })
      },
    })
    const facts = { jobId: 'job', appId: 'app', host: 'm0', sinceMs: Date.now(), tasks: 2, done: 0 }
    const leave = announceJob(connection, { prefix: 'owt', id: 'job', facts: () => facts })
    const queue = await openTaskQueue<QueuedTask>(connection, settings, { name })
    const video = queue.run('one', taskOf('job', 1), how())
    const read = async () => fleetState((await view.read())!, undefined)
    await until('the first is running', async () => (await read()).machines[0]?.doing[0]?.seconds === 1.5)
    const audio = queue.run('two', { ...taskOf('job', 2), name: 'audio' }, how())
    await until('the second waits', async () => (await read()).oldestWaiting !== null)
    const seen = await read()
    expect(seen.machines).toMatchObject([
      {
        pid: process.pid,
        ffmpeg: '7.1.5',
        places: 1,
        busy: 1,
        doing: [{ jobId: 'job', task: 'video 1/12' }],
      },
    ])
    expect(seen.tasks).toEqual([
      { kind: 'audio', waiting: 1, running: 0, failed: 0 },
      { kind: 'video', waiting: 0, running: 1, failed: 0 },
    ])
    expect(seen.jobs).toMatchObject([
      { jobId: 'job', appId: 'app', host: 'm0', tasks: 2, done: 0, waiting: 1, running: 1, failed: 0 },
    ])
    goOn()
    await Promise.all([video, audio])
    tally.add('stalled', 1)
    const { totals } = (await view.read())!
    expect(totals).toMatchObject({ stalled: 1, outMs: 4000, fetchedBytes: 0 })
    expect(totals.ended.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
      { kind: 'audio', outcome: 'found', count: 1 },
      { kind: 'video', outcome: 'made', count: 1 },
    ])
    await Promise.all([worker.handBack(), leave(), queue.close()])
    expect(await read()).toEqual({ version: 1, machines: [], tasks: [], oldestWaiting: null, jobs: [] })
  }))
