import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { type Algorithm, startHash } from '../../src/storage/content-hash.ts'
import { BUCKET, KEY, useS3Bench, type Variation } from '../harness/strict-s3-bench.ts'
import type { Fault } from '../harness/strict-s3.ts'

const bench = useS3Bench()
const LENGTH = 3_000_000
const hexOf = (algorithm: Algorithm, bytes: Buffer): string => {
  const hash = startHash(algorithm)
  hash.update(bytes)
  return hash.hex()
}
const into = (): string => join(bench.home, 'in')

/** Leaves what a run that was cut off has brought, and says how much that is. */
async function cutOff(afterBytes: number, variation: Variation = {}): Promise<number> {
  const already = bench.front.requests.length
  bench.front.break({ operation: 'GetObject', how: { kind: 'cut', afterBytes } })
  bench.front.break({ operation: 'GetObject', how: { kind: 'drop' } })
  await bench.failureOf(bench.open({ ...variation, settings: { attempts: 1 } }).fetch(KEY, into()))
  expect(bench.front.requests.length - already).toBeLessThanOrEqual(2)
  bench.front.mend()
  return (await readFile(`${into()}.part`)).length
}

describe('connections that break', () => {
  it('goes on where a body was cut, and never asks for the rest of another version', async () => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    bench.front.break({ operation: 'GetObject', how: { kind: 'cut', afterBytes: 1_234_567 } })
    bench.front.break({ operation: 'GetObject', how: { kind: 'cut', afterBytes: 1 } })
    let moved = 0
    const { path } = await bench
      .open()
      .fetch(KEY, join(bench.home, 'in'), { onBytes: (count) => (moved += count) })
    expect(await bench.holds(path, bytes)).toBe(true)
    expect(moved).toBe(LENGTH)
    const [first, second, third, ...more] = bench.front.requests
    expect(more).toEqual([])
    expect(first?.range).toBeUndefined()
    // What had arrived but was not yet read when the connection broke is lost, so not exactly from the cut.
    const [secondFrom, thirdFrom] = [second, third].map((seen) =>
      Number(/^bytes=(\d+)-$/.exec(seen?.range ?? '')?.[1]),
    )
    expect(secondFrom).toBeGreaterThan(0)
    expect(secondFrom).toBeLessThanOrEqual(1_234_567)
    expect(thirdFrom).toBeGreaterThanOrEqual(secondFrom ?? 0)
    expect(second?.ifMatch).toMatch(/^".+"$/)
    expect(third?.ifMatch).toBe(second?.ifMatch)
    expect((await readdir(bench.home)).sort()).toEqual(['in', 'in.version.json'])
  })

  it('goes on where a body stalled', async () => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    bench.front.break({ operation: 'GetObject', how: { kind: 'stall', afterBytes: 1_000_000 } })
    const { path } = await bench
      .open({ settings: { requestTimeoutMs: 5000 } })
      .fetch(KEY, join(bench.home, 'in'))
    expect(await bench.holds(path, bytes)).toBe(true)
    expect(bench.front.requests.map((seen) => seen.range)).toEqual([undefined, 'bytes=1000000-'])
  })

  it('takes up a cut text too', async () => {
    await bench.server.put(BUCKET, 'index.json', Buffer.from('{"a":"房间"}'))
    bench.front.break({ how: { kind: 'cut', afterBytes: 7 } })
    expect(await bench.open().readText('index.json', 100)).toBe('{"a":"房间"}')
  })

  it('gives up when nothing more comes', async () => {
    await bench.server.put(BUCKET, KEY, randomBytes(LENGTH))
    bench.front.break({ operation: 'GetObject', times: 100, how: { kind: 'cut', afterBytes: 1000 } })
    let moved = 0
    const onBytes = (count: number): number => (moved += count)
    const error = await bench.failureOf(
      bench.open({ settings: { attempts: 2 } }).fetch(KEY, join(bench.home, 'in'), { onBytes }),
    )
    expect(error).toMatchObject({ code: 'fetchInterrupted', fault: 'input', retryable: true })
    expect(error.message).toMatch(/at byte \d{1,4} of 3000000 of /)
    expect(moved).toBe((await readFile(join(bench.home, 'in.part'))).length)
    expect(bench.noted.map(({ message }) => message)).toEqual(['download goes on after a break'])
  })

  it.each([
    ['shorter', LENGTH / 2, true],
    ['as long', LENGTH, true],
    ['as long, in a service that ignores If-Match', LENGTH, false],
  ])('starts over when the object is replaced in mid fetch, %s', async (_, length, heedsIfMatch) => {
    bench.front.be({ heedsIfMatch })
    const replacement = randomBytes(length)
    await bench.server.put(BUCKET, KEY, randomBytes(LENGTH))
    const meanwhile = (): Promise<void> => bench.server.put(BUCKET, KEY, replacement)
    bench.front.break({ operation: 'GetObject', how: { kind: 'cut', afterBytes: 2_000_000 }, meanwhile })
    let moved = 0
    const { path, bytes } = await bench.open().fetch(KEY, join(bench.home, 'in'), {
      onBytes: (count) => (moved += count),
    })
    expect(bytes).toBe(replacement.length)
    expect(moved).toBe(replacement.length)
    expect(await bench.holds(path, replacement)).toBe(true)
  })

  it('says so when the object shrinks again and again', async () => {
    let length = LENGTH
    const shrink = (): Promise<void> => bench.server.put(BUCKET, KEY, randomBytes((length -= 500_000)))
    await shrink()
    const fault: Fault = {
      operation: 'GetObject',
      how: { kind: 'cut', afterBytes: 400_000 },
      meanwhile: shrink,
    }
    // The calls between, for the rest of what has shrunk, are refused by their If-Match.
    for (let begun = 0; begun < 3; begun++) {
      bench.front.break(fault)
      bench.front.break({ operation: 'GetObject', how: { kind: 'pass' } })
    }
    const error = await bench.failureOf(bench.open().fetch(KEY, join(bench.home, 'in')))
    expect(error).toMatchObject({ code: 'objectChanged', fault: 'input', retryable: true })
    expect(bench.front.count('GetObject')).toBe(6)
    expect(await readdir(bench.home)).not.toContain('in')
  })

  it('does not take an object for whole that is shorter than its answer claims', async () => {
    await bench.server.put(BUCKET, KEY, randomBytes(1000))
    bench.front.break({ operation: 'GetObject', times: 100, how: { kind: 'length', bytes: 2000 } })
    const error = await bench.failureOf(bench.open().fetch(KEY, join(bench.home, 'in')))
    expect(error.code).toBe('objectChanged')
    expect(await readdir(bench.home)).not.toContain('in')
  })

  it('throws the reason it is stopped for', async () => {
    await bench.server.put(BUCKET, KEY, randomBytes(LENGTH))
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    bench.front.break({ operation: 'GetObject', how: { kind: 'stall', afterBytes: 1_000_000 } })
    const onBytes = (): void => stop.abort(reason)
    await expect(
      bench.open().fetch(KEY, join(bench.home, 'in'), { signal: stop.signal, onBytes }),
    ).rejects.toBe(reason)
    await expect(bench.open().stat(KEY, { signal: stop.signal })).rejects.toBe(reason)
    expect(await readdir(bench.home)).not.toContain('in')
  })

  it('is stopped in the pause before the next try', async () => {
    await bench.makeObject(KEY, LENGTH)
    bench.front.break({ operation: 'GetObject', times: 100, how: { kind: 'drop' } })
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    const storage = bench.open({ settings: { backoffMs: 600_000, maxBackoffMs: 600_000 } })
    const fetching = storage.fetch(KEY, join(bench.home, 'in'), { signal: stop.signal })
    await vi.waitFor(() => expect(bench.noted).toHaveLength(1), 120_000)
    stop.abort(reason)
    await expect(fetching).rejects.toBe(reason)
  })

  it('cuts a body that trickles, and goes on by another connection', async () => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    bench.front.break({ operation: 'GetObject', how: { kind: 'slow', bytesPerSecond: 2000 } })
    const settings = { requestTimeoutMs: 3000, minBytesPerSecond: 10_000_000, attempts: 50 }
    const { path } = await bench.open({ settings }).fetch(KEY, join(bench.home, 'in'))
    expect(await bench.holds(path, bytes)).toBe(true)
    expect(bench.front.requests[1]?.range).toMatch(/^bytes=\d+-$/)
  })

  it('says so when it trickles again and again', async () => {
    await bench.makeObject(KEY, LENGTH)
    bench.front.break({ operation: 'GetObject', times: 100, how: { kind: 'slow', bytesPerSecond: 2000 } })
    const settings = { requestTimeoutMs: 3000, minBytesPerSecond: 10_000_000, attempts: 2 }
    const error = await bench.failureOf(bench.open({ settings }).fetch(KEY, join(bench.home, 'in')))
    expect(error).toMatchObject({ code: 'fetchTooSlow', fault: 'input', retryable: true })
    expect(error.message).toContain('less than 10000000 bytes a second')
  })

  it('ends one that never ends, whatever progress it makes', async () => {
    await bench.makeObject(KEY, 60_000_000)
    // Each connection brings enough to be worth it, and is silent for a while.
    bench.front.break({
      ...{ operation: 'GetObject', times: 100, how: { kind: 'cut', afterBytes: 1_200_000 } },
      meanwhile: () => pause(150),
    })
    const settings = { requestTimeoutMs: 200, connectTimeoutMs: 200, minBytesPerSecond: 1e9, attempts: 2 }
    const error = await bench.failureOf(bench.open({ settings }).fetch(KEY, into()))
    expect(error).toMatchObject({ code: 'transferTooLong', fault: 'input', retryable: true })
    expect(error.message).toContain('storage.minBytesPerSecond')
  })

  it('takes its time with a service that does', async () => {
    const bytes = await bench.makeObject(KEY, 1000)
    bench.front.break({ operation: 'GetObject', how: { kind: 'late', ms: 300 } })
    const { path } = await bench.open().fetch(KEY, join(bench.home, 'in'))
    expect(await bench.holds(path, bytes)).toBe(true)
    expect(bench.front.count('GetObject')).toBe(1)
  })
})

