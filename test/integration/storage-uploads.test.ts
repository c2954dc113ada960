import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { putWithBackup } from '../../src/storage/put-with-backup.ts'
import { BUCKET, KEY, SPARE, useS3Bench } from '../harness/strict-s3-bench.ts'
import { PART_BYTES } from '../harness/strict-s3.ts'

const bench = useS3Bench()

/** Whether the bucket has exactly these bytes. */
async function has(bucket: string, key: string, bytes: Buffer): Promise<boolean> {
  return (await bench.server.get(bucket, key))?.equals(bytes) === true
}

describe('uploads that fail', () => {
  const LENGTH = 7 * PART_BYTES

  it('aborts the multipart upload, and sends no more parts than were in flight', async () => {
    const { path } = await bench.makeFile('out.mp4', LENGTH)
    bench.front.break({
      operation: 'UploadPart',
      times: 100,
      how: { kind: 'refuse', status: 400, code: 'InvalidArgument' },
    })
    const error = await bench.failureOf(bench.open().put('failed.mp4', path))
    expect(error).toMatchObject({ code: 'storageFailed', fault: 'destination', retryable: false })
    expect(error.message).toContain('InvalidArgument (HTTP 400)')
    expect(bench.front.count('AbortMultipartUpload')).toBe(1)
    expect(bench.front.count('UploadPart')).toBeLessThanOrEqual(4)
    expect(bench.front.pendingUploads()).toBe(0)
    expect(await bench.server.get(BUCKET, 'failed.mp4')).toBeUndefined()
  })

  it('aborts it when it cannot be completed', async () => {
    const { path } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    const how = { kind: 'refuse', status: 400, code: 'InvalidPart' } as const
    bench.front.break({ operation: 'CompleteMultipartUpload', times: 100, how })
    expect((await bench.failureOf(bench.open().put('failed.mp4', path))).message).toContain('InvalidPart')
    expect(bench.front.count('AbortMultipartUpload')).toBe(1)
    expect(bench.front.pendingUploads()).toBe(0)
    expect(await bench.server.get(BUCKET, 'failed.mp4')).toBeUndefined()
  })

  it('has aborted it by the time a stopped put returns', async () => {
    const { path } = await bench.makeFile('out.mp4', LENGTH)
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    const meanwhile = (): void => stop.abort(reason)
    bench.front.break({ operation: 'UploadPart', how: { kind: 'hang' }, meanwhile })
    await expect(bench.open().put('stopped.mp4', path, { signal: stop.signal })).rejects.toBe(reason)
    expect(bench.front.count('AbortMultipartUpload')).toBe(1)
    expect(bench.front.pendingUploads()).toBe(0)
    expect(await bench.server.get(BUCKET, 'stopped.mp4')).toBeUndefined()
  })

  it.each([1000, PART_BYTES + 1])('notices that %i bytes have not all arrived', async (length) => {
    const { path } = await bench.makeFile('out.mp4', length)
    bench.front.break({ operation: 'HeadObject', times: 9, how: { kind: 'length', bytes: length - 1 } })
    const error = await bench.failureOf(bench.open().put('short.mp4', path))
    expect(error).toMatchObject({ code: 'uploadDiffers', fault: 'destination', retryable: true })
    expect(error.message).toContain(`${length} bytes but has ${length - 1} there`)
  })

  it('sends again what has not all arrived', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    bench.front.break({ operation: 'HeadObject', how: { kind: 'length', bytes: 7 } })
    let moved = 0
    await bench.open().put(KEY, path, { onBytes: (count) => (moved += count) })
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
    expect(moved).toBe(bytes.length)
    expect(bench.front.completed).toHaveLength(2)
  })

  it('sends a dropped body again', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    bench.front.break({ operation: 'UploadPart', times: 2, how: { kind: 'drop' } })
    await bench.open().put('again.mp4', path)
    expect(await has(BUCKET, 'again.mp4', bytes)).toBe(true)
  })

  it.each(['CreateMultipartUpload', 'UploadPart', 'HeadObject'])(
    'sends %s again when its answer is lost',
    async (operation) => {
      const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
      bench.front.break({ operation, how: { kind: operation === 'HeadObject' ? 'drop' : 'lose' } })
      await bench.open().put(KEY, path)
      expect(await has(BUCKET, KEY, bytes)).toBe(true)
    },
  )

  it('takes back the parts that an earlier put could not, before it begins', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', 2 * PART_BYTES)
    bench.front.break({ operation: 'UploadPart', times: 9, how: { kind: 'refuse', status: 400, code: 'X' } })
    bench.front.break({ operation: 'AbortMultipartUpload', times: 99, how: { kind: 'drop' } })
    await bench.failureOf(bench.open().put(KEY, path))
    expect(bench.front.pendingUploads()).toBe(1)
    expect(await readdir(bench.home)).toContainEqual(expect.stringMatching(/^out\.mp4\.upload-/))
    bench.front.mend()
    await bench.open().put(KEY, path)
    expect(bench.front.requests[0]?.operation).toBe('AbortMultipartUpload')
    expect(bench.front.pendingUploads()).toBe(0)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
    expect(await readdir(bench.home)).toEqual(['out.mp4'])
  })

  it('does not wait for parts to be forgotten for longer than a stopped job may take', async () => {
    const { path } = await bench.makeFile('out.mp4', 2 * PART_BYTES)
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    bench.front.break({ operation: 'UploadPart', how: { kind: 'hang' }, meanwhile: () => stop.abort(reason) })
    bench.front.break({ operation: 'AbortMultipartUpload', times: 99, how: { kind: 'hang' } })
    const storage = bench.open({ settings: { requestTimeoutMs: 3000 } })
    await expect(storage.put(KEY, path, { signal: stop.signal })).rejects.toBe(reason)
    // What is left is noted for the next run.
    expect(await readdir(bench.home)).toContainEqual(expect.stringMatching(/^out\.mp4\.upload-/))
    bench.front.mend()
    await bench.open().put(KEY, path)
    expect(bench.front.pendingUploads()).toBe(0)
  })

  it('names a finished file that is not there', async () => {
    const error = await bench.failureOf(bench.open().put('a.mp4', join(bench.home, 'none.mp4')))
    expect(error).toMatchObject({ code: 'fileFailed', fault: 'internal' })
    expect(bench.front.requests).toEqual([])
  })
})

