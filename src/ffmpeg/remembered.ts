/** What an ffmpeg said of itself, kept so that the next job need not ask again. */
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeOwnFolder } from '../files/own-folder.ts'
import { replaceText } from '../files/write-file.ts'

/** JobIds do not begin with a dot, so no job's folder is called like this one. */
const FOLDER = '.ffmpeg'

/**
 * Answers from memory where the same program was asked before, else asks and remembers. A memory that cannot be read
 * or written costs nothing but the asking.
 * @param options.workFolder under which memory is kept; nothing is remembered without it
 * @param options.question changes whenever something else is asked
 * @param options.name of the file of memory: one for each kind of question
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
    // What others could have written is not believed.
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

/** Changes with what lies at a path. @throws the system's error where nothing does */
export async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path)
  return [path, size, mtimeMs, ino].join(' ')
}

/** Changes with the program; undefined for a script, which stays the same whatever it starts. */
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
