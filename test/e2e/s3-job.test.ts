/** Whole jobs on an S3 service that is as strict as the strictest, and on one that fails. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { readFinished } from '../harness/finished-file.ts'
import { tempFolder } from '../harness/room.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import {
  ALICE,
  BOB,
  type Changes,
  type Ended,
  HOME,
  JOB_ID,
  ROOM_START_MS,
  changed,
  expectFailure,
  inStorage,
  indexOf,
  roomFiles,
  until,
  usePlace,
} from '../harness/run-worker.ts'
import { s3CfgOf } from '../harness/short-job.ts'
import { PART_BYTES } from '../harness/strict-s3.ts'
import { useS3 } from '../harness/use-s3.ts'

const BUCKET = 'recordings'
const KEY = `mixed/${JOB_ID}.mp4`
const DEMO_ID = 'job-demo-20261122-0001'
const SLOW_DOWN = { kind: 'refuse', status: 503, code: 'SlowDown' } as const
/** Where nobody looks at the picture. */
const FASTEST = { OWT_VIDEO_PRESET: 'ultrafast' }
const DENIED = { kind: 'refuse', status: 403, code: 'AccessDenied' } as const

const place = usePlace()
const { server, front } = useS3([BUCKET, 'bare'], async (filled) => {
  const demo = join(HOME, 'mixer/bucket')
  for (const name of await readdir(join(demo, 'urtc/demo4711'))) {
    await filled.put(BUCKET, `urtc/demo4711/${name}`, await readFile(join(demo, 'urtc/demo4711', name)))
  }
  await filled.put(BUCKET, `${DEMO_ID}.json`, await readFile(join(demo, `${DEMO_ID}.json`)))
  const { alice, bob } = await roomFiles()
  for (const bucket of [BUCKET, 'bare']) {
    await filled.put(bucket, `rec/${ALICE.Name}`, await readFile(alice.path))
    await filled.put(bucket, `rec/${BOB.Name}`, await readFile(bob.path))
  }
  await filled.put(BUCKET, `${JOB_ID}.json`, Buffer.from(JSON.stringify(indexOf())))
})

const s3Cfg = (changes?: Changes) => s3CfgOf(front, BUCKET, changes)

