/** Jobs whose tasks are done by several machines over a queue: the packets of one machine, whatever happens meanwhile. */
import { chmod } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Machine, holdOnce, machineWith, tasksDone, withMachines } from '../harness/fleet.ts'
import { BUCKET, ownCredentials, useFleetBucket, useUndisturbed } from '../harness/fleet-bucket.ts'
import { hasRedis, useRedis } from '../harness/redis.ts'
import { type Ended, JOB_ID, type Running, makeWorkplace, until, usePlace } from '../harness/run-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'
import { mayMount, mountDisk } from '../harness/small-disk.ts'
import { CHUNKED, packetsHash, s3CfgOf } from '../harness/short-job.ts'

const KEY = `mixed/${JOB_ID}.mp4`
const TASKS = 4

const place = usePlace()
const redis = useRedis()
const bucket = useFleetBucket()
const { server, front } = bucket

const undisturbed = useUndisturbed(bucket)

/** Dead machines are noticed soon. The one that runs the job makes nothing. */
const QUEUE = () => ({
  OWT_FLEET_QUEUE: redis().url,
  OWT_FLEET_LOCK_MS: '2000',
  OWT_FLEET_ALONE_MS: '600000',
})

/** The bucket's credentials are the machine's own. */
const MACHINE = () => ({
  ...QUEUE(),
  OWT_FLEET_TASKS: '1',
  ...ownCredentials(front),
})

/** So many machines. */
const fleetOf = (count: number, env: Record<string, string> = {}) =>
  Array.from({ length: count }, () => ({ ...MACHINE(), ...env }))

async function startJob(env: Record<string, string> = {}): Promise<Running> {
  const cfg = await place.write('cfg.json', s3CfgOf(front, BUCKET))
  return place.start(['--quiet', '--force', cfg], { env: { ...CHUNKED, ...QUEUE(), ...env } })
}

const ALL_COMMANDS = ['audio', 'mux', 'video 1/3', 'video 2/3', 'video 3/3']

const commandsHere = async () =>
  (await place.log()).filter(({ msg }) => msg === 'ffmpeg starts').map(({ command }) => command)

/** The film is that of one machine, all of it was made elsewhere, and nothing is left behind. */
async function expectSame(ended: Ended): Promise<void> {
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(await packetsHash((await server.get(BUCKET, KEY)) ?? '', place)).toBe(undisturbed())
  expect(await commandsHere()).toEqual(['mux'])
  await expectTidy()
  expect(await place.workLeft()).toEqual([])
}

/** The film is that of one machine, this one made all of it or a part, and warns of the reason. */
async function expectMadeHere(ended: Ended, reason: string, commands = ALL_COMMANDS): Promise<void> {
  expect(ended.code).toBe(0)
  expect(await packetsHash((await server.get(BUCKET, KEY)) ?? '', place)).toBe(undisturbed())
  expect((await commandsHere()).toSorted()).toEqual(commands)
  const { warnings } = await place.result()
  expect(warnings.map(({ code }) => code)).toEqual([reason])
  await expectTidy()
  expect(await place.workLeft()).toEqual([])
}

/** Nothing is left in the bucket. */
async function expectTidy(): Promise<void> {
  const keys = await server.keys(BUCKET)
  expect(keys.filter((key) => key.includes('.owt/'))).toEqual([])
  expect(front.pendingUploads()).toBe(0)
}

const doneBy = (machines: readonly Machine[]) => machines.map(tasksDone).reduce((a, b) => a + b)

/** Waits until so many tasks are done by the machines together. */
const untilDone = (machines: readonly Machine[], count: number) =>
  until(`${count} tasks are done`, () => Promise.resolve(doneBy(machines) >= count))

