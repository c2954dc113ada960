/** The same on an S3 service: no right to write, other writers, recordings that change, an index beside them. */
import { readFile } from 'node:fs/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  type Changes,
  JOB_ID,
  expectFailure,
  inStorage,
  indexOf,
  roomFiles,
  usePlace,
} from '../harness/run-worker.ts'
import { s3CfgOf } from '../harness/short-job.ts'
import { type Fault, PART_BYTES } from '../harness/strict-s3.ts'
import { useS3Bench } from '../harness/strict-s3-bench.ts'
import { useS3 } from '../harness/use-s3.ts'

const BUCKET = 'recordings'
const DENIED = { kind: 'refuse', status: 403, code: 'AccessDenied' } as const

describe('a job', () => {
  const place = usePlace()
  let alice: Buffer
  const { server, front } = useS3([BUCKET], async (filled) => {
    const files = await roomFiles()
    alice = await readFile(files.alice.path)
    await filled.put(BUCKET, `rec/${BOB.Name}`, await readFile(files.bob.path))
    await filled.put(BUCKET, `${JOB_ID}.json`, Buffer.from(JSON.stringify(indexOf())))
  })
  beforeEach(() => server.put(BUCKET, `rec/${ALICE.Name}`, alice))

  const put = (FileNamePrefix: string) => s3CfgOf(front, BUCKET, inStorage({ FileNamePrefix }))
  const run = async (cfg: Changes, ...args: string[]) =>
    place.run([...args, await place.write('cfg.json', cfg)])
  const messages = async () => (await place.log()).map(({ msg }) => msg)
  /** Something that happens once the worker has all of a recording. */
  const afterFetch = (meanwhile: () => Promise<void>): Fault => ({
    ...{ operation: 'GetObject', key: `rec/${ALICE.Name}`, how: { kind: 'pass' } },
    meanwhile,
  })

  it('without the right to write is refused before it encodes', async () => {
    front.break({ operation: 'CreateMultipartUpload', times: 9, how: DENIED })
    const ended = await run(put('mixed/denied.mp4'))
    await expectFailure({ place, ended, code: 1, says: /may not write "mixed\/denied\.mp4"/ })
    expect(await messages()).not.toContain('ffmpeg starts')
  })

  it('leaves nothing of what it asks for beforehand, and a plan asks for nothing', async () => {
    expect(await run(put('mixed/planned.mp4'), 'plan')).toMatchObject({ code: 0 })
    expect(front.count('CreateMultipartUpload')).toBe(0)
    expect(await run(put('mixed/planned.mp4'))).toMatchObject({ code: 0 })
    expect(front.count('CreateMultipartUpload')).toBe(1)
    expect(front.count('AbortMultipartUpload')).toBe(1)
    expect(front.pendingUploads()).toBe(0)
  })

  it('on a service that cannot say so beforehand is done all the same', async () => {
    const how = { kind: 'refuse', status: 501, code: 'NotImplemented' } as const
    front.break({ operation: 'CreateMultipartUpload', times: 9, how })
    expect(await run(put('mixed/unknown.mp4'))).toMatchObject({ code: 0 })
    expect(await messages()).toContain('it is not known whether an upload will be taken')
  })

  it('whose recording is replaced while it runs uploads nothing', async () => {
    front.break(afterFetch(() => server.put(BUCKET, `rec/${ALICE.Name}`, Buffer.concat([alice, alice]))))
    const ended = await run(put('mixed/changed.mp4'))
    await expectFailure({ place, ended, code: 1, says: /the recording "alice\.webm" changed after/ })
    expect(await server.get(BUCKET, 'mixed/changed.mp4')).toBeUndefined()
  })

  it('whose finished file is there by then leaves that as it is', async () => {
    const key = 'mixed/taken.mp4'
    front.break(afterFetch(() => server.put(BUCKET, key, Buffer.from('somebody else’s'))))
    const ended = await run(put(key))
    await expectFailure({ place, ended, code: 1, says: /something else was put under "mixed\/taken\.mp4"/ })
    expect((await server.get(BUCKET, key))?.toString()).toBe('somebody else’s')
  })

  it('that another process on the same work folder is writing too is refused before it encodes', async () => {
    const key = 'mixed/both.mp4'
    let second: Promise<unknown> | undefined
    const other = await place.write(
      'other.json',
      s3CfgOf(front, BUCKET, { Internal: { JobId: 'other' }, ...inStorage({ FileNamePrefix: key }) }),
    )
    const index = await place.write('index.json', indexOf())
    front.break(
      afterFetch(async () => {
        second = place.run(['--index', index, other])
        await second
      }),
    )
    expect(await run(put(key))).toMatchObject({ code: 0 })
    expect(await second).toMatchObject({ code: 1, stderr: expect.stringContaining('is writing') as string })
    expect((await place.log('other')).map(({ msg }) => msg)).not.toContain('ffmpeg starts')
  })

  describe('whose index lies beside its recordings', () => {
    const jobId = 'beside-them'
    const cfg = () => s3CfgOf(front, BUCKET, { Internal: { JobId: jobId } })
    beforeAll(() => server.put(BUCKET, `rec/${jobId}.json`, Buffer.from(JSON.stringify(indexOf()))))

    it('finds it where the bucket may be listed', async () => {
      expect(await run(cfg(), 'plan', '--quiet')).toMatchObject({ code: 0, stderr: '' })
      expect(front.requests.some(({ operation, key }) => operation === 'ListObjects' && key === '')).toBe(
        true,
      )
    })

    it('says what it looked for where it may not', async () => {
      front.break({ operation: 'ListObjects', times: 9, how: DENIED })
      const ended = await run(cfg())
      expect(ended).toMatchObject({
        code: 3,
        stderr: expect.stringContaining(`${jobId}/info.json`) as string,
      })
    })
  })
})