async function run(
  cfg: Changes,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Ended> {
  return place.run([...args, await place.write('cfg.json', cfg)], { env })
}

/** A job that fails leaves the service as it was. */
async function expectUntouched(key: string): Promise<void> {
  expect(await server.get(BUCKET, key)).toBeUndefined()
  expect(front.pendingUploads()).toBe(0)
  expect(front.completed).toEqual([])
}

async function everythingSaid(ended: Ended): Promise<string> {
  const names = await readdir(place.logDir)
  const files = await Promise.all(names.map((name) => readFile(join(place.logDir, name), 'utf8')))
  return [ended.stdout, ended.stderr, ...files].join('\n')
}

describe('the demo room', () => {
  const small = {
    Internal: { JobId: DEMO_ID },
    Data: { TranscodingConfig: { Video: { Width: 320, Height: 180, Fps: 30, BitRate: 200 } } },
  }

  it.each(['s3', 'ucloud'])('is fetched, mixed and uploaded with the vendor %s', async (Vendor) => {
    const key = `mixed/${Vendor}/${DEMO_ID}.mp4`
    const storage = inStorage({ Vendor, FileNamePrefix: `/mixed/${Vendor}/$Jobid` })
    const ended = await run(s3Cfg(changed(small, storage)), ['--keep-work'], FASTEST)
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(
      new RegExp(
        `^${DEMO_ID}: ${Vendor}://${BUCKET}/${key}, 20\\.0 s, 320x180 at 30 frames/s, .+ times real time\n$`,
      ),
    )
    const { output } = await place.result(DEMO_ID)
    const kept = await readFile(join(place.workDir, DEMO_ID, 'finished.mp4'))
    const uploaded = await server.get(BUCKET, key)
    expect(uploaded?.equals(kept)).toBe(true)
    expect(output).toEqual({
      vendor: Vendor,
      bucket: BUCKET,
      key,
      bytes: kept.length,
      durationMs: 20033.333,
      frames: 601,
      width: 320,
      height: 180,
      fps: 30,
      videoCodec: 'h264',
      videoEncoder: 'x264',
      audioCodec: 'aac',
    })
    expect((await readFinished(join(place.workDir, DEMO_ID, 'finished.mp4'))).video?.frames).toBe(601)
    // Four recordings, the index, and the updates that there are none of.
    expect(front.count('GetObject')).toBe(6)
    expect(front.count('PutObject')).toBe(1)
    const said = await everythingSaid(ended)
    expect(said).not.toContain(front.credentials.secretAccessKey)
    expect(said).not.toContain(front.credentials.accessKeyId)
  })
})

describe('the index', () => {
  it.each([
    ['a key', 'deep/er.json'],
    ['a key with a slash before it', '/deep/er.json'],
    ['an s3:// URL', `s3://${BUCKET}/deep/er.json`],
  ])('is taken from %s', async (_, index) => {
    await server.put(BUCKET, 'deep/er.json', Buffer.from(JSON.stringify(indexOf([BOB]))))
    const args = ['plan', '--quiet', '--json', '--index', index]
    const ended = await run(s3Cfg({ Internal: { JobId: 'nobodys' } }), args)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect((JSON.parse(ended.stdout) as Result).streams.map(({ streamId }) => streamId)).toEqual(['bob_1'])
    expect(front.count('PutObject') + front.count('CreateMultipartUpload')).toBe(0)
  })

  it('is found although the credentials may not list the bucket', async () => {
    const folder = 'mixed/of-one'
    await server.put(BUCKET, `${folder}/index.json`, Buffer.from(JSON.stringify(indexOf())))
    // Six keys before it, none of them there.
    for (const name of ['.json', '/index.json', '/info.json']) {
      for (const at of ['lone', `${folder}/lone`]) front.break({ key: `${at}${name}`, times: 9, how: DENIED })
    }
    const cfg = s3Cfg(
      changed({ Internal: { JobId: 'lone' } }, inStorage({ FileNamePrefix: `${folder}/out` })),
    )
    expect(await run(cfg, ['plan', '--quiet'])).toMatchObject({ code: 0, stderr: '' })
  })

  it('ends the job with 3 when it is nowhere, and with 1 when nothing may be read', async () => {
    const cfg = s3Cfg({ Internal: { JobId: 'lost' } })
    await expectFailure({
      place,
      ended: await run(cfg),
      code: 3,
      jobId: 'lost',
      says: /looked for .*lost\/info\.json/,
    })
    front.break({ times: 100, how: DENIED })
    await expectFailure({
      place,
      ended: await run(cfg),
      code: 1,
      jobId: 'lost',
      says: /may not read "lost\.json"/,
    })
    const elsewhere = await run(cfg, ['--index', 's3://other/lost.json'])
    await expectFailure({
      place,
      ended: elsewhere,
      code: 3,
      jobId: 'lost',
      says: /not in the job's own bucket/,
    })
  })
})

describe('a service that fails now and then', () => {
  it('is asked again: 503s, broken downloads, a broken upload', async () => {
    front.break({ operation: 'GetObject', times: 2, how: SLOW_DOWN })
    front.break({ operation: 'GetObject', key: `rec/${ALICE.Name}`, how: { kind: 'cut', afterBytes: 3000 } })
    front.break({ operation: 'GetObject', key: `rec/${BOB.Name}`, how: { kind: 'drop' } })
    front.break({ operation: 'PutObject', times: 2, how: SLOW_DOWN })
    front.break({ operation: 'HeadObject', how: SLOW_DOWN })
    const ended = await run(s3Cfg(inStorage({ FileNamePrefix: 'mixed/tried-again' })), [
      '--quiet',
      '--strict',
      '--keep-work',
    ])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect((await place.result()).output?.frames).toBe(25)
    const kept = await readFile(join(place.workDir, JOB_ID, 'finished.mp4'))
    expect((await server.get(BUCKET, 'mixed/tried-again.mp4'))?.equals(kept)).toBe(true)
    expect(front.requests.some(({ range }) => range !== undefined)).toBe(true)
    expect(front.count('PutObject')).toBe(3)
    expect(await readdir(join(place.workDir, JOB_ID))).not.toContainEqual(expect.stringMatching(/\.part$/))
  })

  it('fails the job when it goes on failing', async () => {
    front.break({ times: 1000, how: SLOW_DOWN })
    const ended = await run(s3Cfg(), [], { OWT_STORAGE_ATTEMPTS: '2' })
    await expectFailure({ place, ended, code: 1, says: /failed with SlowDown \(HTTP 503\)/ })
    await expectUntouched(KEY)
  })

  it('fails the job when it does not answer', async () => {
    front.break({ operation: 'GetObject', key: `rec/${BOB.Name}`, times: 100, how: { kind: 'hang' } })
    // Long enough for the index and the other recording.
    const env = { OWT_STORAGE_ATTEMPTS: '1', OWT_STORAGE_REQUEST_TIMEOUT_MS: '3000' }
    const ended = await run(s3Cfg(), [], env)
    await expectFailure({ place, ended, code: 1, says: /did not answer in time; run the job again later/ })
    await expectUntouched(KEY)
  })
})

describe('what is missing or not allowed', () => {
  it('is left out when it is one recording, and fails the job when it is all of them', async () => {
    front.break({ operation: 'GetObject', key: `rec/${ALICE.Name}`, times: 100, how: DENIED })
    const index = indexOf([ALICE, BOB, { StreamId: 'carol_1', Name: 'none.webm', StartTime: ROOM_START_MS }])
    const file = await place.write('index.json', index)
    const cfg = s3Cfg(inStorage({ FileNamePrefix: 'mixed/rest' }))
    expect(await run(cfg, ['--index', file])).toMatchObject({ code: 0 })
    const result = await place.result()
    expect(result.streams.map(({ streamId }) => streamId)).toEqual(['bob_1'])
    expect(result.skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      `alice.webm: s3 bucket "${BUCKET}": these credentials may not read "rec/alice.webm" (AccessDenied); give them that right, or check that the object exists`,
      `none.webm: s3 bucket "${BUCKET}": there is no object "rec/none.webm"; check Root and Name in the index`,
    ])

    front.break({ operation: 'GetObject', key: `rec/${BOB.Name}`, times: 100, how: DENIED })
    const ended = await run(s3Cfg(), ['--index', file])
    await expectFailure({ place, ended, code: 1, says: /these credentials may not read "rec\/(alice|bob)/ })
    await expectUntouched(KEY)
  })

  it.each([
    ['a wrong secret', { SecretKey: 'wrong-5f1e' }, /refused the signature; check StorageConfig\.SecretKey/],
    [
      'an unknown key',
      { PublicKey: 'WRONG5F1E' },
      /does not know this access key; check StorageConfig\.PublicKey/,
    ],
    [
      'a bucket that is not there',
      { Bucket: 'nobodys' },
      /knows no such bucket; check StorageConfig\.Bucket/,
    ],
    [
      'a service that is not there',
      { Endpoint: 'http://127.0.0.1:1' },
      /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
    ],
  ])('is named: %s', async (_, changes, says) => {
    const env = { OWT_LOGS_LEVEL: 'trace', OWT_STORAGE_ATTEMPTS: '1' }
    const ended = await run(s3Cfg(inStorage(changes)), ['--json'], env)
    await expectFailure({ place, ended, code: 1, says })
    await expectUntouched(KEY)
    const said = await everythingSaid(ended)
    const { accessKeyId, secretAccessKey } = front.credentials
    for (const secret of [accessKeyId, secretAccessKey, 'wrong-5f1e', 'WRONG5F1E', 'AWS4-HMAC-SHA256']) {
      expect(said).not.toContain(secret)
    }
  })

  it('is not the credentials when the environment has them', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: front.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: front.credentials.secretAccessKey,
      OWT_STORAGE_CREDENTIALS_FOR: '["http://127.0.0.1"]',
    }
    const cfg = s3Cfg(inStorage({ PublicKey: '', SecretKey: undefined }))
    expect(await run(cfg, ['plan', '--quiet'], env)).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a preview', () => {
  const recordings = () =>
    front.requests.filter(({ operation, key }) => operation === 'GetObject' && /\.(webm|mp4)$/.test(key))

  it.each([
    ['the recordings that have begun by its moment', '0.2', [ALICE]],
    ['all where the others may have a say', '2.2', [ALICE, BOB]],
  ])('fetches %s, uploads nothing and keeps nothing', async (_, at, needed) => {
    const late = { ...BOB, StartTime: ROOM_START_MS + 10_000 }
    const index = at === '0.2' ? indexOf([ALICE, late]) : indexOf()
    await server.put(BUCKET, 'late.json', Buffer.from(JSON.stringify(index)))
    const args = [
      'preview',
      '--quiet',
      '--index',
      'late.json',
      '--at',
      at,
      '-o',
      join(place.folder, 'at.png'),
    ]
    expect(await run(s3Cfg(), args)).toMatchObject({ code: 0, stderr: '' })
    expect(new Set(recordings().map(({ key }) => key))).toEqual(
      new Set(needed.map(({ Name }) => `rec/${Name}`)),
    )
    expect(front.count('PutObject') + front.count('CreateMultipartUpload')).toBe(0)
    expect(await place.workLeft()).toEqual([])
    expect(await readdir(place.folder)).toContain('at.png')
  })

  it('asks for nothing at all with --mock', async () => {
    const index = await place.write('index.json', indexOf())
    const args = ['preview', '--quiet', '--mock', '--index', index, '-o', join(place.folder, 'mock.png')]
    expect(await run(s3Cfg(), args)).toMatchObject({ code: 0, stderr: '' })
    expect(front.requests).toEqual([])
  })
})

describe('a file of many parts', () => {
  // Noise, which no encoder makes small.
  beforeAll(async () => {
    const folder = await tempFolder('noise')
    const path = join(folder, 'noise.mp4')
    const source = 'nullsrc=size=640x360:rate=30,geq=lum=random(1)*255:cb=128:cr=128'
    await runFfmpeg([
      ...['-f', 'lavfi', '-i', source, '-t', '1.5'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '20', path],
    ])
    await server.put(BUCKET, 'rec/noise.mp4', await readFile(path))
    await rm(folder, { recursive: true })
  })

  async function noisyCfg(prefix: string): Promise<{ cfg: Changes; args: string[] }> {
    const index = indexOf([{ StreamId: 'noise_2', Name: 'noise.mp4', StartTime: ROOM_START_MS }])
    const video = { Width: 640, Height: 360, Fps: 30, BitRate: 120_000 }
    return {
      cfg: s3Cfg(
        changed(inStorage({ FileNamePrefix: prefix }), { Data: { TranscodingConfig: { Video: video } } }),
      ),
      args: ['--index', await place.write('index.json', index)],
    }
  }

  it('goes up in parts of exactly 8 MiB', async () => {
    const { cfg, args } = await noisyCfg('mixed/noise')
    expect(await run(cfg, [...args, '--keep-work'], FASTEST)).toMatchObject({ code: 0 })
    const kept = await readFile(join(place.workDir, JOB_ID, 'finished.mp4'))
    expect(kept.length).toBeGreaterThan(PART_BYTES)
    const [sizes = [], ...others] = front.completed
    expect(others).toEqual([])
    expect(sizes.slice(0, -1)).toEqual(Array(Math.floor(kept.length / PART_BYTES)).fill(PART_BYTES))
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(kept.length)
    expect((await server.get(BUCKET, 'mixed/noise.mp4'))?.equals(kept)).toBe(true)
    expect(front.pendingUploads()).toBe(0)
    expect((await place.result()).output?.bytes).toBe(kept.length)
  })

  it('leaves no object and no upload begun when a part is refused', async () => {
    const { cfg, args } = await noisyCfg('mixed/refused')
    front.break({
      operation: 'UploadPart',
      times: 100,
      how: { kind: 'refuse', status: 400, code: 'InvalidArgument' },
    })
    const ended = await run(cfg, args, FASTEST)
    await expectFailure({
      place,
      ended,
      code: 1,
      says: /writing "mixed\/refused\.mp4" failed with InvalidArgument/,
    })
    await expectUntouched('mixed/refused.mp4')
    // The other one ends what asked beforehand whether an upload will be taken.
    expect(front.count('AbortMultipartUpload')).toBe(2)
  })

  it('leaves no object and no upload begun when the job is stopped in the middle of it', async () => {
    const { cfg, args } = await noisyCfg('mixed/stopped')
    front.break({ operation: 'UploadPart', times: 100, how: { kind: 'hang' } })
    const { child, ended } = place.start([...args, await place.write('cfg.json', cfg)], { env: FASTEST })
    await until('a part is on its way', () => Promise.resolve(front.count('UploadPart') > 0))
    child.kill('SIGTERM')
    await expectFailure({ place, ended: await ended, code: 143, says: /stopped by SIGTERM/ })
    await expectUntouched('mixed/stopped.mp4')
    // The other one ends what asked beforehand whether an upload will be taken.
    expect(front.count('AbortMultipartUpload')).toBe(2)
  })
})

it('ends a download in the middle when the job is stopped', async () => {
  front.break({
    operation: 'GetObject',
    key: `rec/${BOB.Name}`,
    times: 100,
    how: { kind: 'stall', afterBytes: 2000 },
  })
  const { child, ended } = place.start([await place.write('cfg.json', s3Cfg())])
  const part = () =>
    readdir(join(place.workDir, JOB_ID)).then((names) => names.some((name) => name.endsWith('.part')))
  await until('the download is on its way', part)
  child.kill('SIGINT')
  await expectFailure({ place, ended: await ended, code: 130, says: /stopped by SIGINT/ })
  await expectUntouched(KEY)
})

it('uploads nothing and replaces nothing when the job fails after its recordings are there', async () => {
  const earlier = Buffer.from('the result of an earlier run')
  await server.put('bare', KEY, earlier)
  const ffmpeg = process.env['FFMPEG_PATH'] || 'ffmpeg'
  const path = join(place.folder, 'ffmpeg')
  await writeFile(path, `#!/bin/sh\ncase "$*" in *libx264*) exit 9;; esac\nexec ${ffmpeg} "$@"\n`, {
    mode: 0o755,
  })
  const file = await place.write('index.json', indexOf())
  const ended = await run(s3Cfg(inStorage({ Bucket: 'bare' })), ['--index', file], { FFMPEG_PATH: path })
  await expectFailure({ place, ended, code: 1, says: /^error: encoding failed \(video 1\/1\): /m })
  expect((await server.get('bare', KEY))?.equals(earlier)).toBe(true)
  const asked = ['HeadObject', 'CreateMultipartUpload', 'AbortMultipartUpload', 'GetObject']
  expect(new Set(front.requests.map(({ operation }) => operation))).toEqual(new Set(asked))
  expect(front.pendingUploads()).toBe(0)
})
