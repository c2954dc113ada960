import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { BUCKET, KEY, patient, useS3Bench } from '../harness/strict-s3-bench.ts'
import { PART_BYTES } from '../harness/strict-s3.ts'

const bench = useS3Bench()
const OPEN = new URL('../../dist/storage/open.js', import.meta.url).href

/** Does one thing with the bucket in a process of its own, and kills that once `isTime`. */
async function killed(call: 'fetch' | 'put', path: string, isTime: () => Promise<boolean>): Promise<void> {
  const target = {
    kind: 's3',
    vendor: 'ucloud',
    bucket: BUCKET,
    region: bench.front.region,
    endpoint: bench.front.endpoint,
    pathStyle: true,
    credentials: bench.front.credentials,
  }
  const script = `import { openStorage } from ${JSON.stringify(OPEN)}
    await openStorage(${JSON.stringify(target)}, ${JSON.stringify(patient)}).${call}(${JSON.stringify(KEY)}, ${JSON.stringify(path)})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'exit')
  await vi.waitFor(async () => expect([await isTime(), said]).toEqual([true, '']), {
    timeout: 120_000,
    interval: 5,
  })
  child.kill('SIGKILL')
  expect((await ended)[1]).toBe('SIGKILL')
}

const lengthOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

it('goes on with a download that was killed in the middle', async () => {
  const bytes = await bench.makeObject(KEY, 3_000_000)
  const into = join(bench.home, 'in')
  bench.front.break({ operation: 'GetObject', how: { kind: 'stall', afterBytes: 1_000_000 } })
  await killed('fetch', into, async () => (await lengthOf(`${into}.part`)) > 500_000)
  const there = await lengthOf(`${into}.part`)
  bench.front.mend()
  await bench.open().fetch(KEY, into)
  expect(await bench.holds(into, bytes)).toBe(true)
  expect(bench.front.requests.map(({ range }) => range)).toEqual([`bytes=${there}-`])
  expect((await readdir(bench.home)).sort()).toEqual(['in', 'in.version.json'])
})

it('takes back the parts of an upload that was killed in the middle', async () => {
  const { path, bytes } = await bench.makeFile('out.mp4', 3 * PART_BYTES)
  bench.front.break({ operation: 'UploadPart', times: 99, how: { kind: 'hang' } })
  await killed('put', path, () => Promise.resolve(bench.front.count('UploadPart') === 3))
  expect(bench.front.pendingUploads()).toBe(1)
  bench.front.mend()
  await bench.open().put(KEY, path)
  expect(bench.front.pendingUploads()).toBe(0)
  expect(bench.front.completed).toHaveLength(1)
  expect((await bench.server.get(BUCKET, KEY))?.equals(bytes)).toBe(true)
  expect(await readdir(bench.home)).toEqual(['out.mp4'])
  expect((await readFile(path)).equals(bytes)).toBe(true)
})