describe('keys of a bucket', () => {
  const bench = useS3Bench()

  it('are listed near the finished file first, and no more of them than are asked for', async () => {
    for (const key of ['a1', 'a2', 'a3', 'out/b1', 'out/b2', 'out/b3']) await bench.makeObject(key, 1)
    const list = (most: number, near: string) => bench.open().list(most, { near })
    expect(await list(2, 'out/x.mp4')).toEqual(['out/b1', 'out/b2', 'a1', 'a2'])
    expect(await list(2, 'x.mp4')).toEqual(['a1', 'a2'])
    expect(await list(1000, 'none/x.mp4')).toHaveLength(6)
  })

  it('are not had where they may not be listed', async () => {
    bench.front.break({ operation: 'ListObjects', times: 9, how: DENIED })
    const failure = await bench.failureOf(bench.open().list(9, { near: 'x.mp4' }))
    expect(failure).toMatchObject({ code: 'accessDenied', fault: 'config' })
  })
})

describe('an upload under a condition', () => {
  const bench = useS3Bench()
  const open = () => bench.open({ vendor: 's3' })
  const KEY = 'mixed/out.mp4'
  const conditions = () =>
    bench.front.requests.flatMap(({ ifMatch, ifNoneMatch }) => ifMatch ?? ifNoneMatch ?? [])

  describe.each([
    ['in one request', 5000, 'PutObject'],
    ['in parts', PART_BYTES + 10, 'CompleteMultipartUpload'],
  ] as const)('%s', (_, length, operation) => {
    it('replaces what it was told of, and nothing else', async () => {
      const { path, bytes } = await bench.makeFile('made.mp4', length)
      const storage = open()
      const before = await bench.makeObject(KEY, 100)
      const refused = await bench.failureOf(storage.put(KEY, path, { replaces: null }))
      expect(refused).toMatchObject({ code: 'outputReplaced', fault: 'destination' })
      expect(await bench.server.get(BUCKET, KEY)).toEqual(before)

      const seen = await storage.stat(KEY)
      await storage.put(KEY, path, { replaces: seen ?? null })
      expect((await bench.server.get(BUCKET, KEY))?.equals(bytes)).toBe(true)
      // By now it is another one.
      const { path: other } = await bench.makeFile('other.mp4', length)
      const late = await bench.failureOf(storage.put(KEY, other, { replaces: seen ?? null }))
      expect(late).toMatchObject({ code: 'outputReplaced' })
      expect((await bench.server.get(BUCKET, KEY))?.equals(bytes)).toBe(true)
    })

    it('is done where the answer that said so was lost', async () => {
      const key = `mixed/lost-${operation}.mp4`
      const { path, bytes } = await bench.makeFile('made.mp4', length)
      bench.front.break({ operation, how: { kind: 'lose' } })
      await open().put(key, path, { replaces: null })
      expect((await bench.server.get(BUCKET, key))?.equals(bytes)).toBe(true)
    })

    it('is sent without one where the service takes none, or is not known to', async () => {
      const key = `mixed/without-${operation}.mp4`
      const { path } = await bench.makeFile('made.mp4', length)
      bench.front.be({ conditionalWrites: 'refused' })
      const storage = open()
      await storage.put(key, path, { replaces: null })
      bench.front.mend()
      await storage.put(key, path, { replaces: (await storage.stat(key)) ?? null })
      await bench.open({ vendor: 'ucloud' }).put(key, path, { replaces: (await storage.stat(key)) ?? null })
      expect(conditions()).toEqual([])
    })
  })
})
