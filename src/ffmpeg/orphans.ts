/** ffmpeg processes that outlived their worker: a worker killed with SIGKILL cannot end its children. */
import { readFile, readdir } from 'node:fs/promises'
import { sep } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { send } from '../files/processes.ts'
import { startsFfmpeg } from './command-line.ts'

const LOOK_AGAIN_MS = 10
const PATIENCE_MS = 3000

/**
 * Kills every ffmpeg that works in a folder. The caller holds the folder's lock, so none of them is needed any more.
 * Finds none on systems without /proc.
 * @returns how many there were
 */
export async function endOrphans(folder: string): Promise<number> {
  const found = await worksIn(folder)
  for (const pid of found) send(pid, 'SIGKILL')
  const giveUpAt = performance.now() + PATIENCE_MS
  while (performance.now() < giveUpAt && (await worksIn(folder)).length > 0) await pause(LOOK_AGAIN_MS)
  return found.length
}

async function worksIn(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const isIn = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const args = line.split('\0')
      return startsFfmpeg(args) && args.some((arg) => arg.startsWith(folder + sep))
    }),
  )
  return pids.filter((_, i) => isIn[i])
}
