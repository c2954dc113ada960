/** One run of a job at a time on one work folder, also where several containers share it. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, readlink, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { EXIT, JobError } from './errors.ts'
import { makeOwnFolder } from './own-folder.ts'
import { readRegularText } from './read-file.ts'
import { writeText } from './write-text.ts'

/** How long one that finds another at taking a dead lock away waits before it looks again. */
const LOOK_AGAIN_MS = 5

/** A holder that cannot be looked at, in another container, touches its lock this often, and is dead when it does not. */
const TOUCH_EVERY_MS = 5000
const SILENCE_MS = 60_000
/** JobIds do not begin with a dot: a folder of its own, so that no job is called like another one's lock. */
const FOLDER = '.locks'
/** A lock holds two numbers. */
const MAX_LOCK_BYTES = 4096

interface Holder {
  readonly pid: number
  readonly started: string
  /** What the number is of: the machine since it was started, and the container. */
  readonly where?: string
}

export function lockPath({ workFolder, jobId }: { workFolder: string; jobId: string }): string {
  return join(workFolder, FOLDER, `${jobId}.lock`)
}

/**
 * Takes a job's lock.
 * @returns gives it back
 * @throws JobError exit code 2 when a living process holds it; the lock of a dead one is taken over
 */
export async function lockJob(options: { workFolder: string; jobId: string }): Promise<() => Promise<void>> {
  const { workFolder, jobId } = options
  const path = lockPath({ workFolder, jobId })
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  await makeOwnFolder(dirname(path))
  const holder = await take(path)
  if (holder) {
    throw new JobError(
      { code: 'jobRunning', params: { jobId, pid: holder.pid } },
      { exitCode: EXIT.running, fault: 'config' },
    )
  }
  const touch = () => void utimes(path, new Date(), new Date()).catch(() => undefined)
  const touching = setInterval(touch, TOUCH_EVERY_MS).unref()
  return async () => {
    clearInterval(touching)
    await rm(path, { force: true })
  }
}

/** Takes a lock file. @returns the living process that has it, if one has */
async function take(path: string): Promise<Holder | undefined> {
  while (!(await create(path))) {
    const state = await look(path)
    if (state === 'dead') await clear(path)
    else if (state !== 'gone') return state
  }
  return undefined
}

/** Makes a lock file in one step, content and all: nobody ever reads half of one. */
async function create(path: string): Promise<boolean> {
  const own = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const holder = { pid: process.pid, started: await startOf(process.pid), where: await whereabouts() }
    await writeText(own, JSON.stringify(holder))
    await link(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(own, { force: true })
  }
}

/**
 * Takes a dead lock away. Between seeing that a lock is dead and removing it, another may have removed it and
 * put a living one there: so removing has a lock of its own, under which one looks again.
 */
async function clear(path: string): Promise<void> {
  const guard = `${path}.old`
  if (await take(guard)) {
    await wait(LOOK_AGAIN_MS)
    return
  }
  try {
    if ((await look(path)) === 'dead') await rm(path, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

/** What cannot be read as a lock is a dead one: a machine may have gone down while it was written. */
async function look(path: string): Promise<Holder | 'dead' | 'gone'> {
  let holder: Partial<Holder> | null
  try {
    holder = JSON.parse(await readRegularText(path, MAX_LOCK_BYTES)) as Partial<Holder> | null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'dead'
  }
  const { pid, started, where } = holder ?? {}
  if (typeof pid !== 'number' || typeof started !== 'string') return 'dead'
  if (where !== undefined && where !== (await whereabouts())) {
    const touchedMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
    return Date.now() - touchedMs < SILENCE_MS ? { pid, started } : 'dead'
  }
  return (await startOf(pid)) === started ? { pid, started } : 'dead'
}

/** Where the number of a process means something; empty where the system does not tell. */
async function whereabouts(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${boot.trim()} ${namespace}`.trim()
}

/** When a process started, in the kernel's own count: tells it from a later one with the same number. */
export async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (stat) return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? ''
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch (error) {
    // A process of somebody else may not be asked, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : undefined
  }
}

/** Whether a living process runs the job. */
export async function isLocked(options: { workFolder: string; jobId: string }): Promise<boolean> {
  const state = await look(lockPath(options))
  return typeof state === 'object'
}
