/** A job that is started again goes on where it stopped, and makes what an undisturbed run makes. */
import { chmod, readFile, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { startReceiver } from '../harness/callback-receiver.ts'
import { ffmpegPath, runFfmpeg } from '../harness/run-ffmpeg.ts'
import {
  type Changes,
  type Ended,
  JOB_ID,
  ROOM_START_MS,
  type RunOptions,
  cfgOf,
  changed,
  expectFailure,
  inStorage,
  indexOf,
  logged,
  makeWorkplace,
  usePlace,
} from '../harness/run-worker.ts'
import type { S3Server } from '../harness/s3-server.ts'
import {
  CHUNKED,
  furnishShort,
  packetsHash,
  s3CfgOf,
  shortIndex,
  shortRecordings,
} from '../harness/short-job.ts'
import { copySource } from '../harness/sources.ts'
import { useS3 } from '../harness/use-s3.ts'

const BUCKET = 'recordings'
const SPARE = 'spare'
const KEY = `mixed/${JOB_ID}.mp4`
const env = CHUNKED

const place = usePlace()
const { server, front } = useS3([BUCKET, SPARE], putRoom)

async function putRoom(to: S3Server): Promise<void> {
  for (const [key, { path }] of await shortRecordings()) await to.put(BUCKET, key, await readFile(path))
  await to.put(BUCKET, `${JOB_ID}.json`, Buffer.from(JSON.stringify(shortIndex())))
}

const s3Cfg = (changes: Changes = {}) => place.write('cfg.json', s3CfgOf(front, BUCKET, changes))
const into = (prefix: string) => inStorage({ FileNamePrefix: `mixed/${prefix}` })

async function run(cfg: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Ended> {
  return place.run(['--quiet', ...args, cfg], { ...options, env: { ...env, ...options.env } })
}

/** Names of the commands that the last run carried out, and of those it found done. */
async function commandsOf(): Promise<{ made: string[]; found: string[] }> {
  const log = await place.log()
  const named = (msg: string) =>
    log
      .filter((line) => line.msg === msg)
      .map(({ command }) => String(command))
      .toSorted()
  return { made: named('ffmpeg done'), found: named('made by an earlier run') }
}

async function uploadedHash(key: string, bucket = BUCKET): Promise<string> {
  const bytes = await server.get(bucket, key)
  if (!bytes) throw new Error(`nothing was uploaded as ${key}`)
  return packetsHash(bytes, place)
}

/** The settings of a run, and an ffmpeg that never makes the last of the three chunks: it is ended before. */
async function heldEnv(): Promise<Record<string, string>> {
  const script = `#!/bin/sh\ncase "$*" in *video-3.mp4*) exec sleep 600;; esac\nexec ${ffmpegPath()} "$@"\n`
  const path = await place.write('bin/ffmpeg', script)
  await chmod(path, 0o755)
  return { ...env, FFMPEG_PATH: path }
}

/** Nothing lies about, here or there, and nothing runs. */
async function expectNothingLeft(): Promise<void> {
  expect(await place.workLeft()).toEqual([])
  expect(await place.processes()).toEqual([])
  expect(front.pendingUploads()).toBe(0)
}

/** Numbers from 0 to 1, the same at every run. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('a worker that is killed with -9, and run again', () => {
  const count = process.env['TEST_FAULTS'] ? 20 : 4
  const chance = chances(5)
  const moments = Array.from({ length: count }, (_, n) => Math.round(((n + chance()) / count) * 100))
  let undisturbed: string
  let lengthMs: number

  beforeAll(async () => {
    const quiet = await makeWorkplace('owt-resume-')
    try {
      const cfg = await quiet.write('cfg.json', s3CfgOf(front, BUCKET, into('undisturbed')))
      // The first run of all waits for disks.
      for (const args of [[], ['--force']]) {
        const start = performance.now()
        expect(await quiet.run(['--quiet', ...args, cfg], { env })).toMatchObject({ code: 0, stderr: '' })
        lengthMs = performance.now() - start
      }
      const made = await server.get(BUCKET, 'mixed/undisturbed.mp4')
      undisturbed = await packetsHash(made ?? '', quiet)
    } finally {
      await quiet.remove()
    }
  })

  it.each(moments.map((moment, n) => ({ moment, n })))('at $moment % of its time', async ({ moment, n }) => {
    const prefix = `killed-${n}`
    const cfg = await s3Cfg(into(prefix))
    const { child, ended } = place.start(['--quiet', cfg], { env })
    await pause((lengthMs * moment) / 100)
    child.kill('SIGKILL')
    await ended
    expect(await run(cfg)).toMatchObject({ code: 0, stderr: '' })
    expect(await uploadedHash(`mixed/${prefix}.mp4`)).toBe(undisturbed)
    await expectNothingLeft()
  })

  it('between two chunks: the first is not made again', async () => {
    const cfg = await s3Cfg(into('between'))
    const { child, ended } = place.start(['--quiet', cfg], { env: await heldEnv(), ownGroup: true })
    await logged(place, ({ msg, command }) => msg === 'ffmpeg done' && command === 'video 1/3')
    process.kill(-child.pid, 'SIGKILL')
    await ended
    front.forget()
    expect(await run(cfg)).toMatchObject({ code: 0, stderr: '' })
    const { made, found } = await commandsOf()
    expect(found).toContain('video 1/3')
    expect(made).toContain('video 3/3')
    // Recordings are here: their versions are asked for, nothing is fetched.
    const fetched = front.requests.filter(
      ({ operation, key }) => operation === 'GetObject' && key.startsWith('rec/'),
    )
    expect(fetched).toEqual([])
    expect(await uploadedHash('mixed/between.mp4')).toBe(undisturbed)
    await expectNothingLeft()
  })
})

describe('a worker that is told to stop, and run again', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s: its children end, its work is kept, only the rest is made', async (signal, code) => {
    const cfg = await s3Cfg(into(signal))
    const { child, ended } = place.start(['--quiet', cfg], { env: await heldEnv() })
    await logged(place, ({ msg, command }) => msg === 'ffmpeg done' && command === 'video 1/3')
    child.kill(signal)
    await expectFailure({ place, ended: await ended, code, says: new RegExp(`stopped by ${signal}`) })
    expect(await readdir(join(place.workDir, JOB_ID))).toContain('video-1.mp4.key')
    expect(await run(cfg)).toMatchObject({ code: 0, stderr: '' })
    expect((await commandsOf()).found).toContain('video 1/3')
    await expectNothingLeft()
  })
})

describe('an upload that fails', () => {
  const DENIED = { kind: 'refuse', status: 403, code: 'AccessDenied' } as const
  const finished = () => join(place.workDir, JOB_ID, 'finished.mp4')

  it('keeps the finished file and says where; the next run only uploads it', async () => {
    const cfg = await s3Cfg()
    front.break({ operation: 'PutObject', times: 100, how: DENIED })
    const ended = await run(cfg)
    await expectFailure({
      place,
      ended,
      code: 1,
      says: /the finished file is kept as .*finished\.mp4 and is uploaded by the next run/,
    })
    expect(ended.stderr).toContain(finished())
    expect((await place.result()).error?.code).toBe('uploadFailed')
    const kept = await packetsHash(finished(), place)
    front.forget()
    expect(await run(cfg)).toMatchObject({ code: 0, stderr: '' })
    expect((await commandsOf()).made).toEqual([])
    expect((await commandsOf()).found).toContain('mux')
    expect(await uploadedHash(KEY)).toBe(kept)
    await expectNothingLeft()
  })

  it('goes to the second bucket where there is one: a warning, and the callbacks are told', async () => {
    const receiver = await startReceiver()
    try {
      const { Data } = s3CfgOf(front, SPARE) as { Data: { RecordingConfig: { StorageConfig: Changes } } }
      const spare = { ...Data.RecordingConfig.StorageConfig, FileNamePrefix: 'backup/$Jobid.mp4' }
      const notify = ['anyrtc', 'volcengine'].map((Dialect) => ({
        ...{ Status: 'open', ServiceType: 'job.oss', Token: 'echo', Dialect },
        NotifyUrl: `${receiver.url}/${Dialect}`,
      }))
      const more = { Data: { NotifyConfig: notify, RecordingConfig: { BackupStorageConfig: spare } } }
      const key = `backup/${JOB_ID}.mp4`
      front.break({ operation: 'PutObject', key: 'mixed/backed.mp4', times: 100, how: DENIED })
      const cfg = await s3Cfg(changed(into('backed'), more))
      const ended = await place.run([cfg], { env })
      expect(ended).toMatchObject({ code: 0 })
      expect(ended.stderr).toMatch(/^warning: the file was put into the backup bucket "spare"/m)
      expect((await place.result()).output).toMatchObject({ bucket: SPARE, key })
      expect(await server.get(SPARE, key)).toBeDefined()
      const told = receiver.received.map(({ body }) => body['EventType'] ?? body['eventType'])
      expect(told).toContain('RecordUploadBackuped')
      expect(told).toContain(32)
      await expectNothingLeft()
      // It is done: the backup counts.
      expect((await place.run([cfg], { env })).stdout).toContain('unchanged since it was done')
    } finally {
      await receiver.close()
    }
  })
})

describe('a job that is done, and run again', () => {
  /** Runs the job; whether it was done again. */
  async function isDoneAgain(cfg: string, args: readonly string[] = []): Promise<boolean> {
    const ended = await place.run(['--quiet', ...args, cfg])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const isUnchanged = (await place.result()).isUnchanged === true
    expect(ended.stdout.includes('unchanged since it was done')).toBe(isUnchanged)
    const { made, found } = await commandsOf()
    expect(made.length + found.length > 0).toBe(!isUnchanged)
    await expectNothingLeft()
    return !isUnchanged
  }

  it('uploads nothing and says so, in an S3 bucket', async () => {
    const cfg = await s3Cfg(into('done'))
    expect(await isDoneAgain(cfg)).toBe(true)
    front.forget()
    expect(await isDoneAgain(cfg)).toBe(false)
    expect(front.count('PutObject') + front.count('CreateMultipartUpload')).toBe(0)
  })

  it('is done again for --force, another recording, a file that is gone, and --strict where it left something out', async () => {
    await furnishShort(place)
    const nobody = { StreamId: 'dan_1', Name: 'dan.webm', StartTime: ROOM_START_MS }
    const index = shortIndex() as { Files: object[] }
    const cfg = await place.write('cfg.json', cfgOf())
    const out = join(place.bucket, 'out', `${JOB_ID}.mp4`)
    expect(await isDoneAgain(cfg)).toBe(true)
    const first = await packetsHash(out, place)
    const { ino } = await stat(out)
    expect(await isDoneAgain(cfg)).toBe(false)
    expect((await stat(out)).ino).toBe(ino)
    expect(await isDoneAgain(cfg, ['--force'])).toBe(true)
    expect(await packetsHash(out, place)).toBe(first)
    await rm(out)
    expect(await isDoneAgain(cfg)).toBe(true)

    const [other] = [...(await shortRecordings()).values()].slice(1)
    if (other) await copySource(other, join(place.bucket, 'rec/cem.webm'))
    expect(await isDoneAgain(cfg)).toBe(true)
    expect(await packetsHash(out, place)).not.toBe(first)
    expect(await isDoneAgain(cfg)).toBe(false)

    await place.write(`bucket/${JOB_ID}.json`, { ...index, Files: [...index.Files, nobody] })
    expect(await place.run([cfg], { env })).toMatchObject({ code: 0 })
    expect(await place.run([cfg], { env })).toMatchObject({ code: 0 })
    expect((await place.result()).isUnchanged).toBe(true)
    const strict = await run(cfg, ['--strict'])
    await expectFailure({ place, ended: strict, code: 1, says: /--strict is set; the first: dan\.webm/ })
  })
})

