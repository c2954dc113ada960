/** A service whose jobs are run by the machines of a fleet: whoever is ended meanwhile, each is made once. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/fleet/redis.ts'
import { type Totals, readTotals } from '../../src/fleet/totals.ts'
import { noLog } from '../../src/records/log.ts'
import { type CallbackReceiver, startReceiver } from '../harness/callback-receiver.ts'
import { type Machine, holdOnce, tasksDone, withMachines } from '../harness/fleet.ts'
import { BUCKET, ownCredentials, useFleetBucket, useUndisturbed } from '../harness/fleet-bucket.ts'
import { hasRedis, useRedis } from '../harness/redis.ts'
import { changed, makeWorkplace, until, usePlace } from '../harness/run-worker.ts'
import { type RunningService, jobFolder, postTo, startService, untilState } from '../harness/serve-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'
import { CHUNKED, packetsHash, s3CfgOf, shortIndex } from '../harness/short-job.ts'

const TASKS = 4
const ENDED = ['done', 'unchanged', 'failed', 'stopped', 'acquired']

const place = usePlace()
const redis = useRedis()
const bucket = useFleetBucket()
const { server, front } = bucket

/** The packets of one machine. */
const undisturbed = useUndisturbed(bucket)

let receiver: CallbackReceiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  await receiver.close()
  await redis().empty()
})

const queue = () => ({ OWT_FLEET_QUEUE: redis().url, OWT_FLEET_ALONE_MS: '600000' })

const machines = (count: number, env: Record<string, string> = {}) =>
  Array.from({ length: count }, () => ({
    ...queue(),
    ...CHUNKED,
    OWT_FLEET_TASKS: '1',
    OWT_FLEET_JOBS: '1',
    ...ownCredentials(front),
    ...env,
  }))

/** No ffmpeg is needed where jobs are accepted. */
const service = (where = place, port = 0): Promise<RunningService> =>
  startService(where, {
    port,
    serve: { machineCredentials: true },
    settings: { network: { allow: ['loopback'], deny: ['private'] }, ffmpeg: { path: '/bin/false' } },
    env: { ...queue(), FFMPEG_PATH: '/bin/false' },
  })

const portOf = ({ url }: RunningService): number => Number(new URL(url).port)

const job = (jobId: string) =>
  changed(s3CfgOf(front, BUCKET), {
    Internal: { JobId: jobId },
    Data: {
      Index: { ...shortIndex(), JobId: jobId },
      NotifyConfig: [
        { ServiceType: 'job.mixer', Status: 'open', NotifyUrl: `${receiver.url}/cb`, Key: 'key-of-receiver' },
      ],
    },
  })

const post = async (to: RunningService, jobId: string): Promise<void> =>
  expect(await postTo(to.url, job(jobId))).toMatchObject({ RetCode: 0 })

const ask = (to: RunningService, Action: string, jobId: string) =>
  postTo(to.url, { Action, Internal: { JobId: jobId } })

const ranBy = ({ said }: Machine): number => said().split('"job ran"').length - 1
const total = (of: (machine: Machine) => number, all: readonly Machine[]): number =>
  all.map(of).reduce((a, b) => a + b, 0)

async function stop({ child, ended }: RunningService): Promise<void> {
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
}

/** The film is that of one machine, nothing else is there, and its receivers have heard once of each step. */
async function expectMade(jobIds: readonly string[]): Promise<void> {
  const keys = await server.keys(BUCKET)
  for (const id of jobIds)
    expect(await packetsHash((await server.get(BUCKET, `mixed/${id}.mp4`)) ?? '', place)).toBe(undisturbed())
  expect(keys.filter((key) => key.includes('.owt/'))).toEqual([])
  await until('the receivers know', () => Promise.resolve(filesHeard().length >= jobIds.length))
  expect(filesHeard()).toHaveLength(jobIds.length)
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length)
}

const filesHeard = () =>
  receiver.received.filter(({ body }) => body['EventType'] === 'ucloud_mixer_file_infos')

