/** What an ffmpeg that has been taken over could leave for the worker to follow. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Takes links, pipes and devices away from folders and those in them: who reads an output by its name would read what
 * the link leads to, or wait without end.
 * @returns their paths
 */
export async function takePlanted(folders: readonly string[]): Promise<readonly string[]> {
  const planted = (await Promise.all(folders.map(plantedIn))).flat()
  for (const path of planted) await rm(path, { force: true })
  return planted
}

async function plantedIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const each = entries.map(async (entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return plantedIn(path)
    return entry.isFile() ? [] : [path]
  })
  return (await Promise.all(each)).flat()
}
