/** A chunk that several ffmpegs make: the same film, and one clear reason whichever of them fails. */
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  JOB_ID,
  ROOM_START_MS,
  cfgOf,
  furnish,
  indexOf,
  logged,
  roomFiles,
  until,
  usePlace,
} from '../harness/run-worker.ts'
import { startLong } from '../harness/long-job.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'
import { packetsHash } from '../harness/short-job.ts'
import { copySource } from '../harness/sources.ts'

const CAROL = { StreamId: 'carol_1', Name: 'carol.webm', StartTime: ROOM_START_MS + 900 }
const place = usePlace(furnish)
let cfg: string
beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
  await copySource((await roomFiles()).alice, join(place.bucket, 'rec', CAROL.Name))
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, CAROL]))
})

/** One core, since x264 does not repeat itself on tiny pictures with several threads. */
const several = (count: number) => ({ OWT_LIMITS_CORES: '1', OWT_LIMITS_PROCESSES_PER_CHUNK: String(count) })
const TWO = several(2)
/** Of a script before ffmpeg: whether it composes for another one. */
const COMPOSES = '*.pipe'

const run = (env: Record<string, string>) => place.run(['--force', cfg], { env })
const film = () => packetsHash(join(place.bucket, `out/${JOB_ID}.mp4`), place)
const started = async () =>
  (await place.log()).flatMap(({ msg, command }) => (msg === 'ffmpeg starts' ? [String(command)] : []))

async function expectNothingLeft(): Promise<void> {
  expect(await place.processes()).toEqual([])
  expect(await place.workLeft()).toEqual([])
}

it('is the same film, whoever makes it', async () => {
  expect(await run(several(1))).toMatchObject({ code: 0 })
  const alone = await film()
  expect((await started()).filter((name) => name.startsWith('video'))).toEqual(['video 1/1'])
  for (const count of [2, 3, 4]) {
    expect(await run(several(count))).toMatchObject({ code: 0 })
    expect(await film(), `${count} ffmpegs`).toBe(alone)
    expect(await started()).toContain(`video 1/1, pictures ${count - 1}`)
    await expectNothingLeft()
  }
})

it('is made by one ffmpeg where the work folder cannot hold pipes', async () => {
  const bin = join(place.folder, 'bin')
  await mkdir(bin)
  for (const name of ['node', 'ffmpeg']) {
    const path = name === 'node' ? process.execPath : (process.env['FFMPEG_PATH'] ?? '/usr/bin/ffmpeg')
    await symlink(path, join(bin, name))
  }
  expect(await run({ ...several(3), PATH: bin })).toMatchObject({ code: 0 })
  expect((await started()).filter((name) => name.startsWith('video'))).toEqual(['video 1/1'])
})

describe('if one of them fails', () => {
  it('that composes: its reason is given, not that the other lacks pictures', async () => {
    const env = await shimFfmpeg(
      place,
      `case "$*" in ${COMPOSES}) echo "[error] out of luck" >&2; exit 7;; esac\nexec REAL "$@"`,
    )
    const ended = await run({ ...env, ...TWO })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('video 1/1, pictures 1')
    expect(ended.stderr).toContain('out of luck')
    expect(ended.stderr.match(/^error:/gm)).toHaveLength(1)
    expect(Object.keys(await place.bucketFiles())).not.toContain(`out/${JOB_ID}.mp4`)
    expect(await place.processes()).toEqual([])
  })

  it('that encodes: its reason is given, not that the pipe is broken', async () => {
    const env = await shimFfmpeg(
      place,
      'case "$*" in *libx264*) sleep 0.5; for a; do case $a in *.pipe) head -c 9999 "$a" >/dev/null;; esac; done; ' +
        'echo "[error] out of luck" >&2; sleep 1; exit 7;; esac\nexec REAL "$@"',
    )
    const ended = await run({ ...env, ...TWO })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('out of luck')
    expect(ended.stderr).not.toContain('Broken pipe')
    expect(ended.stderr).not.toContain('pictures 1')
    expect(await place.processes()).toEqual([])
  })

  it('that composes, for want of memory: the job does not end with a film', async () => {
    const env = await shimFfmpeg(place, `case "$*" in ${COMPOSES}) kill -9 $$;; esac\nexec REAL "$@"`)
    const ended = await run({ ...env, ...TWO })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('SIGKILL')
    expect(Object.keys(await place.bucketFiles())).not.toContain(`out/${JOB_ID}.mp4`)
  })

  it('that composes, with fewer pictures than planned: that is no film either', async () => {
    const env = await shimFfmpeg(
      place,
      `case "$*" in ${COMPOSES}) exec REAL $(echo "$@" | sed 's/-frames:v [0-9]*/-frames:v 7/');; esac\nexec REAL "$@"`,
    )
    const ended = await run({ ...env, ...TWO })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/7 frames/)
    expect(Object.keys(await place.bucketFiles())).not.toContain(`out/${JOB_ID}.mp4`)
  })
})

describe('a recording at which one that composes', () => {
  it('stands still is left out', async () => {
    const env = await shimFfmpeg(
      place,
      `case "$*" in *framecrc*) ;; *carol.webm*) exec sleep 600;; esac\nexec REAL "$@"`,
    )
    const ended = await run({ ...env, ...TWO, OWT_FFMPEG_STALL_MS: '8000' })
    expect(ended).toMatchObject({ code: 0 })
    expect((await place.result()).skipped.map(({ name }) => name)).toEqual([CAROL.Name])
    await expectNothingLeft()
  })

  it('cannot decode parts is warned of', async () => {
    const says = '[error] Error while decoding stream #2:0: Invalid data found when processing input'
    const env = await shimFfmpeg(
      place,
      `case "$*" in ${COMPOSES}) for i in 1 2 3 4; do echo "${says}" >&2; done;; esac\nexec REAL "$@"`,
    )
    const ended = await run({ ...env, ...TWO })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stderr).toMatch(/warning: .*parts of its picture cannot be decoded/)
  })
})

describe('a job that is made by several', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves no ffmpeg behind when it gets %s', async (signal) => {
    const running = await startLong(place, { env: { OWT_LIMITS_PROCESSES_PER_CHUNK: '2' } })
    const composes = (line: string) => line.endsWith('.pipe')
    await until('the composer runs', async () => (await place.processes()).some(composes))
    running.child.kill(signal)
    await running.ended
    await until('nothing runs', async () => (await place.processes()).length === 0)
    // A pipe in the work folder is no reason for the next run to stop.
    if (signal === 'SIGKILL') expect(await run(TWO)).toMatchObject({ code: 0 })
  })
})

it('says in its log what each of them does', async () => {
  expect(await run(several(3))).toMatchObject({ code: 0 })
  await logged(place, ({ msg, command }) => msg === 'ffmpeg starts' && command === 'video 1/1, pictures 2')
  const log = await readFile(join(place.logDir, `${JOB_ID}.log`), 'utf8')
  expect(log).toMatch(/rawvideo [^"]*video-1-1\.pipe"/)
})
