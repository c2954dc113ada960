import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockJob } from '../../../src/records/job-lock.ts'

let folder: string
const lock = (jobId = 'job-1') => lockJob({ workFolder: join(folder, 'work'), jobId })
const path = (jobId = 'job-1') => join(folder, 'work', '.locks', `${jobId}.lock`)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

async function leave(content: string, where = path()): Promise<void> {
  await (
    await lock('other')
  )()
  await writeFile(where, content)
}

const dead = () => JSON.stringify({ pid: deadPid(), started: '12345' })

describe('the lock of a job', () => {
  it('is there while the job runs and gone afterwards', async () => {
    const unlock = await lock()
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual({
      pid: process.pid,
      started: expect.stringMatching(/^\w+$/) as string,
      where: expect.any(String) as string,
      lock: expect.stringMatching(/^\w{16}$/) as string,
    })
    expect(await readdir(join(folder, 'work', '.locks'))).toEqual(['job-1.lock'])
    await unlock()
    expect(await readdir(join(folder, 'work', '.locks'))).toEqual([])
    await (
      await lock()
    )()
  })

  it('gives the second taker exit code 2', async () => {
    const unlock = await lock()
    await expect(lock()).rejects.toMatchObject({
      code: 'jobRunning',
      exitCode: 2,
      fault: 'config',
      message: `job-1 is already running on this machine (process ${process.pid}); wait for it or stop it`,
    })
    expect(await readdir(join(folder, 'work', '.locks'))).toEqual(['job-1.lock'])
    await unlock()
  })

  it('leaves other jobs alone', async () => {
    const unlock = [await lock('one'), await lock('two'), await lock('one.two')]
    for (const give of unlock) await give()
  })

  it('of a process that has ended is taken over', async () => {
    await leave(dead())
    const unlock = await lock()
    expect(await readFile(path(), 'utf8')).toContain(`"pid":${process.pid}`)
    await unlock()
    expect(await readdir(join(folder, 'work', '.locks'))).toEqual([])
  })

  it('of an earlier process with a number that is in use again is taken over', async () => {
    await leave(JSON.stringify({ pid: process.pid, started: '1' }))
    await (
      await lock()
    )()
  })

  it.each(['', '{"pid"', 'null', '5', '{"pid":1}', '{"pid":"1","started":"2"}'])(
    'that says %j is nobody’s',
    async (content) => {
      await leave(content)
      await (
        await lock()
      )()
    },
  )

  it('is taken over though the one that took it over before was cut off half way', async () => {
    await leave(dead())
    await leave(dead(), `${path()}.old`)
    await (
      await lock()
    )()
    expect(await readdir(join(folder, 'work', '.locks'))).toEqual([])
  })
})

describe('the lock of a process in another container', () => {
  const elsewhere = () => JSON.stringify({ pid: deadPid(), started: '1', where: 'boot pid:[1]' })

  it('holds while it is touched', async () => {
    await leave(elsewhere())
    await expect(lock()).rejects.toMatchObject({ code: 'jobRunning' })
  })

  it('is taken over once it has been silent for long', async () => {
    await leave(elsewhere())
    const at = new Date(Date.now() - 120_000)
    await utimes(path(), at, at)
    await (
      await lock()
    )()
  })
})

describe('many takers at once', () => {
  it.each([
    ['no lock', undefined],
    ['a dead lock', dead()],
    ['a broken lock', ''],
  ])('%s: exactly one of them gets it', async (_, content) => {
    for (let round = 0; round < 10; round++) {
      if (content !== undefined) await leave(content)
      const outcomes = await Promise.allSettled(Array.from({ length: 25 }, () => lock()))
      const taken = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      expect(taken).toHaveLength(1)
      for (const reason of refused) expect(reason).toMatchObject({ code: 'jobRunning', exitCode: 2 })
      await taken[0]?.()
      expect(await readdir(join(folder, 'work', '.locks'))).toEqual([])
    }
  })

  it('never two of them at the same time, however often they come back', async () => {
    await leave(dead())
    let inside = 0
    let turns = 0
    const worker = async () => {
      while (turns < 40) {
        const unlock = await lock().catch(() => undefined)
        if (!unlock) {
          await new Promise((resolve) => setTimeout(resolve, 1))
          continue
        }
        expect(++inside).toBe(1)
        await new Promise((resolve) => setTimeout(resolve, 1))
        inside--
        // Every other turn ends like a crash: its lock stays behind, of a process that is no more.
        if (++turns % 2 === 0) await unlock()
        else await writeFile(path(), '{"pid":0}')
      }
    }
    await Promise.all(Array.from({ length: 12 }, worker))
    expect(turns).toBeGreaterThanOrEqual(40)
  })
})