describe('an answer to the last call that is lost', () => {
  const lose = { operation: 'CompleteMultipartUpload', how: { kind: 'lose' } } as const

  it('is made up for by reading back, where nothing else tells what is there', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    bench.front.break(lose)
    const put = await bench.open().put(KEY, path)
    expect(put.bytes).toBe(bytes.length)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
    expect(bench.front.count('GetObject')).toBe(1)
    expect(bench.front.count('CreateMultipartUpload')).toBe(1)
  })

  it('is made up for by the ETag, where that is made of MD5 sums', async () => {
    bench.front.be({ etags: 'md5' })
    const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    bench.front.break(lose)
    await bench.open({ vendor: 'aws' }).put(KEY, path)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
    expect(bench.front.count('GetObject')).toBe(0)
  })

  it('is no success when the object is an older one of the same length', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    await bench.makeObject(KEY, PART_BYTES + 1)
    const how = { kind: 'refuse', status: 404, code: 'NoSuchUpload' } as const
    bench.front.break({ operation: 'CompleteMultipartUpload', how })
    await bench.open().put(KEY, path)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
    expect(bench.front.count('CreateMultipartUpload')).toBe(2)
  })

  it('is asked for again when it makes no sense', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    const how = { kind: 'refuse', status: 200, code: '', body: '<html><p>proxy' } as const
    bench.front.break({ operation: 'CompleteMultipartUpload', how })
    await bench.open().put(KEY, path)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
    expect(bench.front.count('CompleteMultipartUpload')).toBe(2)
  })

  it('is asked for again when it is an error in the dress of a success', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    const body = '<Error><Code>InternalError</Code><Message>try again</Message></Error>'
    const how = { kind: 'refuse', status: 200, code: '', body } as const
    bench.front.break({ operation: 'CompleteMultipartUpload', how })
    await bench.open().put(KEY, path)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
  })
})