/** An ffmpeg in its place that makes one chunk, once, only when it is told to. */
function lateOnce() {
  const [note, go] = [join(place.folder, 'late'), join(place.folder, 'go')]
  return {
    script: `case "$*" in *video-2.*) if mkdir "${note}" 2>/dev/null; then until [ -e "${go}" ]; do sleep 0.1; done; fi;; esac
exec REAL "$@"`,
    hasBegun: () => Promise.resolve(existsSync(note)),
    release: () => writeFile(go, ''),
  }
}

/** Machines of which one makes its chunk late. */
async function withLate(
  work: (all: readonly Machine[], late: ReturnType<typeof lateOnce>) => Promise<void>,
): Promise<void> {
  const late = lateOnce()
  const shim = await shimFfmpeg(place, late.script)
  await withMachines(machines(2, shim), (all) => work(all, late))
}

/** How many outputs of tasks are in the bucket. */
const outputsKept = async (): Promise<number> =>
  (await server.keys(BUCKET)).filter((key) => /\.owt\/.*-(video-\d+|audio)\.\w+$/.test(key)).length

/** What the machines have done. */
async function totals(): Promise<Totals> {
  const settings = { url: redis().url, prefix: 'owt', lockMs: 0, attempts: 1, aloneMs: 0, log: noLog() }
  const connection = await connect(settings, { withinMs: 10_000, signal: new AbortController().signal })
  try {
    return await readTotals(connection, 'owt')
  } finally {
    connection.disconnect()
  }
}

/** The machine that has joined the chunks, or has begun a job. */
const runnerOf = (all: readonly Machine[]): Machine | undefined =>
  all.find(({ said }) => said().includes('"job begins"'))

describe.skipIf(!hasRedis)('a service with a queue', () => {
  it('has jobs made by machines, as many as there are machines and more, and puts no credentials on the queue', async () => {
    const to = await service()
    await withMachines(machines(2), async (all) => {
      const ids = ['one', 'two', 'three']
      for (const id of ids) await post(to, id)
      for (const id of ids) expect(await untilState(to.url, id, ENDED)).toBe('done')
      await expectMade(ids)
      expect(total(tasksDone, all)).toBe(TASKS * 3)
      expect(total(ranBy, all)).toBe(3)
      const said = await redis().written()
      expect(said).toContain('mixed/')
      const { accessKeyId, secretAccessKey } = front.credentials
      for (const secret of [secretAccessKey, accessKeyId, 'key-of-receiver', receiver.url])
        expect(said).not.toContain(secret)
    })
    const events = await (await fetch(`${to.url}/jobs/one/events`)).text()
    for (const kind of ['started', 'planned', 'progress', 'uploaded', 'ended'])
      expect(events).toContain(`event: ${kind}\n`)
    expect(await (await fetch(`${to.url}/jobs/one/log`)).text()).toContain('"command":"mux"')
    expect(await ask(to, 'job.query', 'one')).toMatchObject({
      Data: { Status: { State: 'done', ExitCode: 0, Output: { key: 'mixed/one.mp4' } } },
    })
    await stop(to)
  })

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'follows a job that goes on when the service gets %s, with its new receivers',
    async (signal) => {
      await withLate(async (all, late) => {
        const first = await service()
        await post(first, 'one')
        await until('one is held', late.hasBegun)
        await receiver.reached(1)
        const after = await startReceiver()
        const NotifyConfig = [{ ServiceType: 'job.mixer', Status: 'open', NotifyUrl: `${after.url}/cb` }]
        const request = { Action: 'job.notify.update', Internal: { JobId: 'one' }, Data: { NotifyConfig } }
        expect(await postTo(first.url, request)).toMatchObject({ RetCode: 0 })
        first.child.kill(signal)
        await first.ended
        const second = await service(place, portOf(first))
        await late.release()
        expect(await untilState(second.url, 'one', ENDED)).toBe('done')
        expect(filesHeard()).toEqual([])
        const told = after.received.map(({ body }) => body['EventType'])
        expect(told.filter((name) => name === 'ucloud_mixer_file_infos')).toHaveLength(1)
        expect(total(ranBy, all)).toBe(1)
        expect(total(tasksDone, all)).toBe(TASKS)
        await stop(second)
        await after.close()
      })
    },
  )

  it('stops a job on its machine, also one that an earlier service has started, and starts it again', async () => {
    const held = holdOnce(place, 'video-2', 600)
    await withMachines(machines(1, await shimFfmpeg(place, held.script)), async ([one]) => {
      const first = await service()
      await post(first, 'one')
      await until('one is held', held.hasBegun)
      first.child.kill('SIGKILL')
      await first.ended
      const second = await service(place, portOf(first))
      expect(await ask(second, 'job.stop', 'one')).toMatchObject({ RetCode: 0 })
      expect(await untilState(second.url, 'one', ENDED)).toBe('stopped')
      await until('its ffmpeg has ended', async () => (await one?.place.processes())?.length === 1)
      // It was told to, rather than ended for making no progress.
      const ofVideo = (await totals()).ended.filter(
        ({ kind, outcome }) => kind === 'video' && outcome !== 'made',
      )
      expect(ofVideo).toEqual([{ kind: 'video', outcome: 'stopped', count: 1 }])
      expect(await ask(second, 'job.restart', 'one')).toMatchObject({ RetCode: 0 })
      expect(await untilState(second.url, 'one', ENDED)).toBe('done')
      await stop(second)
    })
  })

  it('has a job made once that is posted to two services', async () => {
    const other = await makeWorkplace('owt-other-')
    try {
      await withLate(async (all, late) => {
        const both = [await service(), await service(other)]
        for (const to of both) await post(to, 'one')
        for (const to of both) await untilState(to.url, 'one', ['running'])
        await until('one is held', late.hasBegun)
        await late.release()
        for (const to of both) expect(await untilState(to.url, 'one', ENDED)).toBe('done')
        expect(total(ranBy, all)).toBe(1)
        expect(total(tasksDone, all)).toBe(TASKS)
        for (const to of both) await stop(to)
      })
    } finally {
      await other.remove()
    }
  })
})

