/** Puts the plan of some tasks into the job's bucket, with the files that machines could not fetch from there yet. */
import { basename, join } from 'node:path'
import type { DistributedJob, Task } from '../job/executor.ts'
import { type CommandInput, processesOf } from '../model/command.ts'
import type { Place } from '../model/place.ts'
import { writeText } from '../files/write-file.ts'
import { pathOf } from '../plan/locate.ts'
import {
  type TaskPlan,
  folderOf,
  hashOf,
  planAddress,
  planKeyOf,
  planText,
  placesRead,
  withoutCredentials,
} from './task.ts'

/** A plan in the bucket. */
export interface Published {
  readonly plan: Pick<TaskPlan, 'bucket'> & { readonly key: string }
  /** For a command line: a path or an `s3:` address. */
  readonly address: string
}

/**
 * @param options.tasks at least one
 * @throws JobError if the bucket cannot be written
 */
export async function publishTasks(options: {
  of: DistributedJob
  tasks: readonly Task[]
  signal: AbortSignal
}): Promise<Published> {
  const { of, tasks, signal } = options
  const { job, conf, storage, makers, at } = of
  const folder = folderOf(job)
  const bucket = withoutCredentials(job.storage)
  const objects: TaskPlan['objects'] = {}
  const inputs = new Map(
    tasks
      .flatMap(({ command }) => processesOf(command))
      .flatMap(({ inputs }) => inputs)
      .map((input) => [input.path, input]),
  )
  for (const place of new Set(tasks.flatMap(({ command }) => placesRead(command)))) {
    objects[place as keyof typeof objects] = await objectOf(place, {
      input: inputs.get(place),
      of,
      folder,
      signal,
    })
  }
  const text = planText({
    jobId: job.jobId,
    bucket,
    folder,
    makers: { ...makers },
    size: { ...job.canvas, kbps: job.video.bitrateKbps + conf.audio.bitrateKbps },
    objects,
    tasks,
  })
  const key = planKeyOf(folder, text)
  const path = join(at.work, basename(key))
  await writeText(path, text)
  await storage.put(key, path, { signal })
  return { plan: { bucket, key }, address: planAddress(bucket, key) }
}

/** The object behind a place. A file that the bucket does not hold as it is, such as a mended recording, is put there. */
async function objectOf(
  place: Place,
  {
    input,
    of,
    folder,
    signal,
  }: { input: CommandInput<Place> | undefined; of: DistributedJob; folder: string; signal: AbortSignal },
): Promise<TaskPlan['objects'][keyof TaskPlan['objects']]> {
  const { storage, at, objects, makers } = of
  const path = pathOf(place, at)
  const object = objects.get(path)
  if (object) return { key: object.key, identity: object.identity }
  const name = basename(path)
  const key = `${folder}${hashOf(JSON.stringify([place, input?.version ?? null, name, makers]))}-${name}`
  if ((await storage.stat(key, { signal })) === undefined) await storage.put(key, path, { signal })
  return { key }
}
