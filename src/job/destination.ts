/**
 * The destination of the finished file: checks that it can be written and that no other job writes it at the same time.
 */
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

/** Job IDs do not begin with a dot, so no work folder has this name. */
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
 * Rejects a job whose files cannot be written to either bucket. If only the backup accepts them, the upload reports the
 * problem.
 * @param options.isLook sends no request that changes anything, even temporarily
 * @throws JobError why the job's own bucket cannot be written
 */
export async function refuseUnusableDestination(
  options: DestinationOptions<Pick<Storage, 'refuseUnusable'>> & { readonly isLook: boolean },
): Promise<void> {
  const { isLook, signal } = options
  await inBuckets(options, async (bucket, outputKey) => {
    for (const key of plainKeys(options, outputKey)) await bucket.refuseUnusable(key, { isLook, signal })
  })
}

/** The same check without writing anything, for dry runs. */
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

/** The keys reserved for a job while it runs. */
export interface HeldDestination {
  /** What was under the finished file's key before, in the job's own bucket and in the backup. */
  readonly seen: { readonly main: Seen | undefined; readonly backup: Seen | undefined }
  /** @throws JobError `claimLost` if another process may have taken the keys since */
  readonly refuseLost: () => Promise<void>
  readonly release: () => Promise<void>
}

/**
 * Claims the keys of the finished file and its sidecars.
 * @throws JobError `outputClaimed` if another job is making one of them; why the job's own bucket cannot be written
 */
export async function holdDestination(
  options: DestinationOptions<Pick<Storage, 'claim' | 'stat'>> & {
    readonly jobId: string
    /** Absolute path of the folder that contains work folders. */
    readonly workFolder: string
  },
): Promise<HeldDestination> {
  const { jobId, workFolder, log, signal } = options
  const folder = join(workFolder, CLAIMS)
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  await makeOwnFolder(folder)
  const claims: Claim[] = []
  const release = async () => {
    // In reverse order, so that nested folders are released first.
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

/** The keys without numbered files, which always have one of these next to them. */
function plainKeys({ job, settings }: DestinationOptions<unknown>, outputKey: string): readonly string[] {
  return outputKeys({ outputKey, settings, hasPicture: job.media !== 'audio' }).flatMap(
    ({ key, numbered }) => (numbered ? [] : [key]),
  )
}

/** Calls `use` with each bucket. Fails only if both fail. */
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
    // Services also respond this way if the object does not exist and the credentials may not list the bucket.
    log.debug({ err: error, key }, 'not known what is under the key of the finished file')
    return undefined
  }
}