describe.skipIf(!hasRedis)('a machine that runs a job of the service', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('is followed by another when it gets %s', async (signal) => {
    // After SIGTERM nobody waits for the lock.
    const lock = { OWT_FLEET_LOCK_MS: signal === 'SIGTERM' ? '600000' : '5000' }
    const late = lateOnce()
    const shim = await shimFfmpeg(place, late.script)
    await withMachines(machines(2, { ...shim, ...lock }), async (all) => {
      const to = await service()
      await post(to, 'one')
      await until('one is held', late.hasBegun)
      const runner = runnerOf(all)
      // An ffmpeg that has ended is not enough: what is not in the bucket is made again.
      await until('the rest is kept', async () => (await outputsKept()) === TASKS - 1)
      const before = total(tasksDone, all)
      runner?.child.kill(signal)
      await runner?.ended
      if (signal === 'SIGTERM')
        await until('its ffmpeg has ended', async () => (await runner?.place.processes())?.length === 0)
      await late.release()
      expect(await untilState(to.url, 'one', ENDED)).toBe('done')
      await expectMade(['one'])
      expect(total(tasksDone, all)).toBe(before + 1)
      await stop(to)
    })
  })
})

it.skipIf(!hasRedis)('keeps the place of a job in its folder', async () => {
  const to = await service()
  await post(to, 'waits')
  await untilState(to.url, 'waits', ['running'])
  expect(await readFile(join(jobFolder(place, 'waits'), 'events.jsonl'), 'utf8')).toContain('"running"')
  expect(await ask(to, 'job.stop', 'waits')).toMatchObject({ RetCode: 0 })
  expect(await untilState(to.url, 'waits', ENDED)).toBe('stopped')
  await stop(to)
})
