/** An executor for jobs whose tasks are carried out by `task`: takes their outputs from the bucket, makes the rest here. */
import type { OpenExecutor } from '../job/executor.ts'
import { openTaskBucket } from './task-bucket.ts'
import { folderOf } from './task.ts'

export const openCollector: OpenExecutor = ({ job, conf, storage, log }) => {
  const bucket = openTaskBucket(storage, folderOf(job), conf.limits.fetches)
  return Promise.resolve({
    async execute(task, { to, signal, here }) {
      const undecoded = await bucket.fetch(task, to, signal)
      if (undecoded) log.info({ command: task.command.name }, 'fetched')
      return undecoded ?? (await here()) ?? []
    },
    async close(isOver) {
      if (!isOver) return
      // The film is done; what is left in the bucket is no reason to say otherwise.
      await bucket.clear().catch((error: unknown) => log.warn({ err: error }, 'tasks left in the bucket'))
    },
  })
}
