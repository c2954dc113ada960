/** An ffmpeg that stands still: it is ended, and the job goes on without the recording where that is to blame. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  JOB_ID,
  ROOM_START_MS,
  cfgOf,
  expectFailure,
  furnish,
  indexOf,
  roomFiles,
  usePlace,
} from '../harness/run-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'
import { copySource } from '../harness/sources.ts'

const place = usePlace(furnish)
let cfg: string
beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})

const shim = (script: string) => shimFfmpeg(place, script)

describe('a recording at which ffmpeg stands still', () => {
  // Long enough for those that do not stand still, on whatever machine.
  const STALL = { OWT_FFMPEG_STALL_MS: '8000' }
  const CAROL = { StreamId: 'carol_1', Name: 'carol.webm', StartTime: ROOM_START_MS + 200 }
  beforeEach(async () => {
    await copySource((await roomFiles()).alice, join(place.bucket, 'rec', CAROL.Name))
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, CAROL]))
  })

  it('is left out while it is examined', async () => {
    const env = await shim('case "$*" in *carol.webm*) exec sleep 600;; esac\nexec REAL "$@"')
    const ended = await place.run([cfg], { env: { ...env, ...STALL } })
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    const reason = 'reading it made no progress for 8 s and was ended'
    expect(result.skipped).toEqual([{ streamId: 'carol_1', name: 'carol.webm', reason }])
    expect(ended.stderr).toContain(`warning: carol_1: recording "carol.webm" is left out: ${reason}\n`)
    expect(result.streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'bob_1'])
    expect(await place.processes()).toEqual([])
  })

  it('is left out while it is encoded', async () => {
    const env = await shim('case "$*" in *framecrc*) ;; *carol.webm*) exec sleep 600;; esac\nexec REAL "$@"')
    const ended = await place.run([cfg], { env: { ...env, ...STALL } })
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    const reason = 'its picture cannot be decoded to the end'
    expect(result.skipped).toEqual([{ streamId: 'carol_1', name: 'carol.webm', reason }])
    expect(result.streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'bob_1'])
    expect(result).toMatchObject({ status: 'ok', output: { frames: 25 } })
    expect(await place.processes()).toEqual([])
    expect(await place.workLeft()).toEqual([])
  })

  it('is kept when it is the graph that stands still: it is made anew, sturdier', async () => {
    const flag = join(place.folder, 'stood-still')
    const env = await shim(
      `case "$*" in *libx264*) [ -e "${flag}" ] || { touch "${flag}"; exec sleep 600; };; esac\nexec REAL "$@"`,
    )
    const ended = await place.run([cfg], { env: { ...env, ...STALL } })
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    expect(result.skipped).toEqual([])
    expect(result.streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'carol_1', 'bob_1'])
    expect(await readFile(join(place.logDir, `${JOB_ID}.log`), 'utf8')).toContain(
      'rendering again with a backdrop for each tile',
    )
  })
})

it('ends the job where no recording is to blame', async () => {
  const before = await place.bucketFiles()
  // Long enough for those that do not stand still, on whatever machine.
  const env = {
    ...(await shim('case "$*" in *libx264*) exec sleep 600;; esac\nexec REAL "$@"')),
    OWT_FFMPEG_STALL_MS: '10000',
  }
  const ended = await place.run([cfg], { env })
  const says = /\(video 1\/1\) made no progress for 10 s and was ended/
  await expectFailure({ place, ended, before, code: 1, says })
})