describe('an object that is larger than it may be', () => {
  it('is refused before any of it is fetched', async () => {
    await bench.makeObject(KEY, LENGTH)
    const error = await bench.failureOf(bench.open().fetch(KEY, into(), { maxBytes: LENGTH - 1 }))
    expect(error).toMatchObject({ code: 'objectTooLarge', fault: 'input', retryable: false })
    expect(await readdir(bench.home)).toEqual([])
    const { bytes } = await bench.open().fetch(KEY, into(), { maxBytes: LENGTH })
    expect(bytes).toBe(LENGTH)
    // Whole as it is, it is more than is wanted now.
    await expect(bench.open().fetch(KEY, into(), { maxBytes: 1 })).rejects.toMatchObject({
      code: 'objectTooLarge',
    })
  })

  it('by what the service says of it', async () => {
    await bench.makeObject(KEY, 1000)
    bench.front.break({ operation: 'GetObject', how: { kind: 'length', bytes: 10 ** 13 } })
    const error = await bench.failureOf(bench.open().fetch(KEY, into(), { maxBytes: LENGTH }))
    expect(error).toMatchObject({ code: 'objectTooLarge' })
    bench.front.break({ operation: 'GetObject', how: { kind: 'length', bytes: 10 ** 18 } })
    expect(await bench.failureOf(bench.open().fetch(KEY, into()))).toMatchObject({ code: 'fetchNoRoom' })
    expect((await readdir(bench.home)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe('a fetch that was begun by an earlier run', () => {
  it('goes on where that ended', async () => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    const there = await cutOff(2_000_000)
    expect(there).toBeGreaterThan(0)
    let moved = 0
    const got = await bench.open().fetch(KEY, into(), { onBytes: (count) => (moved += count) })
    expect(got).toMatchObject({ path: into(), bytes: LENGTH })
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(moved).toBe(LENGTH)
    expect(bench.front.requests.map(({ range }) => range)).toEqual([`bytes=${there}-`])
    expect((await readdir(bench.home)).sort()).toEqual(['in', 'in.version.json'])
  })

  it('moves nothing when it is whole and the bucket has the same version', async () => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    const first = await bench.open().fetch(KEY, into())
    bench.front.mend()
    let moved = 0
    const again = await bench.open().fetch(KEY, into(), { onBytes: (count) => (moved += count) })
    expect(again).toEqual(first)
    expect(moved).toBe(LENGTH)
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(bench.front.requests.map(({ operation }) => operation)).toEqual(['HeadObject'])
  })

  it('needs a look only when it was killed between the last byte and the rename', async () => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    await cutOff(2_000_000)
    await writeFile(`${into()}.part`, bytes)
    await bench.open().fetch(KEY, into())
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(bench.front.requests.map(({ operation }) => operation)).toEqual(['HeadObject'])
  })

  it.each([
    ['in part', false],
    ['whole', true],
  ])('starts over when another version is there by now, %s', async (_, isWhole) => {
    await bench.makeObject(KEY, LENGTH)
    const first = isWhole ? await bench.open().fetch(KEY, into()) : await cutOff(2_000_000)
    const bytes = await bench.makeObject(KEY, LENGTH)
    let moved = 0
    const got = await bench.open().fetch(KEY, into(), { onBytes: (count) => (moved += count) })
    expect(got.version).not.toBe((first as { version?: string }).version)
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(moved).toBe(LENGTH)
  })

  it.each([
    ['a note that is no JSON', () => writeFile(`${into()}.version.json`, '{"where":')],
    [
      'a note of another object',
      () => writeFile(`${into()}.version.json`, '{"key":"b","version":{"bytes":1}}'),
    ],
    ['more bytes than the object has', () => writeFile(`${into()}.part`, randomBytes(LENGTH + 1))],
  ])('starts over after %s', async (_, spoil) => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    await cutOff(2_000_000)
    await spoil()
    await bench.open().fetch(KEY, into())
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(bench.front.requests.map(({ range }) => range)).toEqual([undefined])
  })

  it('fetches again what has been cut short here', async () => {
    const bytes = await bench.makeObject(KEY, LENGTH)
    await bench.open().fetch(KEY, into())
    await truncate(into(), LENGTH - 1)
    await bench.open().fetch(KEY, into())
    expect(await bench.holds(into(), bytes)).toBe(true)
  })

  it('does so at whatever byte it was ended, empty objects too', async () => {
    for (const [length, afterBytes] of [
      [0, 0],
      [1, 0],
      [200_000, 0],
      [200_000, 199_999],
    ] as const) {
      const bytes = await bench.makeObject(KEY, length)
      if (length > 0) await cutOff(afterBytes)
      await bench.open().fetch(KEY, into())
      expect(await bench.holds(into(), bytes)).toBe(true)
      await bench.open().fetch(KEY, into())
      expect(await bench.holds(into(), bytes)).toBe(true)
    }
  })

  it('says which file cannot be written', async () => {
    await bench.makeObject(KEY, 1000)
    await mkdir(`${into()}.part`)
    const error = await bench.failureOf(bench.open().fetch(KEY, into()))
    expect(error).toMatchObject({ code: 'fileFailed', fault: 'internal' })
    expect(error.message).toContain(`${into()}.part`)
  })
})

describe('content that arrives damaged', () => {
  const damage = { kind: 'damage', atByte: 1234 } as const
  it('is fetched again where the ETag is an MD5 sum', async () => {
    bench.front.be({ etags: 'md5' })
    const bytes = await bench.makeObject(KEY, LENGTH)
    bench.front.break({ operation: 'GetObject', how: damage })
    let moved = 0
    await bench.open({ vendor: 's3' }).fetch(KEY, into(), { onBytes: (count) => (moved += count) })
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(moved).toBe(LENGTH)
    expect(bench.front.count('GetObject')).toBe(2)
  })

  it('is fetched whole again when an earlier run had brought the damage', async () => {
    bench.front.be({ etags: 'md5' })
    const bytes = await bench.makeObject(KEY, LENGTH)
    await cutOff(2_000_000, { vendor: 's3' })
    const part = await readFile(`${into()}.part`)
    part[99] = (part[99] ?? 0) ^ 1
    await writeFile(`${into()}.part`, part)
    await bench.open({ vendor: 's3' }).fetch(KEY, into())
    expect(await bench.holds(into(), bytes)).toBe(true)
  })

  it.each([
    ['x-amz-checksum-sha256', (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64')],
    ['x-amz-checksum-sha1', (bytes: Buffer) => createHash('sha1').update(bytes).digest('base64')],
    ['x-cos-hash-crc64ecma', (bytes: Buffer) => BigInt(`0x${hexOf('crc64ecma', bytes)}`).toString()],
    ['content-md5', (bytes: Buffer) => createHash('md5').update(bytes).digest('base64')],
  ])('is fetched again where %s tells of it', async (name, sumOf) => {
    const bytes = await bench.makeObject(KEY, 100_000)
    const headers = { [name]: sumOf(bytes) }
    bench.front.break({ operation: 'GetObject', how: { ...damage, headers } })
    bench.front.break({ operation: 'GetObject', how: { kind: 'headers', headers } })
    await bench.open({ vendor: 'aws' }).fetch(KEY, into())
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(bench.front.count('GetObject')).toBe(2)
  })

  it('is named when it arrives differently each time', async () => {
    bench.front.be({ etags: 'md5' })
    await bench.makeObject(KEY, LENGTH)
    for (const atByte of [1, 2, 3]) {
      bench.front.break({ operation: 'GetObject', how: { kind: 'damage', atByte } })
    }
    const error = await bench.failureOf(bench.open({ vendor: 's3' }).fetch(KEY, into()))
    expect(error).toMatchObject({ code: 'contentDiffers', fault: 'input', retryable: true })
    expect(await readdir(bench.home)).not.toContain('in')
  })

  it('is what the bucket has when it arrives twice the same, whatever the ETag looks like', async () => {
    bench.front.be({ etags: 'like md5' })
    const bytes = await bench.makeObject(KEY, 1000)
    const other = await bench.makeObject('other', 1000)
    const storage = bench.open({ vendor: 'aws' })
    await storage.fetch(KEY, into())
    expect(await bench.holds(into(), bytes)).toBe(true)
    expect(bench.front.count('GetObject')).toBe(2)
    // From here on it is known that ETags are something else in this bucket.
    await storage.fetch('other', join(bench.home, 'second'))
    expect(await bench.holds(join(bench.home, 'second'), other)).toBe(true)
    expect(bench.front.count('GetObject')).toBe(3)
  })

  it.each([
    ['of a vendor whose ETags are its own', 'ucloud', {}],
    ['of an object that is encrypted with a key', 'aws', { 'x-amz-server-side-encryption': 'aws:kms' }],
  ] as const)('is not suspected by the ETag %s', async (_, vendor, headers) => {
    bench.front.be({ etags: 'like md5' })
    await bench.makeObject(KEY, 1000)
    bench.front.break({ operation: 'GetObject', how: { kind: 'headers', headers } })
    await bench.open({ vendor }).fetch(KEY, into())
    expect(bench.front.count('GetObject')).toBe(1)
  })

  it('is noticed in a small text too', async () => {
    bench.front.be({ etags: 'md5' })
    await bench.server.put(BUCKET, 'index.json', Buffer.from('{"a":"b"}'))
    bench.front.break({ operation: 'GetObject', how: { kind: 'damage', atByte: 2 } })
    expect(await bench.open({ vendor: 's3' }).readText('index.json', 100)).toBe('{"a":"b"}')
  })
})
