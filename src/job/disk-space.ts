/** Checks the free disk space before a job starts work that it could not finish. */
import { stat, statfs } from 'node:fs/promises'
import { JobError } from '../errors.ts'
import type { Job } from '../model/job.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { RenderPlan } from '../plan/render.ts'
import { copiesOf } from '../plan/sidecars.ts'

/** Overhead over the bit rates: container tables, and the encoder's deviation from the average. */
const MARGIN = 1.15

/** Estimates the size of the finished file in bytes from its bit rates. */
export function estimatedBytes(plan: Pick<RenderPlan, 'durationMs' | 'kbps'>): number {
  return Math.ceil((plan.durationMs / 1000) * (plan.kbps * 125) * MARGIN)
}

/**
 * @throws JobError `diskTooSmall` if video, audio and the finished file do not fit on the work folder's disk, or the
 *   finished file on the destination's
 */
export async function checkDiskSpace(plan: RenderPlan, job: Job, at: Locations): Promise<void> {
  const bytes = estimatedBytes(plan)
  const folder = at.work
  const outputs = [...plan.video, ...(plan.audio ? [plan.audio] : []), plan.mux].map(({ output }) =>
    pathOf(output, at),
  )
  const there = await Promise.all(outputs.map(sizeOf))
  const needed = Math.max(0, 2 * bytes - there.reduce((sum, size) => sum + size, 0))
  const placed = copiesOf(plan.sidecars) * bytes
  const besideIt = placed - bytes
  const target = job.storage.kind === 'local' ? job.storage.folder : undefined
  const isOneDisk = target !== undefined && (await deviceOf(target)) === (await deviceOf(folder))
  await checkFolder(folder, needed + besideIt + (isOneDisk ? placed : 0))
  if (target !== undefined && !isOneDisk) await checkFolder(target, placed)
}

async function checkFolder(folder: string, needed: number): Promise<void> {
  // Some file systems cannot be queried; a full disk then fails the write.
  const facts = await statfs(folder).catch(() => undefined)
  const free = facts && facts.bavail * facts.bsize
  if (free === undefined || free >= needed) return
  const params = { folder, neededMb: Math.ceil(needed / 2 ** 20), freeMb: Math.floor(free / 2 ** 20) }
  throw new JobError({ code: 'diskTooSmall', params }, { fault: 'internal', retryable: true })
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

async function deviceOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ dev }) => dev,
    () => undefined,
  )
}
