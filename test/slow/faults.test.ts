/** What a machine does to a job: disks that are full, too few file handles, folders that cannot be written. */
import { chmod, mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ffmpegPath } from '../harness/run-ffmpeg.ts'
import { type Ended, JOB_ID, cfgOf, expectFailure, furnish, usePlace } from '../harness/run-worker.ts'
import { type SmallDisk, mayMount, mountDisk } from '../harness/small-disk.ts'

/** All of them with `npm run faults`; one of a kind otherwise. */
const some = <T>(cases: readonly T[]): readonly T[] =>
  process.env['TEST_FAULTS'] ? cases : cases.slice(0, 1)

const place = usePlace(furnish)
let cfg: string
beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})
const disks: SmallDisk[] = []
afterEach(() => {
  for (const disk of disks.splice(0)) disk.unmount()
})

function mount(folder: string, megabytes: number): SmallDisk {
  const disk = mountDisk(folder, megabytes)
  disks.push(disk)
  return disk
}

/** An ffmpeg that does this first when its command line has `word` in it. */
async function ffmpegThat(word: string, script: string): Promise<Record<string, string>> {
  const text = `#!/bin/sh\ncase "$*" in *${word}*) ${script};; esac\nexec ${ffmpegPath()} "$@"\n`
  const path = await place.write('ffmpeg', text)
  await chmod(path, 0o755)
  return { FFMPEG_PATH: path }
}

/** Exit code 1 and one line that says why. */
function expectOneError(ended: Ended, says: RegExp): void {
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(says)
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
}

const succeeds = async () => {
  expect(await place.run(['--quiet', cfg])).toMatchObject({ code: 0, stderr: '' })
  expect((await place.workLeft()).filter((name) => name.startsWith(JOB_ID))).toEqual([])
  expect(await place.processes()).toEqual([])
}

// Only root may mount, and not in every container.
describe.skipIf(!mayMount())('a disk', () => {
  it.each(
    some([
      ['the picture', 'libx264', 'audio.m4a'],
      ['the sound', 'c:a?aac', 'video-1.mp4'],
      ['the finished file', 'creation_time=', 'audio.m4a'],
    ]),
  )('that becomes full under %s is named; with room again the job goes on', async (_, word, other) => {
    const disk = mount(place.workDir, 4)
    const ballast = join(place.workDir, 'ballast')
    // What is made beside it is done by then: it does not become full under that.
    const alone = `until [ -e "${join(place.workDir, JOB_ID, other)}.key" ]; do sleep 0.02; done`
    const env = await ffmpegThat(word, `${alone}; dd if=/dev/zero of="${ballast}" bs=64k 2>/dev/null`)
    const ended = await place.run(['--quiet', cfg], { env })
    expectOneError(ended, /^error: the disk with .* became full \(.+\); make room and start the job again/)
    expect(ended.stderr).toContain(disk.folder)
    expect(await place.result()).toMatchObject({ status: 'failed', exitCode: 1 })
    expect(Object.keys(await place.bucketFiles())).not.toContain(`out/${JOB_ID}.mp4`)
    expect(await place.processes()).toEqual([])
    await rm(ballast)
    await succeeds()
  })

  it('that is full from the start is named', async () => {
    const disk = mount(place.workDir, 1)
    await disk.fill()
    const ended = await place.run(['--quiet', cfg])
    expectOneError(ended, /^error: .*: the disk is full \(ENOSPC\); free some space there/)
    expect(ended.stderr).toContain(disk.folder)
    expect(await place.result()).toMatchObject({ status: 'failed', error: { code: 'diskFull' } })
    await rm(join(disk.folder, 'ballast'))
    await succeeds()
  })

  it('that is too small by the plan is named before anything is encoded', async () => {
    mount(place.workDir, 1)
    const Video = { BitRate: 8000 }
    const large = await place.write('large.json', cfgOf({ Data: { TranscodingConfig: { Video } } }))
    const ended = await place.run(['--quiet', large])
    const says = /^error: the job needs about \d+ MB in .*, where \d+ MB are free; make room/
    await expectFailure({ place, ended, code: 1, says })
    expect((await place.result()).error?.code).toBe('diskTooSmall')
    expect((await place.log()).map(({ msg }) => msg)).not.toContain('ffmpeg starts')
    await succeeds()
  })

  it('that is full where the finished file goes is named before anything is encoded', async () => {
    const bucket = join(place.folder, 'small')
    mount(bucket, 1)
    const rec = join(place.bucket, 'rec')
    const StorageConfig = { Bucket: bucket }
    const Video = { BitRate: 8000 }
    await mkdir(join(bucket, 'rec'))
    for (const name of ['alice.webm', 'bob.mp4']) {
      await place.write(join('small/rec', name), await readFile(join(rec, name)))
    }
    const changes = { Data: { TranscodingConfig: { Video }, RecordingConfig: { StorageConfig } } }
    const index = join(place.bucket, `${JOB_ID}.json`)
    const ended = await place.run([
      '--quiet',
      '--index',
      index,
      await place.write('large.json', cfgOf(changes)),
    ])
    expectOneError(ended, /^error: the job needs about \d+ MB in .*small.*, where \d+ MB are free/)
  })

  it('that is full where the logs go: nothing crashes, and it is named', async () => {
    const disk = mount(place.logDir, 1)
    await disk.fill()
    const ended = await place.run(['--quiet', cfg])
    expectOneError(ended, /^error: .*: the disk is full \(ENOSPC\); free some space there/)
    expect(ended.stderr).toContain(disk.folder)
    await rm(join(disk.folder, 'ballast'))
    await succeeds()
  })

  it('that becomes full under the log in mid job: nothing crashes, and it is named', async () => {
    const disk = mount(place.logDir, 1)
    const ballast = join(place.logDir, 'ballast')
    // Twice: the state is replaced all the time, which may make a little room just after the first.
    const fill = `dd if=/dev/zero of="${ballast}.$$" bs=4k 2>/dev/null`
    const env = await ffmpegThat('libx264*|*creation_time=', fill)
    const ended = await place.run(['--quiet', cfg], { env })
    expectOneError(ended, /^error: .*: the disk is full \(ENOSPC\); free some space there/)
    expect(ended.stderr).toContain(disk.folder)
    const names = (await readdir(place.logDir)).filter((name) => name.startsWith('ballast'))
    await Promise.all(names.map((name) => rm(join(place.logDir, name))))
    await succeeds()
  })

  it.each(['workDir', 'logDir'] as const)('that cannot be written is named: %s', async (which) => {
    const disk = mount(place[which], 1)
    disk.remount('ro')
    const ended = await place.run(['--quiet', cfg])
    expectOneError(ended, /^error: .*: reading or writing failed with EROFS; check/)
    expect(ended.stderr).toContain(disk.folder)
    disk.remount('rw')
    await succeeds()
  })
})

