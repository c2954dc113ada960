/** Jobs whose tasks are done by several machines over a queue: the packets of one machine, whatever happens meanwhile. */
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Machine, tasksDone, withMachines } from '../harness/fleet.ts'
import { useRedis } from '../harness/redis.ts'
import {
  type Ended,
  JOB_ID,
  type Running,
  inStorage,
  makeWorkplace,
  usePlace,
} from '../harness/run-worker.ts'
import { CHUNKED, packetsHash, s3CfgOf, shortIndex, shortRecordings } from '../harness/short-job.ts'
import { useS3 } from '../harness/use-s3.ts'

const BUCKET = 'recordings'
const KEY = `mixed/${JOB_ID}.mp4`
const TASKS = 4

const place = usePlace()
const redis = useRedis()
const { server, front } = useS3([BUCKET], async (to) => {
  for (const [key, { path }] of await shortRecordings()) await to.put(BUCKET, key, await readFile(path))
  await to.put(BUCKET, `${JOB_ID}.json`, Buffer.from(JSON.stringify(shortIndex())))
})

let undisturbed: string

beforeAll(async () => {
  const quiet = await makeWorkplace('owt-alone-')
  try {
    const into = inStorage({ FileNamePrefix: 'alone/$Jobid.mp4' })
    const cfg = await quiet.write('cfg.json', s3CfgOf(front, BUCKET, into))
    expect(await quiet.run(['--quiet', cfg], { env: CHUNKED })).toMatchObject({ code: 0, stderr: '' })
    undisturbed = await packetsHash((await server.get(BUCKET, `alone/${JOB_ID}.mp4`)) ?? '', quiet)
  } finally {
    await quiet.remove()
  }
})

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
  OWT_STORAGE_CREDENTIALS_FOR: JSON.stringify([front.endpoint]),
  AWS_ACCESS_KEY_ID: front.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: front.credentials.secretAccessKey,
})

/** So many machines. */
const fleetOf = (count: number, env: Record<string, string> = {}) =>
  Array.from({ length: count }, () => ({ ...MACHINE(), ...env }))

async function startJob(env: Record<string, string> = {}): Promise<Running> {
  const cfg = await place.write('cfg.json', s3CfgOf(front, BUCKET))
  return place.start(['--quiet', '--force', cfg], { env: { ...CHUNKED, ...QUEUE(), ...env } })
}

const commandsHere = async () =>
  (await place.log()).filter(({ msg }) => msg === 'ffmpeg starts').map(({ command }) => command)

/** The film is that of one machine, all of it was made elsewhere, and nothing is left behind. */
async function expectSame(ended: Ended): Promise<void> {
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(await packetsHash((await server.get(BUCKET, KEY)) ?? '', place)).toBe(undisturbed)
  expect(await commandsHere()).toEqual(['mux'])
  await expectTidy()
}

async function expectTidy(): Promise<void> {
  const keys = await server.keys(BUCKET)
  expect(keys.filter((key) => key.includes('.owt/'))).toEqual([])
  expect(front.pendingUploads()).toBe(0)
  expect(await place.workLeft()).toEqual([])
}

const doneBy = (machines: readonly Machine[]) => machines.map(tasksDone).reduce((a, b) => a + b)

describe('a job on a fleet', () => {
  it('has the packets of one machine; the queue holds no credentials', async () => {
    await withMachines(fleetOf(3), async (machines) => {
      await expectSame(await (await startJob()).ended)
      expect(doneBy(machines)).toBe(TASKS)
      const said = await redis().written()
      expect(said).toContain(JOB_ID)
      expect(said).not.toContain(front.credentials.secretAccessKey)
    })
  })
})