describe('content that is not what was sent', () => {
  const sizes = [1000, PART_BYTES + 1000]
  const operationOf = (length: number): string => (length > PART_BYTES ? 'UploadPart' : 'PutObject')
  const damage = { kind: 'damage', atByte: 500 } as const

  it.each(sizes)('is noticed by the ETag and sent again, %i bytes', async (length) => {
    bench.front.be({ etags: 'md5' })
    const { path, bytes } = await bench.makeFile('out.mp4', length)
    bench.front.break({ operation: operationOf(length), how: damage })
    await bench.open({ vendor: 'aws' }).put(KEY, path)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
    expect(bench.noted.map(({ message }) => message)).toEqual([
      'reading back what was uploaded',
      'uploaded again',
    ])
  })

  it.each(sizes)('is named when it is damaged each time, %i bytes', async (length) => {
    bench.front.be({ etags: 'md5' })
    const { path } = await bench.makeFile('out.mp4', length)
    bench.front.break({ operation: operationOf(length), times: 99, how: damage })
    const error = await bench.failureOf(bench.open({ vendor: 'aws' }).put(KEY, path))
    expect(error).toMatchObject({ code: 'uploadDamaged', fault: 'destination', retryable: true })
  })

  it('is checked by the service too, where it documents that it does', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', 1000)
    await bench.open({ vendor: 'aws' }).put(KEY, path)
    await bench.open({ vendor: 'ucloud' }).put(KEY, path)
    const sum = createHash('md5').update(bytes).digest('base64')
    const puts = bench.front.requests.filter(({ operation }) => operation === 'PutObject')
    expect(puts.map(({ contentMd5 }) => contentMd5)).toEqual([sum, undefined])
  })

  it('is sent again when the service finds the body damaged', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', 1000)
    bench.front.break({ operation: 'PutObject', how: { kind: 'refuse', status: 400, code: 'BadDigest' } })
    await bench.open({ vendor: 'aws' }).put(KEY, path)
    expect(await has(BUCKET, KEY, bytes)).toBe(true)
  })

  it('is not suspected for an ETag that is something else, once that was read back', async () => {
    bench.front.be({ etags: 'like md5' })
    const { path } = await bench.makeFile('out.mp4', 1000)
    const storage = bench.open({ vendor: 'aws' })
    await storage.put(KEY, path)
    expect(bench.front.count('GetObject')).toBe(1)
    await storage.put(KEY, path)
    expect(bench.front.count('GetObject')).toBe(1)
    expect(bench.front.count('PutObject')).toBe(2)
  })

  it('is compared by whatever hash the service tells', async () => {
    const { path, bytes } = await bench.makeFile('out.mp4', 1000)
    const told = (sum: string): void =>
      bench.front.break({
        operation: 'HeadObject',
        how: { kind: 'headers', headers: { 'x-amz-checksum-sha256': sum } },
      })
    told(createHash('sha256').update(bytes).digest('base64'))
    await bench.open({ vendor: 'aws' }).put(KEY, path)
    expect(bench.front.count('GetObject')).toBe(0)
    told(createHash('sha256').update('other').digest('base64'))
    await bench.open({ vendor: 'aws' }).put(KEY, path)
    expect(bench.front.count('GetObject')).toBe(1)
  })
})

describe('a second bucket', () => {
  const refusal = { kind: 'refuse', status: 403, code: 'AccessDenied' } as const

  async function put(options: {
    length?: number
    fromPath?: string
    hasBackup?: boolean
    stop?: AbortController
  }) {
    const { length = 1000, hasBackup = true, stop } = options
    const { path, bytes } = await bench.makeFile('out.mp4', length)
    let moved = 0
    const landing = putWithBackup({
      main: { storage: bench.open(), key: 'main.mp4' },
      backup: hasBackup ? { storage: bench.open({ bucket: SPARE }), key: 'spare.mp4' } : undefined,
      fromPath: options.fromPath ?? path,
      options: { onBytes: (count) => (moved += count), ...(stop && { signal: stop.signal }) },
    })
    return { bytes, landing, moved: () => moved }
  }

  it('is left alone when the first one takes the file', async () => {
    const { landing } = await put({})
    expect(await landing).toMatchObject({ key: 'main.mp4', backedUp: false, bytes: 1000 })
    expect(bench.front.requests.map(({ bucket }) => bucket)).not.toContain(SPARE)
  })

  it.each([1000, 2 * PART_BYTES])('takes the file when the first one does not, %i bytes', async (length) => {
    bench.front.break({ key: 'main.mp4', times: 99, how: refusal })
    const { landing, bytes, moved } = await put({ length })
    const landed = await landing
    expect(landed).toMatchObject({ key: 'spare.mp4', backedUp: true, bytes: length })
    expect(landed.mainFailure).toMatchObject({ code: 'accessDenied' })
    expect(await has(SPARE, 'spare.mp4', bytes)).toBe(true)
    expect(await has(BUCKET, 'main.mp4', bytes)).toBe(false)
    expect(moved()).toBe(length)
    expect(bench.front.pendingUploads()).toBe(0)
  })

  it('can fail as well, and then both are named', async () => {
    bench.front.break({ key: 'main.mp4', times: 99, how: refusal })
    bench.front.break({ key: 'spare.mp4', times: 99, how: { kind: 'refuse', status: 503, code: 'SlowDown' } })
    const error = await bench.failureOf((await put({})).landing)
    expect(error).toMatchObject({ code: 'bothUploadsFailed', fault: 'destination', retryable: true })
    expect(error.message).toMatch(/"main\.mp4" \(AccessDenied\).*"spare\.mp4" failed with SlowDown/)
  })

  it('is not asked when there is none, when the job is stopped, or for a file that cannot be read', async () => {
    bench.front.break({ key: 'main.mp4', times: 99, how: refusal })
    expect(await bench.failureOf((await put({ hasBackup: false })).landing)).toMatchObject({
      code: 'accessDenied',
    })
    expect(await bench.failureOf((await put({ fromPath: join(bench.home, 'none') })).landing)).toMatchObject({
      code: 'fileFailed',
    })
    bench.front.mend()
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    bench.front.break({ key: 'main.mp4', how: { kind: 'hang' }, meanwhile: () => stop.abort(reason) })
    await expect((await put({ stop })).landing).rejects.toBe(reason)
    expect(bench.front.requests.map(({ bucket }) => bucket)).not.toContain(SPARE)
  })
})