describe('work that nobody went on with', () => {
  it('is cleared, and nothing else: no young work, no running job, no folder of somebody else', async () => {
    await furnishShort(place)
    const old = new Date(Date.now() - 100 * 3_600_000)
    const running = process.pid
    for (const jobId of ['old', 'young', 'running', 'moved']) {
      const marker = await place.write(
        `work/${jobId}/owt-job.json`,
        `${JSON.stringify({ jobId: jobId === 'moved' ? 'another' : jobId })}\n`,
      )
      if (jobId !== 'young') await utimes(marker, old, old)
    }
    await utimes(await place.write('work/foreign/data.txt', 'mine'), old, old)
    const fields = (await readFile(`/proc/${running}/stat`, 'utf8')).split(') ')[1]?.split(' ')
    await place.write('work/.locks/running.lock', { pid: running, started: fields?.[19] })
    expect(await run(await place.write('cfg.json', cfgOf()))).toMatchObject({ code: 0, stderr: '' })
    expect((await place.workLeft()).sort()).toEqual(['foreign', 'moved', 'running', 'young'])
    expect((await place.log()).find(({ msg }) => msg === 'old work cleared')).toMatchObject({ jobs: ['old'] })
  })
})

/** Somebody who comes late into a long room, on whom the first chunks do not wait. */
async function lateRoom() {
  const record = async (name: string, seconds: number) => {
    const path = join(place.folder, name)
    const picture = `testsrc=size=64x48:rate=2:duration=${seconds}`
    const coder = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '-4', '-b:v', '20k', '-g', '20']
    await runFfmpeg(['-f', 'lavfi', '-i', picture, ...coder, path])
    await server.put(BUCKET, `rec/${name}`, await readFile(path))
  }
  await Promise.all([record('long.webm', 720), record('late.webm', 60)])
  const files = [
    { StreamId: 'long_2', Name: 'long.webm', StartTime: ROOM_START_MS },
    { StreamId: 'late_2', Name: 'late.webm', StartTime: ROOM_START_MS + 660_000 },
  ]
  return {
    args: ['--index', await place.write('index.json', indexOf(files))],
    small: { TranscodingConfig: { Video: { Width: 64, Height: 48, Fps: 2, BitRate: 20 } } },
    // With cores for several chunks at once more has to be known before the first can begin.
    oneCore: { OWT_LIMITS_CORES: '1' },
    started: ({ msg }: { msg: string }) => msg === 'started before all recordings are there',
  }
}

