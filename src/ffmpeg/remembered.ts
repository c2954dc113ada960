/** Caches ffmpeg's answers about itself for later jobs. */
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeOwnFolder } from '../files/own-folder.ts'
import { replaceText } from '../files/write-file.ts'

/** JobIds do not start with a dot, so no job folder has this name. */
const FOLDER = '.ffmpeg'

/**
 * Returns the cached answer if the same program was asked before, else asks and caches. If the cache cannot be read or
 * written, the program is asked again.
 * @param options.workFolder folder of the cache; without it nothing is cached
 * @param options.question changes whenever the questions change
 * @param options.name file name in the cache: one per kind of question
 */
export async function remembered<Answer>(
  options: { path: string; workFolder: string | undefined; question: string; name?: string },
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const { path, workFolder, question, name = 'answers.json' } = options
  const identity = workFolder === undefined ? undefined : await identityOf(path)
  if (workFolder === undefined || identity === undefined) return ask()
  const folder = join(workFolder, FOLDER)
  const file = join(folder, name)
  const asked = `${question} ${identity}`
  try {
    // A folder that others can write to is not trusted.
    await makeOwnFolder(folder)
    const known = JSON.parse(await readFile(file, 'utf8')) as { asked?: unknown; answer?: Answer }
    if (known.asked === asked && known.answer !== undefined) return known.answer
  } catch {
    // Asked below.
  }
  const answer = await ask()
  await replaceText(file, JSON.stringify({ asked, answer })).catch(() => undefined)
  return answer
}

/** A string that changes with the file at a path. @throws the system's error if there is none */
export async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path)
  return [path, size, mtimeMs, ino].join(' ')
}

/** A string that changes with the program; undefined for a script, which may start a program that changes. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const stamp = await stampOf(path)
    const file = await open(path, 'r')
    try {
      const { buffer } = await file.read({ buffer: Buffer.alloc(2), position: 0 })
      if (buffer.toString('latin1') === '#!') return undefined
    } finally {
      await file.close()
    }
    return `${stamp} ${process.env['LD_LIBRARY_PATH'] ?? ''}`
  } catch {
    return undefined
  }
}
