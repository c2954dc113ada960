/** The resources of this machine, or of the worker's container. */
import { readFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Budget } from '../plan/budget.ts'

/** Where Linux lists the cgroups of a process, and where they are mounted. */
const CGROUPS = { membership: '/proc/self/cgroup', folder: '/sys/fs/cgroup' }

/**
 * Determines the cores and memory for one job: from the settings, or else what the cgroups and the machine allow.
 * @param limits.cores 0 for all available
 * @param limits.memoryMb 0 for all available
 */
export async function machineBudget(
  limits: { cores: number; memoryMb: number },
  cgroups = CGROUPS,
): Promise<Budget> {
  const [cpu, memory] = await Promise.all([cgroupFolders(cgroups, 'cpu'), cgroupFolders(cgroups, 'memory')])
  const [cores, bytes] = await Promise.all([least(cpu, coresOf), least(memory, bytesOf)])
  return {
    cores: limits.cores || Math.max(1, Math.min(availableParallelism(), Math.floor(cores))),
    memoryMb: limits.memoryMb || Math.floor(Math.min(totalmem(), bytes) / 2 ** 20),
  }
}

/**
 * Returns the folders of this process's cgroup and its ancestors, each of which may set a limit. In a container the
 * mounted folder is often the container's own and the listed path does not exist; its root then has the limit.
 */
async function cgroupFolders(
  { membership, folder }: typeof CGROUPS,
  controller: 'cpu' | 'memory',
): Promise<string[]> {
  const lines = (await read(membership)).split('\n').map((line) => line.split(':'))
  return lines.flatMap(([, controllers = '', ...path]) => {
    const isNew = controllers === ''
    if (!isNew && !controllers.split(',').includes(controller)) return []
    const root = isNew ? folder : join(folder, controller)
    const parts = path
      .join(':')
      .split('/')
      .filter((part) => part !== '' && part !== '..')
    return [root, ...parts.map((_, i) => join(root, ...parts.slice(0, i + 1)))]
  })
}

async function least(
  folders: readonly string[],
  limitOf: (folder: string) => Promise<number>,
): Promise<number> {
  return Math.min(...(await Promise.all(folders.map(limitOf))))
}

/** The number of cores of a cgroup's quota; Infinity if there is none. */
async function coresOf(folder: string): Promise<number> {
  const [now, old, oldPeriod] = await Promise.all([
    read(join(folder, 'cpu.max')),
    read(join(folder, 'cpu.cfs_quota_us')),
    read(join(folder, 'cpu.cfs_period_us')),
  ])
  const [quota, period] = now ? now.split(' ').map(Number) : [Number(old), Number(oldPeriod)]
  return quota && period && quota > 0 ? quota / period : Infinity
}

async function bytesOf(folder: string): Promise<number> {
  const limit =
    (await read(join(folder, 'memory.max'))) || (await read(join(folder, 'memory.limit_in_bytes')))
  return Number(limit) > 0 ? Number(limit) : Infinity
}

/** The text of a cgroup file; empty if it does not exist, since other systems have no cgroups. */
async function read(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim()
}

/**
 * The kind of this machine's processor, as far as ffmpeg's output depends on it: without AVX, scaling rounds otherwise.
 */
export async function machineKind(cpuInfo = '/proc/cpuinfo'): Promise<string> {
  const [, flags = ''] = /^flags\s*:(.*)$/m.exec(await read(cpuInfo)) ?? []
  return flags.split(' ').includes('avx') ? `${process.arch} avx` : process.arch
}
