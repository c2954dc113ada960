/** What this machine, or the container the worker is in, has to give. */
import { readFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import type { Budget } from './plan/budget.ts'

const CGROUP = '/sys/fs/cgroup'

/**
 * Cores and memory for one job: what the settings say, else what the cgroup allows, else the machine's own.
 * @param cores 0 for all there are
 * @param memoryMb 0 for all there is
 */
export async function machineBudget(limits: { cores: number; memoryMb: number }): Promise<Budget> {
  const [quota, memory] = await Promise.all([cgroupCores(), cgroupMemoryMb()])
  const own = availableParallelism()
  return {
    cores: limits.cores || Math.max(1, Math.min(own, Math.floor(quota))),
    memoryMb: limits.memoryMb || Math.min(Math.floor(totalmem() / 2 ** 20), memory),
  }
}

/** Cores a cgroup's quota comes to; Infinity where there is none. */
async function cgroupCores(): Promise<number> {
  const [quota, period] = (await read(`${CGROUP}/cpu.max`)).split(' ').map(Number)
  if (quota && period) return Math.max(1, quota / period)
  const [old, oldPeriod] = await Promise.all([
    read(`${CGROUP}/cpu/cpu.cfs_quota_us`),
    read(`${CGROUP}/cpu/cpu.cfs_period_us`),
  ])
  return Number(old) > 0 && Number(oldPeriod) > 0 ? Math.max(1, Number(old) / Number(oldPeriod)) : Infinity
}

async function cgroupMemoryMb(): Promise<number> {
  const limit = (await read(`${CGROUP}/memory.max`)) || (await read(`${CGROUP}/memory/memory.limit_in_bytes`))
  const bytes = Number(limit)
  return bytes > 0 ? Math.floor(bytes / 2 ** 20) : Infinity
}

/** A cgroup file's text, empty where there is none: other systems have no cgroups. */
async function read(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim()
}
