/** A finished file, with all that lies beside it, whose upload fails at the first try. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BESIDE, furnishOutput } from '../harness/output-room.ts'
import { JOB_ID, cfgOf, expectFailure, logged, usePlace } from '../harness/run-worker.ts'

const KEY = `out/${JOB_ID}.mp4`
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const place = usePlace(furnishOutput)

it('is not made again, and is the same', async () => {
  const cfg = await place.write('cfg.json', cfgOf())
  const inTheWay = join(place.bucket, KEY)
  const running = place.start([cfg], { env: BESIDE })
  // In the way only once the destination has been looked at.
  await logged(place, ({ msg }) => msg === 'ffmpeg starts')
  await rm(inTheWay, { force: true })
  await mkdir(inTheWay, { recursive: true })
  const failed = await running.ended
  await expectFailure({ place, ended: failed, code: 1, says: /finished\.mp4 and is uploaded/ })
  // Nothing but what is in the way, and nothing beside it.
  expect(Object.keys(await place.bucketFiles()).filter((name) => name.startsWith('out'))).toEqual([
    'out',
    KEY,
  ])
  const kept = hashOf(await readFile(join(place.workDir, JOB_ID, 'finished.mp4')))
  await rm(inTheWay, { recursive: true })
  expect(await place.run([cfg], { env: BESIDE })).toMatchObject({ code: 0 })
  const made = (await place.log()).filter(({ msg }) => msg === 'ffmpeg starts').map(({ command }) => command)
  expect(made).toEqual([])
  expect(hashOf(await readFile(inTheWay))).toBe(kept)
})
