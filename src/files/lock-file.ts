/** A file that says which living process has something, also where several containers share the folder it lies in. */
import { randomBytes } from 'node:crypto'
import { link, open, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { JobError } from '../errors.ts'
import { statOf } from './processes.ts'
import { readRegularText } from './read-file.ts'

/** How long one that finds another at taking a dead lock away waits before it looks again. */
const LOOK_AGAIN_MS = 5

/** A holder that cannot be looked at, in another container, touches its lock this often, and is dead when it does not. */
const TOUCH_EVERY_MS = 5000
const SILENCE_MS = 60_000
/** A lock holds a few numbers and a name. */
const MAX_LOCK_BYTES = 4096
/** Whoever shares the folder has to be able to read who holds it. */
const MODE = 0o644

/** Who has a lock. */
export interface Holder {
  readonly pid: number
  readonly started: string
  /** What the number is of: the machine since it was started, and the container. */
  readonly where?: string
  /** The job that it runs, where the lock says so. */
  readonly jobId?: string
}

/** A lock that this process has. */
export interface Held {
  /** Whether it still has it: a process that stood still for long is taken for dead, and its lock goes to another. */
  readonly isHeld: () => Promise<boolean>
  /** Gives it back; one that has gone to another stays that one's. */
  readonly release: () => Promise<void>
}

/**
 * Takes a lock; that of a dead process is taken over.
 * @param path in a folder that exists
 * @returns the lock, or the living process that has it
 * @throws the system's error where the file cannot be made or read
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
    ...(jobId !== undefined && { jobId }),
    // No other lock says the same: the number of a file is given to the next one as soon as it is free.
    lock: randomBytes(8).toString('hex'),
  })
  for (;;) {
    if (await create(path, text)) return { held: keep({ path, text, touchEveryMs }) }
    const state = await look(path)
    if (state === 'dead') await clearDead(path)
    else if (state !== 'gone') return { holder: state }
  }
}

/** Whether a living process has a lock. */
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

/** Writes what is there anyway: the time is then by the clock of the file system, whichever machine that is on. */
async function touch(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    // Read from what is written to, so that another one's is never touched.
    if ((await file.readFile('utf8')) === text) await file.write(text, 0)
  } finally {
    await file.close()
  }
}

/**
 * Makes a lock file in one step, content and all: nobody ever reads half of one.
 * @returns false where there is one
 */
async function create(path: string, text: string): Promise<boolean> {
  const own = besides(path)
  try {
    const file = await open(own, 'wx', MODE)
    try {
      await file.writeFile(text)
      // Whatever the umask says.
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
 * Takes a lock away if it is a dead one. Between seeing that and removing it, another may have removed it and put a
 * living one there: so removing has a lock of its own, under which one looks again.
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

/** What cannot be understood as a lock is a dead one: a machine may have gone down while it was written. */
async function look(path: string): Promise<Holder | 'dead' | 'gone'> {
  let holder: Partial<Holder> | null
  try {
    holder = JSON.parse(await readRegularText(path, MAX_LOCK_BYTES)) as Partial<Holder> | null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone'
    if (error instanceof SyntaxError || error instanceof JobError) return 'dead'
    // One that may not be read is somebody's.
    throw Object.assign(error as Error, { path })
  }
  const { pid, started, where, jobId } = holder ?? {}
  if (typeof pid !== 'number' || typeof started !== 'string') return 'dead'
  const found = { pid, started, ...(typeof jobId === 'string' && { jobId }) }
  if (where !== undefined && where !== (await whereabouts())) return (await isSilent(path)) ? 'dead' : found
  return (await startOf(pid)) === started ? found : 'dead'
}

/** Clocks of machines differ, so both times are the file system's. */
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

/** Where the number of a process means something; empty where the system does not tell. */
async function whereabouts(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${boot.trim()} ${namespace}`.trim()
}

/** When a process started, in the kernel's own count: tells it from a later one with the same number. */
export async function startOf(pid: number): Promise<string | undefined> {
  const facts = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (facts) return statOf(facts)[19] ?? ''
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch (error) {
    // A process of somebody else may not be asked, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : undefined
  }
}
