/** Machines of a fleet whose network fails in the middle of a task: nothing is lost, and the packets are the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Machine, holdOnce, machineWith, withMachines } from '../harness/fleet.ts'
import { BUCKET, ownCredentials, useFleetBucket, useUndisturbed } from '../harness/fleet-bucket.ts'
import {
  type Host,
  type Hosts,
  makeNamespaces,
  makeRelayedHosts,
  mayMakeNamespaces,
} from '../harness/hosts.ts'
import { hasRedis, useRedis } from '../harness/redis.ts'
import { JOB_ID, inStorage, until, usePlace } from '../harness/run-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'
import { CHUNKED, packetsHash, s3CfgOf } from '../harness/short-job.ts'

const MACHINES = 2

const place = usePlace()
const redis = useRedis()
const bucket = useFleetBucket()
const { server, front } = bucket

const undisturbed = useUndisturbed(bucket)
const allowed = await mayMakeNamespaces()

const portOf = (url: string) => Number(new URL(url).port)

/** Those that are cut off are noticed soon. */
const FLEET = { OWT_FLEET_LOCK_MS: '2000', OWT_FLEET_ALONE_MS: '600000' }
const IMPATIENT = {
  OWT_STORAGE_CONNECT_TIMEOUT_MS: '1000',
  OWT_STORAGE_REQUEST_TIMEOUT_MS: '1000',
  OWT_STORAGE_ATTEMPTS: '2',
}

describe.skipIf(!hasRedis).each([
  ['a host of its own', makeNamespaces, allowed],
  ['relays before queue and bucket', makeRelayedHosts, true],
])('a machine with %s', (_, makeHosts, isPossible) => {
  let made: Hosts

  beforeAll(async () => {
    // Without the rights of root, or a kernel with bridges and token buckets, only relays are possible.
    if (isPossible)
      made = await makeHosts(MACHINES, { queue: portOf(redis().url), bucket: portOf(front.endpoint) })
  })
  afterAll(() => made?.close())

  /** Runs the job while `disturb` happens to the machine that makes the second chunk. */
  async function runDisturbed(
    { seconds, disturb }: { seconds: number; disturb: (host: Host) => void },
    then: (machine: Machine, host: Host) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const held = holdOnce(place, 'video-2', seconds, seconds > 60 ? 'fail' : 'make')
    const shim = await shimFfmpeg(place, held.script)
    const own = {
      ...{ ...FLEET, ...IMPATIENT, ...shim, OWT_FLEET_TASKS: '1' },
      ...ownCredentials(front, made.endpoint),
    }
    const work = async (machines: readonly Machine[]) => {
      const cfg = await place.write(
        'cfg.json',
        s3CfgOf(front, BUCKET, inStorage({ Endpoint: made.endpoint })),
      )
      const env = { ...CHUNKED, ...FLEET, OWT_FLEET_QUEUE: redis().url }
      const job = place.start(['--quiet', '--force', cfg], { env })
      await until('the second chunk has begun', held.hasBegun)
      const machine = machineWith(machines, 'video-2')
      const host = made.hosts[machines.indexOf(machine!)]
      if (!machine || !host) throw new Error('nobody has it')
      disturb(host)
      expect(await job.ended).toMatchObject({ code: 0, stderr: '' })
      await then(machine, host)
    }
    const envs = made.hosts.map(({ env }) => ({ ...own, ...env }))
    await withMachines(
      envs,
      work,
      made.hosts.map(({ under }) => under),
    )
    const film = await server.get(BUCKET, `mixed/${JOB_ID}.mp4`)
    expect(await packetsHash(film ?? '', place)).toBe(undisturbed())
    expect((await server.keys(BUCKET)).filter((key) => key.includes('.owt/'))).toEqual([])
    expect(front.pendingUploads()).toBe(0)
    expect(await place.workLeft()).toEqual([])
  }

  it.skipIf(!isPossible)(
    'that is cut off from the queue loses its task, and ends its ffmpeg later',
    async () => {
      const disturb = (host: Host) => host.cut('queue')
      await runDisturbed({ seconds: 600, disturb }, async ({ place: its }, host) => {
        host.mend('queue')
        await until('its ffmpeg has ended', async () => (await its.processes()).length === 1)
      })
    },
  )

  it.skipIf(!isPossible)('that is cut off from the bucket loses its task to another', async () => {
    await runDisturbed({ seconds: 1, disturb: (host) => host.cut('bucket') })
  })

  it.skipIf(!isPossible)('does its task even if the bucket is slow', async () => {
    await runDisturbed({ seconds: 1, disturb: (host) => host.slow('bucket') })
  })
})
