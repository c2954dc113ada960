/** Accepted jobs on disk: one small file per job, replaced by rename, so that a kill at any moment loses nothing. */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeOwnFolder } from '../files/own-folder.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import { jobFilesOf } from '../records/job-files.ts'
import type { JobRef, ServedJob } from './served-job.ts'
import { appendState } from './state-event.ts'

/** Where a job's files are; absolute paths. */
export interface JobPlaces {
  /** The service's own: nothing that a request names is in it. */
  readonly folder: string
  readonly cfgPath: string
  readonly indexPath: string
  readonly updatesPath: string
  readonly eventsPath: string
  readonly logFolder: string
  readonly workFolder: string
}

export interface StoredJob {
  readonly ref: JobRef
  readonly job: ServedJob
}

export interface Store {
  readonly read: (ref: JobRef) => Promise<ServedJob | undefined>
  /** Reads a job once what is being done with it is over: its events then hold its state. */
  readonly settled: (ref: JobRef) => Promise<ServedJob | undefined>
  /**
   * Replaces a job, then appends its state to its events if that has changed. The caller holds the job's lock.
   * @returns whether its state has changed
   */
  readonly write: (ref: JobRef, job: ServedJob) => Promise<boolean>
  /** Appends the state of a job that a service stored which was killed before it could append it. */
  readonly tell: (stored: StoredJob) => Promise<void>
  /** Removes a job with its logs and its work. */
  readonly remove: (ref: JobRef) => Promise<void>
  /** Runs `work` once no other work on the job is in progress. */
  readonly locked: <T>(ref: JobRef, work: () => Promise<T>) => Promise<T>
  /** References of all jobs, of one AppId if given. */
  readonly list: (owner?: string) => Promise<readonly JobRef[]>
  /** All jobs that can be read. */
  readonly readAll: () => Promise<readonly StoredJob[]>
  readonly places: (ref: JobRef) => JobPlaces
}

const JOB_FILE = 'job.json'

/** No AppId begins with it. */
const OPEN = '~open'

/**
 * Opens the folder of accepted jobs; creates it for this user alone.
 * @param folder absolute path
 * @param now Unix time in ms
 */
export async function openStore(folder: string, now: () => number): Promise<Store> {
  await mkdir(join(folder, '..'), { recursive: true })
  await makeOwnFolder(folder)
  const locks = new Map<string, Promise<unknown>>()
  const ownerFolder = (owner: string): string => join(folder, owner === '' ? OPEN : owner)
  const places = ({ owner, jobId }: JobRef): JobPlaces => {
    const own = join(ownerFolder(owner), 'jobs', jobId)
    return {
      folder: own,
      cfgPath: join(own, 'cfg.json'),
      indexPath: join(own, `${jobId}.json`),
      updatesPath: join(own, `${jobId}.updates.json`),
      eventsPath: join(own, 'events.jsonl'),
      logFolder: join(ownerFolder(owner), 'logs'),
      workFolder: join(ownerFolder(owner), 'work'),
    }
  }
  const read = async (ref: JobRef): Promise<ServedJob | undefined> => {
    try {
      return JSON.parse(await readRegularText(join(places(ref).folder, JOB_FILE), MAX_OWN_BYTES)) as ServedJob
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
  const locked: Store['locked'] = async (ref, work) => {
    const key = places(ref).folder
    const before = locks.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => undefined)
    locks.set(key, settled)
    try {
      return await mine
    } finally {
      if (locks.get(key) === settled) locks.delete(key)
    }
  }
  const list = async (owner?: string): Promise<readonly JobRef[]> => {
    const owners =
      owner === undefined ? (await namesIn(folder)).map((name) => (name === OPEN ? '' : name)) : [owner]
    const refs = await Promise.all(
      owners.map(async (one) => {
        const names = await namesIn(join(ownerFolder(one), 'jobs'))
        return names.map((jobId) => ({ owner: one, jobId }))
      }),
    )
    return refs.flat()
  }
  const tell: Store['tell'] = ({ ref, job }) => appendState(places(ref).eventsPath, job, now())
  return {
    read,
    list,
    places,
    tell,
    async write(ref, job) {
      const { folder: own } = places(ref)
      const before = await read(ref)
      await mkdir(own, { recursive: true, mode: 0o700 })
      await writeDurably(join(own, JOB_FILE), `${JSON.stringify(job)}\n`)
      if (before?.state === job.state) return false
      await tell({ ref, job })
      return true
    },
    async remove(ref) {
      const { folder: own, logFolder, workFolder } = places(ref)
      // The job itself first: without it the remaining files are ignored.
      await rm(join(own, JOB_FILE), { force: true })
      await rm(own, { recursive: true, force: true })
      for (const path of jobFilesOf({ logFolder, jobId: ref.jobId })) await rm(path, { force: true })
      await rm(join(workFolder, ref.jobId), { recursive: true, force: true })
    },
    locked,
    settled: (ref) => locked(ref, () => read(ref)),
    async readAll() {
      const found: StoredJob[] = []
      for (const ref of await list()) {
        // A folder without a readable job was being removed or made.
        const job = await read(ref).catch(() => undefined)
        if (job) found.push({ ref, job })
      }
      return found
    },
  }
}

/** Replaces a file, which is on the disk before its name points to it. The caller is the only writer. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const part = `${path}.part`
  await rm(part, { force: true })
  const file = await open(part, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(part, path)
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}
