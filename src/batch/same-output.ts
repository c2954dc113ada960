/** Finds jobs of one batch that would write the same key, where the last would overwrite the others. */
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Conf } from '../config/conf.ts'
import { parseCfg } from '../config/cfg.ts'
import { readJob } from '../config/read-job.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import { type OutputKey, outputKeys, overlap, plainKey } from '../plan/output-keys.ts'
import { readRegularText } from '../files/read-file.ts'
import type { CfgFile } from './select.ts'

interface Claim {
  readonly file: CfgFile
  /** `key` is prefixed with the bucket or folder. */
  readonly output: OutputKey
}

/** Why a job of the batch is not started. */
export interface SameOutput {
  readonly path: string
  /** The other job's cfg.json. */
  readonly other: string
  readonly key: string
}

/** Returns the jobs that would write a key that another job also writes, as far as their cfg.json can be parsed. */
export async function findSameOutputs(
  files: readonly CfgFile[],
  conf: Conf,
): Promise<ReadonlyMap<CfgFile, SameOutput>> {
  const groups = new Map<string, Claim[]>()
  for (const file of files) {
    for (const output of await claimsOf(file, conf)) {
      const like = likeness(output)
      const group = groups.get(like)
      if (group) group.push({ file, output })
      else groups.set(like, [{ file, output }])
    }
  }
  const found = new Map<CfgFile, SameOutput>()
  const note = (one: Claim, other: Claim) => {
    if (!found.has(one.file))
      found.set(one.file, { path: one.file.path, other: other.file.path, key: one.output.key })
  }
  for (const claims of groups.values()) {
    for (const [i, one] of claims.entries()) {
      for (const other of claims.slice(i + 1)) {
        if (one.file === other.file || !overlap(one.output, other.output)) continue
        note(one, other)
        note(other, one)
      }
    }
  }
  return found
}

/** A hash key that is equal for keys that may coincide. */
function likeness({ key, numbered }: OutputKey): string {
  const name = numbered
    ? `${numbered.before}#${numbered.after}`
    : basename(key).replace(/(?<!\d)\d+(?=\.\w+$)/, '#')
  return `${dirname(key)}/${name}`
}

async function claimsOf(file: CfgFile, conf: Conf): Promise<OutputKey[]> {
  const job = await jobOf(file.path, conf)
  if (!job) return []
  const places = [
    { target: job.storage, outputKey: job.outputKey },
    ...(job.backupStorage ? [job.backupStorage] : []),
  ]
  const claims = places.map(async ({ target, outputKey }) => {
    const settings = { settings: conf.output, hasPicture: job.media !== 'audio' }
    return Promise.all(
      outputKeys({ outputKey, ...settings }).map(async (output) => ({
        ...output,
        key: await placed(target, output.key),
      })),
    )
  })
  return (await Promise.all(claims)).flat()
}

/** A job with an invalid cfg.json fails by itself and reports why. */
async function jobOf(path: string, conf: Conf): Promise<Job | undefined> {
  try {
    return readJob({ cfg: parseCfg({ text: await readRegularText(path), file: path }), conf }).job
  } catch {
    return undefined
  }
}

async function placed(target: StorageTarget, key: string): Promise<string> {
  if (target.kind === 's3') {
    const { host } = new URL(target.endpoint)
    return `s3://${host.toLowerCase()}/${target.bucket}/${plainKey(key)}`
  }
  const path = resolve(target.folder, plainKey(key))
  return join(await realFolder(dirname(path)), basename(path))
}

/** Resolves the links in the part of a folder's path that exists. */
async function realFolder(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== undefined || dirname(path) === path) return real ?? path
  return join(await realFolder(dirname(path)), basename(path))
}
