/** Where the finished file is meant to go: whether it can, and that no other job puts one there at the same time. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Conf } from '../config/conf.ts'
import { JobError } from '../errors.ts'
import { type Log, logTo } from '../events/channels.ts'
import type { Job } from '../model/job.ts'
import { makeOwnFolder } from '../files/own-folder.ts'
import type { OutputSettings } from '../plan/settings.ts'
import { outputKeys } from '../plan/output-keys.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import type { Seen } from '../storage/put-all.ts'
import type { Claim, Claimant, Storage } from '../storage/storage.ts'

/** JobIds do not begin with a dot, so no job's work is called like this folder. */
const CLAIMS = '.claims'

type DestinationJob = Pick<Job, 'storage' | 'outputKey' | 'backupStorage' | 'media'>

interface DestinationOptions<Bucket> {
  readonly job: DestinationJob
  readonly settings: OutputSettings
  readonly storage: Bucket
  readonly backup: Bucket | undefined
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Refuses a job whose files can be put nowhere. Where the backup can take them, the upload will tell of the rest.
 * @param options.isLook nothing is asked for that changes anything, if only for a moment
 * @throws JobError what speaks against the job's own bucket
 */
export async function refuseUnusableDestination(
  options: DestinationOptions<Pick<Storage, 'refuseUnusable'>> & { readonly isLook: boolean },
): Promise<void> {
  const { isLook, signal } = options
  await inBuckets(options, async (bucket, outputKey) => {
    for (const key of plainKeys(options, outputKey)) await bucket.refuseUnusable(key, { isLook, signal })
  })
}

/** The same without writing anything, as far as that tells, for whoever looks at a job and does not run it. */
export async function lookAtDestination(options: {
  readonly job: DestinationJob
  readonly conf: Conf
  readonly storage: Pick<Storage, 'refuseUnusable'>
  readonly signal: AbortSignal
}): Promise<void> {
  const { job, conf, storage, signal } = options
  const backup = job.backupStorage && openStorage(job.backupStorage.target, storageSettings(conf))
  try {
    const where = { job, settings: conf.output, storage, backup, log: logTo(() => undefined), signal }
    await refuseUnusableDestination({ ...where, isLook: true })
  } finally {
    backup?.close()
  }
}

/** The keys that a job has to itself while it runs. */
export interface HeldDestination {
  /** What was under the key of the finished file before, in the job's own bucket and in the backup's. */
  readonly seen: { readonly main: Seen | undefined; readonly backup: Seen | undefined }
  /** @throws JobError `claimLost` where another process may have taken them since */
  readonly refuseLost: () => Promise<void>
  readonly release: () => Promise<void>
}

/**
 * Claims the keys of the finished file and of what lies beside it.
 * @throws JobError `outputClaimed` where another job is making one of them; what speaks against the job's own bucket
 */
export async function holdDestination(
  options: DestinationOptions<Pick<Storage, 'claim' | 'stat'>> & {
    readonly jobId: string
    /** Absolute path of the folder under which work folders are made. */
    readonly workFolder: string
  },
): Promise<HeldDestination> {
  const { jobId, workFolder, log, signal } = options
  const folder = join(workFolder, CLAIMS)
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  await makeOwnFolder(folder)
  const claims: Claim[] = []
  const release = async () => {
    // Those of folders within others first.
    for (const claim of claims.splice(0).toReversed()) await claim.release()
  }
  try {
    const [main, backup] = await inBuckets(options, async (bucket, outputKey) => {
      const by: Claimant = { jobId, folder }
      for (const key of plainKeys(options, outputKey)) claims.push(await bucket.claim(key, by))
      return seenUnder(bucket, outputKey, { log, signal })
    })
    return {
      seen: { main, backup },
      async refuseLost() {
        const held = await Promise.all(claims.map((claim) => claim.isHeld()))
        if (!held.every(Boolean)) throw new JobError({ code: 'claimLost', params: {} }, { retryable: true })
      },
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** Those that are there once; numbered files lie beside one of them. */
function plainKeys({ job, settings }: DestinationOptions<unknown>, outputKey: string): readonly string[] {
  return outputKeys({ outputKey, settings, hasPicture: job.media !== 'audio' }).flatMap(
    ({ key, numbered }) => (numbered ? [] : [key]),
  )
}

/** Does something with each bucket. What fails with one is no failure where it goes well with the other. */
async function inBuckets<Bucket, T>(
  options: DestinationOptions<Bucket>,
  use: (bucket: Bucket, outputKey: string) => Promise<T>,
): Promise<readonly [main: T | undefined, backup: T | undefined]> {
  const { job, storage, backup, log } = options
  const tried = async (bucket: Bucket, outputKey: string) => {
    try {
      return { value: await use(bucket, outputKey) }
    } catch (error) {
      if (!(error instanceof JobError) || error.code === 'outputClaimed') throw error
      return { error }
    }
  }
  const main = await tried(storage, job.outputKey)
  const isSame = isDeepStrictEqual(job.backupStorage, { target: job.storage, outputKey: job.outputKey })
  const second = backup && job.backupStorage && !isSame && (await tried(backup, job.backupStorage.outputKey))
  if ('value' in main) return [main.value, second && 'value' in second ? second.value : undefined]
  if (!second || 'error' in second) throw main.error
  log.warn({ err: main.error }, 'the finished file will go to the backup')
  return [undefined, second.value]
}

async function seenUnder(
  bucket: Pick<Storage, 'stat'>,
  key: string,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<Seen | undefined> {
  try {
    return { version: (await bucket.stat(key, { signal }))?.version }
  } catch (error) {
    signal.throwIfAborted()
    // Services say so of what is not there, where the credentials may not list the bucket.
    log.debug({ err: error, key }, 'not known what is under the key of the finished file')
    return undefined
  }
}
