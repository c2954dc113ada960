/** Removes files with which a compromised ffmpeg could mislead the worker. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PIPE_SUFFIX } from '../model/command.ts'

/**
 * Removes links, pipes and devices from folders and their subfolders: a reader of an output would follow the link, or
 * block forever. The pipes between commands stay; nothing else reads a file of such a name.
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
    const isOwn = entry.isFile() || (entry.isFIFO() && entry.name.endsWith(PIPE_SUFFIX))
    return isOwn ? [] : [path]
  })
  return (await Promise.all(each)).flat()
}
