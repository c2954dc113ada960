/** Carries out one task of a job on this machine. */
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import type { Log } from '../events/channels.ts'
import type { Task } from '../job/executor.ts'
import { fencesFor } from '../job/plan-job.ts'
import { runLogged } from '../job/render.ts'
import type { Place } from '../model/place.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import type { FleetMachine } from './fleet-machine.ts'
import type { RecordingCache } from './recording-cache.ts'
import { openTaskBucket } from './task-bucket.ts'
import { openTaskFolder } from './task-folder.ts'
import { type TaskPlan, differingMakers, parsePlan, placesRead, planKeyOf } from './task.ts'

/** More than the plan of a day of a hundred people. */
const MOST_PLAN_BYTES = 256 * 2 ** 20

/**
 * Reads a plan.
 * @param at where it is: a copy may be elsewhere than in the job's bucket
 * @returns the plan, and its key in the job's bucket
 * @throws JobError `taskPlanMissing`, `taskPlanUnusable`; the bucket's error
 */
export async function readPlan(
  at: Pick<TaskPlan, 'bucket'> & { readonly key: string },
  { conf }: FleetMachine,
  signal: AbortSignal,
): Promise<Pick<CarryingOut, 'plan' | 'planKey'>> {
  const { bucket, key } = at
  const storage = openStorage(bucket, storageSettings(conf))
  try {
    const text = await storage.readText(key, MOST_PLAN_BYTES, { signal })
    const params = { plan: key }
    if (text === undefined) throw new JobError({ code: 'taskPlanMissing', params }, { fault: 'input' })
    const plan = parsePlan(text)
    if (!plan) throw new JobError({ code: 'taskPlanUnusable', params }, { fault: 'input' })
    return { plan, planKey: planKeyOf(plan.folder, text) }
  } finally {
    storage.close()
  }
}

export interface CarryingOut {
  readonly plan: TaskPlan
  readonly planKey: string
  /** Number of the task in the plan, from 1. */
  readonly number: number
  readonly machine: FleetMachine
  readonly cache: RecordingCache
  /** Whether nothing else runs on this machine, so that the task may use all of its memory. */
  readonly isAlone: boolean
  /** Receives the progress in ms of output. */
  readonly moved: (outMs: number) => void
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Carries out a task and puts its output into the bucket, unless it is there.
 * @returns whether it had to be made
 * @throws JobError `taskMissing`, `taskOtherMakers`, `taskPlanMissing` if the job is over; otherwise as `runCommand`, for the same reasons as on any machine
 */
export async function carryOutTask(options: CarryingOut): Promise<boolean> {
  const { plan, planKey, number, machine, log, signal } = options
  const task = plan.tasks[number - 1]
  if (!task) {
    const params = { number, of: plan.tasks.length }
    throw new JobError({ code: 'taskMissing', params }, { fault: 'config' })
  }
  refuseOtherMakers(plan, machine)
  const storage = openStorage(plan.bucket, storageSettings(machine.conf), log)
  try {
    const bucket = openTaskBucket(storage, plan.folder, 1)
    if (await bucket.has(task, signal)) return false
    const folder = await openTaskFolder(machine.workFolder)
    try {
      const files = await bringFiles(options, { task, storage, folder: folder.path })
      const at: Locations = { work: folder.path, font: machine.fontFile, files }
      const undecoded = await run(options, { task, at })
      const what = { from: pathOf(task.command.output, at), undecoded, plan: planKey }
      if (await bucket.put(task, what, signal)) return true
      throw new JobError({ code: 'taskPlanMissing', params: { plan: planKey } }, { fault: 'input' })
    } finally {
      await folder.close()
    }
  } finally {
    storage.close()
  }
}

/** @throws JobError `taskOtherMakers` */
function refuseOtherMakers({ makers: wanted }: TaskPlan, { makers: own }: FleetMachine): void {
  const [name] = differingMakers(wanted, own)
  if (name === undefined) return
  const params = { name, wanted: wanted[name] ?? '', own: own[name] ?? '' }
  throw new JobError({ code: 'taskOtherMakers', params }, { fault: 'config', retryable: true })
}

/** @returns the paths of what the task reads */
async function bringFiles(
  { plan, cache, signal }: CarryingOut,
  { task, storage, folder }: { task: Task; storage: Storage; folder: string },
): Promise<ReadonlyMap<Place, string>> {
  const objects = new Map(Object.entries(plan.objects))
  const files = new Map<Place, string>()
  for (const [i, place] of placesRead(task.command).entries()) {
    const object = objects.get(place)
    if (!object) continue
    const into = join(folder, `input-${i + 1}`)
    files.set(place, await cache.bring(object, { bucket: plan.bucket, storage, into, signal }))
  }
  return files
}

async function run(
  { plan, machine, isAlone, moved, log, signal }: CarryingOut,
  { task: { command }, at }: { task: Task; at: Locations },
): Promise<readonly string[]> {
  const { conf, budget } = machine
  const { kbps, ...canvas } = plan.size
  const ffmpeg = { ...machine.ffmpeg, fences: fencesFor({ canvas, kbps, conf, budget }) }
  const about = { jobId: plan.jobId }
  const { stallMs } = conf.ffmpeg
  const undecoded = await runLogged(command, moved, { about, at, ffmpeg, isAlone, stallMs, log, signal })
  log.info({ ...about, command: command.name }, 'ffmpeg done')
  return undecoded
}