it('a chunk that was begun early ends with a job that fails', async () => {
  const { args, small, oneCore, started } = await lateRoom()
  const script = `#!/bin/sh\ncase "$*" in *libx264*) exec sleep 3600;; esac\nexec ${ffmpegPath()} "$@"\n`
  const path = await place.write('ffmpeg', script)
  await chmod(path, 0o755)
  front.break({
    ...{ operation: 'GetObject', key: 'rec/late.webm', times: 9 },
    how: { kind: 'refuse', status: 503, code: 'SlowDown' },
    meanwhile: () => logged(place, started),
  })
  // Nothing else ends it in time.
  const env = {
    ...oneCore,
    ...{ FFMPEG_PATH: path, OWT_STORAGE_ATTEMPTS: '1', OWT_FFMPEG_STALL_MS: '3600000' },
  }
  const cfg = await s3Cfg(changed(into('ended'), { Data: small }))
  expect(await place.run(['--quiet', ...args, cfg], { env })).toMatchObject({ code: 1 })
  expect(await place.processes()).toEqual([])
})

it('the first chunks are made while a later recording is fetched, and are the same', async () => {
  const { args, small, started, ...room } = await lateRoom()
  const oneCore = { env: room.oneCore }
  // The end of the late one does not come before the first chunk has begun.
  front.break({
    operation: 'GetObject',
    key: 'rec/late.webm',
    how: { kind: 'cut', afterBytes: 1000 },
    meanwhile: () => logged(place, started),
  })
  const earlyCfg = await s3Cfg(changed(into('early'), { Data: small }))
  expect(await place.run(['--quiet', ...args, earlyCfg], oneCore)).toMatchObject({ code: 0, stderr: '' })
  const early = (await place.log()).filter(started)
  expect(early.map(({ command }) => command)).toContainEqual(expect.stringMatching(/^video 1\//))
  expect((await commandsOf()).made.filter((name) => name.startsWith('video 1/'))).toHaveLength(1)

  // The first to be shown is the last to come: there is nothing to begin with.
  front.break({
    operation: 'GetObject',
    key: 'rec/long.webm',
    how: { kind: 'cut', afterBytes: 1000 },
    meanwhile: () => logged(place, ({ msg, file }) => msg === 'recording looked at' && file === 'late.webm'),
  })
  const lateCfg = await s3Cfg(changed(into('late'), { Data: small }))
  const late = await place.run(['--quiet', ...args, '--force', lateCfg], oneCore)
  expect(late).toMatchObject({ code: 0, stderr: '' })
  expect((await place.log()).filter(started)).toEqual([])
  expect(await uploadedHash('mixed/early.mp4')).toBe(await uploadedHash('mixed/late.mp4'))
})