describe('too few file handles', () => {
  const withLimit = (count: number) => ['sh', '-c', `ulimit -n ${count} && exec "$@"`, 'sh']

  it.each(some([64, 24, 110]))(
    '%i of them: the job succeeds, or ends with one clear error',
    async (count) => {
      const ended = await place.run(['--quiet', cfg], { under: withLimit(count) })
      if (ended.code === 0) expect(ended.stderr).toBe('')
      else
        expectOneError(
          ended,
          /^error: (the worker cannot be loaded|the system does not let the worker open more files)/,
        )
      expect(await place.processes()).toEqual([])
      await succeeds()
    },
  )

  it.each(
    some([
      ['a recording is examined', 'framecrc'],
      ['the picture is made', 'libx264'],
      ['the finished file is made', 'creation_time='],
    ]),
  )('none left when %s: no recording is blamed, the job goes on when there are more', async (_, word) => {
    // Opens whatever may still be opened when the worker is about to start that ffmpeg, and lets go of it later.
    const script = `const child = require('node:child_process'), fs = require('node:fs'), real = child.spawn
      child.spawn = (file, args, options) => {
        const open = []
        try { while (args.join(' ').includes(${JSON.stringify(word)})) open.push(fs.openSync('/dev/null')) } catch {}
        const spawned = real(file, args, options)
        open.forEach((handle) => fs.closeSync(handle))
        return spawned
      }`
    const hog = await place.write('hog.cjs', script)
    const env = { NODE_OPTIONS: `--require=${hog}` }
    const ended = await place.run(['--quiet', cfg], { env, under: withLimit(256) })
    const says =
      /^error: the system does not let the worker open more files or processes \(EMFILE\); raise its limits/
    const result = await expectFailure({ place, ended, code: 1, says })
    expect(result.skipped).toEqual([])
    await succeeds()
  })
})
