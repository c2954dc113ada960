/** A job that is ended while it encodes: what is said, and that the next run takes over. */
import { beforeEach, expect, it } from 'vitest'
import { startLong } from '../harness/long-job.ts'
import { JOB_ID, cfgOf, expectFailure, furnish, until, usePlace } from '../harness/run-worker.ts'

const place = usePlace(furnish)
let before: Record<string, string>
beforeEach(async () => {
  before = await place.bucketFiles()
})

it.each([
  ['SIGINT', 130],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const)('on %s to all of its processes, as from a terminal, it ends with %i', async (signal, code) => {
  const { child, ended } = await startLong(place, { ownGroup: true })
  process.kill(-child.pid, signal)
  const result = await expectFailure({
    place,
    ended: await ended,
    before,
    code,
    says: new RegExp(`^error: stopped by ${signal}; nothing was uploaded$`, 'm'),
  })
  expect(result.error?.code).toBe('stopped')
})

it('takes over from a run that was killed', async () => {
  const { child, ended } = await startLong(place)
  child.kill('SIGKILL')
  await ended
  await until('its ffmpegs have ended with it', async () => (await place.processes()).length === 0)
  expect((await place.workLeft()).sort()).toEqual([JOB_ID])
  expect(await place.run(['--quiet', await place.write('cfg.json', cfgOf())])).toMatchObject({
    code: 0,
    stderr: '',
  })
  expect(await place.workLeft()).toEqual([])
})
