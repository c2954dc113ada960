/** Work folders of tasks: one for each attempt, removed with it; those of killed processes are removed by the next. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endOrphans } from '../ffmpeg/orphans.ts'
import { isTaken, takeLock } from '../files/lock-file.ts'
import { makeOwnFolder } from '../files/own-folder.ts'

/** Job IDs do not begin with a dot, so none collides with this folder. */
const FOLDER = '.tasks'

export interface TaskFolder {
  readonly path: string
  readonly close: () => Promise<void>
}

/** @param workFolder absolute path of the folder that contains work folders */
export async function openTaskFolder(workFolder: string): Promise<TaskFolder> {
  const path = join(await tasksIn(workFolder), randomBytes(8).toString('hex'))
  const taken = await takeLock(`${path}.lock`)
  const release = 'held' in taken ? taken.held.release : () => Promise.resolve()
  await makeOwnFolder(path)
  return {
    path,
    async close() {
      await rm(path, { recursive: true, force: true })
      await release()
    },
  }
}

/** Ends the ffmpegs of killed processes and removes their folders. */
export async function clearDeadTasks(workFolder: string): Promise<void> {
  const folder = await tasksIn(workFolder)
  // Other names are locks about to be taken.
  const names = (await readdir(folder)).flatMap((name) => /^([0-9a-f]{16})(?:\.lock)?$/.exec(name)?.[1] ?? [])
  for (const name of new Set(names)) {
    const path = join(folder, name)
    if (await isTaken(`${path}.lock`)) continue
    await endOrphans(path)
    await rm(path, { recursive: true, force: true })
    await rm(`${path}.lock`, { force: true })
  }
}

async function tasksIn(workFolder: string): Promise<string> {
  const folder = join(workFolder, FOLDER)
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  await makeOwnFolder(folder)
  return folder
}