/** Machines that have one task held for a time, once. */
async function withHeld(
  {
    count,
    command,
    seconds,
    env,
  }: { count: number; command: string; seconds: number; env?: Record<string, string> },
  work: (machines: readonly Machine[], hasBegun: () => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const held = holdOnce(place, command, seconds)
  const shim = await shimFfmpeg(place, held.script)
  await withMachines(fleetOf(count, { ...shim, ...env }), (machines) => work(machines, held.hasBegun))
}

describe.skipIf(!hasRedis)('a job on a fleet', () => {
  it('has the packets of one machine; the queue holds no credentials', async () => {
    await withMachines(fleetOf(3), async (machines) => {
      await expectSame(await (await startJob()).ended)
      expect(doneBy(machines)).toBe(TASKS)
      const said = await redis().written()
      expect(said).toContain(JOB_ID)
      expect(said).not.toContain(front.credentials.secretAccessKey)
    })
  })

  it('gets a task back at once from a machine that is stopped', async () => {
    // Nobody waits for the lock.
    const env = { OWT_FLEET_LOCK_MS: '600000' }
    await withHeld({ count: 2, command: 'video-2', seconds: 600, env }, async (machines, hasBegun) => {
      const job = await startJob()
      await until('one is held', hasBegun)
      const held = machineWith(machines, 'video-2')
      held?.child.kill('SIGTERM')
      expect(await held?.ended).toMatchObject({ code: 0 })
      expect(await held?.place.processes()).toEqual([])
      await expectSame(await job.ended)
    })
    // Of machines with another lock, the queue would remember for how long nobody has to look for lost tasks.
    await redis().empty()
  })

  it.each(['killed', 'frozen'])('is done by others if a machine is %s', async (how) => {
    await withHeld({ count: 2, command: 'video-2', seconds: 600 }, async (machines, hasBegun) => {
      const job = await startJob()
      await until('one is held', hasBegun)
      const held = machineWith(machines, 'video-2')
      held?.child.kill(how === 'killed' ? 'SIGKILL' : 'SIGSTOP')
      await expectSame(await job.ended)
      if (how === 'killed') return
      // It finds out that its task is no longer its own.
      held?.child.kill('SIGCONT')
      await until('its ffmpeg has ended', async () => (await held?.place.processes())?.length === 1)
      await expectTidy()
    })
  })

  it('leaves its tasks to machines with the same makers, and makes them itself without one', async () => {
    const script = `case "$*" in -version) echo "ffmpeg version 9.9.9-other Copyright";; esac\nexec REAL "$@"`
    const other = await shimFfmpeg(place, script)
    await withMachines(fleetOf(1, other), async (machines) => {
      await expectMadeHere(await (await startJob({ OWT_FLEET_ALONE_MS: '500' })).ended, 'queueUnserved')
      expect(doneBy(machines)).toBe(0)
    })
  })

  it('ends with the reason if a chunk fails on every machine, and ends its other tasks', async () => {
    const script = `case "$*" in *video-2.mp4*) echo "no such luck" >&2; exit 1;; *video-3.mp4*) exec sleep 600;; esac\nexec REAL "$@"`
    const shim = await shimFfmpeg(place, script)
    await withMachines(fleetOf(2, shim), async (machines) => {
      const ended = await (await startJob()).ended
      expect(ended.code).toBe(1)
      expect(ended.stderr).toContain('video 2/3')
      expect(ended.stderr).toContain('no such luck')
      await until('nobody works on it any more', async () => {
        const busy = await Promise.all(machines.map(async (one) => (await one.place.processes()).length))
        return busy.every((count) => count === 1)
      })
      await expectTidy()
    })
  })

  it('goes on elsewhere when a disk is full', async (context) => {
    if (!mayMount()) context.skip()
    await withMachines(fleetOf(2), async (machines) => {
      const [full] = machines
      if (!full) return
      const disk = mountDisk(join(full.place.workDir, '.tasks'), 1)
      await chmod(disk.folder, 0o700)
      await disk.fill()
      try {
        await expectSame(await (await startJob()).ended)
        expect(full.said()).toContain('ENOSPC')
        expect(tasksDone(full)).toBe(0)
      } finally {
        disk.unmount()
      }
    })
  })
})

describe.skipIf(!hasRedis)('Redis', () => {
  it.each(['killed, and away for longer than a machine may be silent', 'emptied'])(
    'is %s while a chunk is made',
    async (how) => {
      await withHeld({ count: 2, command: 'video-2', seconds: 3 }, async (_, hasBegun) => {
        const job = await startJob()
        await until('one is held', hasBegun)
        if (how === 'emptied') await redis().empty()
        else {
          await redis().kill()
          await pause(3000)
          await redis().start()
        }
        await expectSame(await job.ended)
      })
    },
  )
})

describe.skipIf(!hasRedis)('Redis, away for good', () => {
  afterEach(() => redis().start())

  it('before the job begins, leaves it to its machine', async () => {
    await redis().kill()
    await expectMadeHere(await (await startJob()).ended, 'queueUnreachable')
  })

  it('while a chunk is made, leaves the rest to the machine that runs the job', async () => {
    await withHeld({ count: 2, command: 'video-2', seconds: 600 }, async (machines, hasBegun) => {
      const job = await startJob({ OWT_FLEET_ALONE_MS: '1000' })
      await until('one is held', hasBegun)
      await untilDone(machines, TASKS - 1)
      await redis().kill()
      await expectMadeHere(await job.ended, 'queueUnserved', ['mux', 'video 2/3'])
      // Without Redis, machines end as they do with it.
      for (const { child, ended, place: its } of machines) {
        child.kill('SIGTERM')
        expect(await ended).toMatchObject({ code: 0 })
        expect(await its.processes()).toEqual([])
      }
    })
  })
})

describe.skipIf(!hasRedis)('a machine that runs a job', () => {
  it('is followed by another when it is killed, which goes on with what is done', async () => {
    await withHeld({ count: 2, command: 'video-2', seconds: 600 }, async (machines, hasBegun) => {
      const job = await startJob()
      await until('one is held', hasBegun)
      await untilDone(machines, TASKS - 1)
      // The same job on another machine is refused meanwhile.
      const second = await makeWorkplace('owt-second-')
      try {
        const cfg = await second.write('cfg.json', s3CfgOf(front, BUCKET))
        const refused = await second.run(['--quiet', cfg], { env: { ...CHUNKED, ...QUEUE() } })
        expect(refused.code).toBe(2)
        expect(refused.stderr).toContain(`is running job ${JOB_ID}`)
      } finally {
        await second.remove()
      }
      job.child.kill('SIGKILL')
      await job.ended
      machineWith(machines, 'video-2')?.child.kill('SIGKILL')
      await expectSame(await (await startJob()).ended)
      expect(doneBy(machines)).toBe(TASKS)
    })
  })
})
