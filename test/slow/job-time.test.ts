/** A job that takes longer than it may ends in order, whatever it is at. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cfgOf, expectFailure, furnish, usePlace } from '../harness/run-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'

const place = usePlace(furnish)

it('ends with its children, says which limit it was, and goes on from there', async () => {
  const cfg = await place.write('cfg.json', cfgOf())
  const pid = join(place.folder, 'pid')
  // It never gets done with what it encodes.
  const script = `case "$*" in *libx264*) echo $$ >>'${pid}'; exec sleep 1000;; esac\nexec REAL "$@"`
  const shim = await shimFfmpeg(place, script)
  const before = await place.bucketFiles()
  const env = { ...shim, OWT_LIMITS_JOB_MINUTES: '0.1' }
  const ended = await place.run([cfg], { env })
  const says = /^error: the job took longer than the 0\.1 min that limits\.jobMinutes in conf\/ allows/m
  const result = await expectFailure({ place, ended, code: 1, says, before })
  expect(result.error).toMatchObject({ code: 'jobTooLong' })
  for (const line of (await readFile(pid, 'utf8').catch(() => '')).trim().split('\n')) {
    if (line !== '') expect(() => process.kill(Number(line), 0)).toThrow('ESRCH')
  }
  expect(await place.run([cfg])).toMatchObject({ code: 0 })
})
