/** Finds programs as a shell does. */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** @param path folders, as in the variable PATH */
export async function onPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name)
    if (await isExecutable(candidate)) return candidate
  }
  return undefined
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
