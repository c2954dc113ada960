/** A lock file that names the living process holding it, also across containers that share its folder. */
import { randomBytes } from 'node:crypto'
import { link, open, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { JobError } from '../errors.ts'
import { statOf } from './processes.ts'
import { readRegularText } from './read-file.ts'

/** Delay before looking again if another process is removing the same dead lock. */
const LOOK_AGAIN_MS = 5

/** A holder in another container cannot be checked: it touches its lock this often, and counts as dead if it stops. */
const TOUCH_EVERY_MS = 5000
const SILENCE_MS = 60_000
/** A lock holds a few numbers and a name. */
const MAX_LOCK_BYTES = 4096
/** Everyone who shares the folder must be able to read who holds the lock. */
const MODE = 0o644

/** The process that holds a lock. */
export interface Holder {
  readonly pid: number
  readonly started: string
  /** What makes the pid unique: the boot of the machine, and the container. */
  readonly where?: string
  /** The job that it runs, if the lock names it. */
  readonly jobId?: string
}

/** A lock held by this process. */
export interface Held {
  /** Whether it is still held: a process that was suspended for long counts as dead and loses its lock. */
  readonly isHeld: () => Promise<boolean>
  /** Releases the lock, unless another process has taken it over. */
  readonly release: () => Promise<void>
}

/**
 * Acquires a lock, taking it over from a dead process.
 * @param path in an existing folder
 * @returns the lock, or the living process that holds it
 * @throws the system's error if the file cannot be created or read
 */
export async function takeLock(
  path: string,
  options: { readonly jobId?: string; readonly touchEveryMs?: number } = {},
): Promise<{ readonly held: Held } | { readonly holder: Holder }> {
  const { jobId, touchEveryMs = TOUCH_EVERY_MS } = options
  const text = JSON.stringify({
    pid: process.pid,
    started: await startOf(process.pid),
    where: await whereabouts(),
    jobId,
    // Makes the content unique. Inode numbers would not do: they are reused at once.
    lock: randomBytes(8).toString('hex'),
  })
  for (;;) {
    if (await create(path, text)) return { held: keep({ path, text, touchEveryMs }) }
    const state = await look(path)
    if (state === 'dead') await clearDead(path)
    else if (state !== 'gone') return { holder: state }
  }
}

/** Whether a living process holds a lock. */
export async function isTaken(path: string): Promise<boolean> {
  return typeof (await look(path)) === 'object'
}

function keep(lock: { path: string; text: string; touchEveryMs: number }): Held {
  const { path, text, touchEveryMs } = lock
  const isHeld = async () => (await readRegularText(path, MAX_LOCK_BYTES).catch(() => '')) === text
  const touching = setInterval(() => void touch(path, text).catch(() => undefined), touchEveryMs).unref()
  return {
    isHeld,
    async release() {
      clearInterval(touching)
      if (await isHeld()) await rm(path, { force: true })
    },
  }
}

/** Rewrites the same content, so that the mtime comes from the clock of the file system, not of this machine. */
async function touch(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    // Reads through the handle it writes to, so that it never touches another process's lock.
    if ((await file.readFile('utf8')) === text) await file.write(text, 0)
  } finally {
    await file.close()
  }
}

/**
 * Creates a lock file atomically with its content, so that nobody ever reads a partial one.
 * @returns false if it exists
 */
async function create(path: string, text: string): Promise<boolean> {
  const own = besides(path)
  try {
    const file = await open(own, 'wx', MODE)
    try {
      await file.writeFile(text)
      // Independent of the umask.
      await file.chmod(MODE)
      await link(own, path)
      return true
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw Object.assign(error as Error, { path })
    return false
  } finally {
    await rm(own, { force: true })
  }
}

const besides = (path: string): string => `${path}.${randomBytes(6).toString('hex')}`

/**
 * Removes a dead lock. Between finding it dead and removing it, another process might replace it by a living one, so
 * removal is guarded by a lock of its own, under which the lock is checked again.
 */
export async function clearDead(path: string): Promise<void> {
  const guard = await takeLock(`${path}.old`)
  if ('holder' in guard) {
    await wait(LOOK_AGAIN_MS)
    return
  }
  try {
    if ((await look(path)) === 'dead') await rm(path, { force: true })
  } finally {
    await guard.held.release()
  }
}

/** An unparseable lock is dead: the machine may have crashed while it was written. */
async function look(path: string): Promise<Holder | 'dead' | 'gone'> {
  let holder: Partial<Holder> | null
  try {
    holder = JSON.parse(await readRegularText(path, MAX_LOCK_BYTES)) as Partial<Holder> | null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone'
    if (error instanceof SyntaxError || error instanceof JobError) return 'dead'
    // An unreadable lock may be held by another user.
    throw Object.assign(error as Error, { path })
  }
  const { pid, started, where, jobId } = holder ?? {}
  if (typeof pid !== 'number' || typeof started !== 'string') return 'dead'
  const found = { pid, started, ...(typeof jobId === 'string' && { jobId }) }
  if (where !== undefined && where !== (await whereabouts())) return (await isSilent(path)) ? 'dead' : found
  return (await startOf(pid)) === started ? found : 'dead'
}

/** Clocks of machines differ, so both times come from the file system. */
async function isSilent(path: string): Promise<boolean> {
  const own = besides(path)
  try {
    await writeFile(own, '', { flag: 'wx' })
    const [now, touched] = await Promise.all([stat(own), stat(path).catch(() => undefined)])
    return now.mtimeMs - (touched?.mtimeMs ?? 0) >= SILENCE_MS
  } finally {
    await rm(own, { force: true })
  }
}

/** Scope in which a pid is unique; empty if the system does not tell. */
async function whereabouts(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${boot.trim()} ${namespace}`.trim()
}

/** Start time of a process in kernel ticks: tells it from a later process with the same pid. */
export async function startOf(pid: number): Promise<string | undefined> {
  const facts = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (facts) return statOf(facts)[19] ?? ''
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch (error) {
    // Another user's process cannot be signalled, but it exists.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : undefined
  }
}
