/**
 * The folder of a job's tasks in its bucket. It is the only record of what is done: a task whose output is there is done,
 * whoever made it. Objects are put whole or not at all, and machines that make the same output put the same packets.
 */
import { copyFile, rename, rm } from 'node:fs/promises'
import pLimit from 'p-limit'
import { z } from 'zod'
import type { Task } from '../job/executor.ts'
import { JobError } from '../errors.ts'
import { writeText } from '../files/write-file.ts'
import type { Storage } from '../storage/storage.ts'
import { artifactKey } from './task.ts'

/** A version takes about 100 bytes; a command reads hundreds of recordings at most. */
const MOST_NOTE_BYTES = 2 ** 20
/** Objects removed at the same time. */
const REMOVED_AT_ONCE = 8

export interface TaskBucket {
  /** Whether a task's output is there. */
  readonly has: (task: Task, signal: AbortSignal) => Promise<boolean>
  /**
   * Fetches a task's output.
   * @param to absolute path
   * @returns versions of the recordings of which parts could not be decoded; undefined if it is not there
   */
  readonly fetch: (task: Task, to: string, signal: AbortSignal) => Promise<readonly string[] | undefined>
  /**
   * Puts a task's output.
   * @param what.from absolute path
   * @param what.undecoded versions of the recordings of which parts could not be decoded
   * @param what.plan key of the task's plan
   * @returns false if the plan is not there any more: its job is over, and the output was removed again
   */
  readonly put: (
    task: Task,
    what: { readonly from: string; readonly undecoded: readonly string[]; readonly plan: string },
    signal: AbortSignal,
  ) => Promise<boolean>
  /** Removes everything that belongs to the job's tasks, plans first: a machine that is late removes its output. */
  readonly clear: () => Promise<void>
}

/** @param fetches how many outputs are fetched at once */
export function openTaskBucket(
  storage: Pick<Storage, 'stat' | 'fetch' | 'readText' | 'put' | 'keysBelow' | 'remove'>,
  folder: string,
  fetches: number,
): TaskBucket {
  const inTurn = pLimit(fetches)
  return {
    has: async (task, signal) => (await storage.stat(artifactKey(folder, task), { signal })) !== undefined,
    async fetch(task, to, signal) {
      const into = `${to}.fetched`
      const key = artifactKey(folder, task)
      try {
        const { path } = await inTurn(() => storage.fetch(key, into, { signal }))
        await (path === into ? rename(into, to) : copyFile(path, to))
        await rm(`${into}.version.json`, { force: true })
        return parseNote(await storage.readText(noteKey(key), MOST_NOTE_BYTES, { signal }))
      } catch (error) {
        if (error instanceof JobError && error.code === 'objectMissing') return undefined
        throw error
      }
    },
    async put(task, { from, undecoded, plan }, signal) {
      const key = artifactKey(folder, task)
      // The output comes last: what is there has its note.
      if (undecoded.length > 0) {
        await writeText(noteKey(from), JSON.stringify(undecoded))
        await storage.put(noteKey(key), noteKey(from), { signal })
      }
      await storage.put(key, from, { signal })
      // The job may have ended meanwhile, and nobody would remove the output.
      const isWanted = (await storage.stat(plan, { signal })) !== undefined
      if (!isWanted) await Promise.all([key, noteKey(key)].map((one) => storage.remove(one)))
      return isWanted
    },
    async clear() {
      const limit = pLimit(REMOVED_AT_ONCE)
      const remove = async (isOf: (name: string) => boolean) => {
        const keys = (await storage.keysBelow(folder)).filter((key) => isOf(key.slice(folder.length)))
        await Promise.all(keys.map((key) => limit(() => storage.remove(key))))
      }
      await remove((name) => name.startsWith('plan-'))
      await remove(() => true)
    },
  }
}

/** Beside an output: versions of the recordings of which parts could not be decoded for it. */
function noteKey(output: string): string {
  return `${output}.undecoded`
}

function parseNote(text: string | undefined): readonly string[] {
  return text === undefined ? [] : z.array(z.string()).parse(JSON.parse(text))
}
