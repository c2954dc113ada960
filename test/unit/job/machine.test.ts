import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { machineBudget, machineKind } from '../../../src/job/machine.ts'

const AUTO = { cores: 0, memoryMb: 0 }
const OWN = { cores: availableParallelism(), memoryMb: Math.floor(totalmem() / 2 ** 20) }
const made: string[] = []

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true })
})

/** Cgroups as Linux shows them: which ones this process is in, and the files in their folders. */
async function cgroups(membership: string, files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cgroups-'))
  made.push(folder)
  for (const [path, text] of Object.entries({ ...files, 'self.txt': membership })) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `${text}\n`)
  }
  return { membership: join(folder, 'self.txt'), folder }
}

describe('cores and memory for a job', () => {
  it('are what the settings say, each by itself', async () => {
    expect(await machineBudget({ cores: 7, memoryMb: 1234 })).toEqual({ cores: 7, memoryMb: 1234 })
    const own = await machineBudget(AUTO)
    expect(await machineBudget({ cores: 7, memoryMb: 0 })).toEqual({ ...own, cores: 7 })
    expect(await machineBudget({ cores: 0, memoryMb: 1234 })).toEqual({ ...own, memoryMb: 1234 })
  })

  it('are the machine’s where no cgroup says anything', async () => {
    expect(await machineBudget(AUTO, { membership: '/nowhere', folder: '/nowhere' })).toEqual(OWN)
    const none = { 'cpu.max': 'max 100000', 'memory.max': 'max' }
    expect(await machineBudget(AUTO, await cgroups('0::/', none))).toEqual(OWN)
    const old = {
      'cpu/cpu.cfs_quota_us': '-1',
      'cpu/cpu.cfs_period_us': '100000',
      'memory/memory.limit_in_bytes': '9223372036854771712',
    }
    expect(await machineBudget(AUTO, await cgroups('2:cpu,cpuacct:/\n1:memory:/', old))).toEqual(OWN)
  })

  it('are what a container may have', async () => {
    const files = { 'cpu.max': '150000 100000', 'memory.max': String(64 * 2 ** 20) }
    expect(await machineBudget(AUTO, await cgroups('0::/', files))).toEqual({ cores: 1, memoryMb: 64 })
    expect(await machineBudget(AUTO, await cgroups('0::/../..', files))).toEqual({ cores: 1, memoryMb: 64 })
    expect((await machineBudget(AUTO, await cgroups('0::/', { 'cpu.max': '10000 100000' }))).cores).toBe(1)
    expect((await machineBudget(AUTO, await cgroups('0::/', { 'cpu.max': '90000000 100000' }))).cores).toBe(
      OWN.cores,
    )
  })

  it('are what a service may have, and all that it is in', async () => {
    const files = {
      'system.slice/memory.max': String(50 * 2 ** 20),
      'system.slice/worker.service/memory.max': String(64 * 2 ** 20),
      'system.slice/worker.service/cpu.max': '100000 100000',
    }
    expect(await machineBudget(AUTO, await cgroups('0::/system.slice/worker.service', files))).toEqual({
      cores: 1,
      memoryMb: 50,
    })
    const old = {
      'memory/docker/a:b/memory.limit_in_bytes': String(64 * 2 ** 20),
      'cpu/cpu.cfs_quota_us': '100000',
      'cpu/cpu.cfs_period_us': '100000',
    }
    expect(await machineBudget(AUTO, await cgroups('4:memory:/docker/a:b\n1:cpu:/', old))).toEqual({
      cores: 1,
      memoryMb: 64,
    })
  })
})

describe('the kind of a processor', () => {
  it.each([
    ['flags\t\t: fpu sse2 avx avx2\n', `${process.arch} avx`],
    ['flags\t\t: fpu sse2 avx512f\n', process.arch],
    ['Features\t: fp asimd\n', process.arch],
    [undefined, process.arch],
  ])('is known from %j', async (text, kind) => {
    const folder = await mkdtemp(join(tmpdir(), 'cpu-'))
    made.push(folder)
    if (text !== undefined) await writeFile(join(folder, 'cpuinfo'), `processor\t: 0\n${text}`)
    expect(await machineKind(join(folder, 'cpuinfo'))).toBe(kind)
  })
})
