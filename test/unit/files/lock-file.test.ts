import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Held, clearDead, isTaken, takeLock } from '../../../src/files/lock-file.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-lock-file-'))
  path = join(folder, 'x.lock')
  return () => rm(folder, { recursive: true, force: true })
})
afterEach(() => vi.useRealTimers())

const HOUR_MS = 3_600_000
const ELSEWHERE = JSON.stringify({ pid: 1, started: '1', where: 'another boot pid:[1]' })
const DEAD = '{"pid":0,"started":"1"}'

async function take(options?: Parameters<typeof takeLock>[1]): Promise<Held> {
  const taken = await takeLock(path, options)
  if ('holder' in taken) throw new Error('it is taken')
  return taken.held
}

/** As on a machine whose clock is off by so much. */
function setClock(aheadMs: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
}

async function silentFor(ms: number): Promise<void> {
  const { mtimeMs } = await stat(path)
  await utimes(path, (mtimeMs - ms) / 1000, (mtimeMs - ms) / 1000)
}

describe('a lock', () => {
  it('says who has it', async () => {
    const held = await take({ jobId: 'job-1' })
    expect(await takeLock(path)).toMatchObject({ holder: { pid: process.pid, jobId: 'job-1' } })
    await held.release()
    expect(await readdir(folder)).toEqual([])
  })

  it('may be read by everybody who shares the folder, whatever the umask says', async () => {
    const before = process.umask(0o077)
    const held = await take().finally(() => process.umask(before))
    expect((await stat(path)).mode & 0o777).toBe(0o644)
    await held.release()
  })

  it('that cannot be made is no reason to wait for ever', async () => {
    path = join(folder, 'none', 'x.lock')
    await expect(take()).rejects.toMatchObject({ code: 'ENOENT', path })
  })

  it('that has gone to another process stays that one’s', async () => {
    const held = await take({ touchEveryMs: 5 })
    await rm(path)
    await writeFile(path, ELSEWHERE)
    expect(await held.isHeld()).toBe(false)
    // Were it touched by the one before, its content would change.
    await new Promise((resolve) => setTimeout(resolve, 30))
    await held.release()
    expect(await readFile(path, 'utf8')).toBe(ELSEWHERE)
  })

  it('is touched for as long as it is held, for those who cannot look at the process', async () => {
    const held = await take({ touchEveryMs: 5 })
    const before = (await stat(path)).mtimeMs - HOUR_MS
    await utimes(path, before / 1000, before / 1000)
    await vi.waitFor(async () => expect((await stat(path)).mtimeMs).toBeGreaterThan(before + HOUR_MS / 2))
    await held.release()
  })
})

describe('removing a dead lock', () => {
  it('looks again: by then another process may have put a living one there', async () => {
    const held = await take()
    await clearDead(path)
    expect(await held.isHeld()).toBe(true)
    await held.release()
  })

  it('is left to the process that is at it', async () => {
    await writeFile(path, DEAD)
    const other = await takeLock(`${path}.old`)
    await clearDead(path)
    expect(await readdir(folder)).toContain('x.lock')
    if ('held' in other) await other.held.release()
    await clearDead(path)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a lock of another container', () => {
  beforeEach(() => writeFile(path, ELSEWHERE))

  it.each([-HOUR_MS, 0, HOUR_MS])(
    'holds while it is touched, with a clock that is %i ms ahead',
    async (ms) => {
      setClock(ms)
      expect(await isTaken(path)).toBe(true)
    },
  )

  it.each([-HOUR_MS, 0, HOUR_MS])('is dead after silence, with a clock that is %i ms ahead', async (ms) => {
    await silentFor(61_000)
    setClock(ms)
    expect(await isTaken(path)).toBe(false)
    expect(await readdir(folder)).toEqual(['x.lock'])
  })
})
