/** Writes the files that a run reads, and returns its command line. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Budget } from '../plan/budget.ts'
import type { NetworkRules } from '../network/rules.ts'
import { cfgText } from './cfg.ts'
import type { ServedJob } from './served-job.ts'
import { type JobPlaces, writeDurably } from './store.ts'

export interface RunSettings {
  /** Options that every run gets: the settings file, the language. */
  readonly args: readonly string[]
  readonly share: Budget
  readonly network: NetworkRules
  readonly localRoot: string
}

export interface Prepared {
  readonly args: readonly string[]
  /** Variables of settings. */
  readonly settings: Readonly<Record<string, string>>
}

export async function prepareRun(
  job: ServedJob,
  places: JobPlaces,
  settings: RunSettings,
): Promise<Prepared> {
  const { args, share, network, localRoot } = settings
  const { folder, cfgPath, indexPath, updatesPath, eventsPath, logFolder, workFolder } = places
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeCfg(job, cfgPath, localRoot)
  await put(indexPath, job.index)
  await put(updatesPath, job.updates.length > 0 ? job.updates : undefined)
  return {
    args: [
      'run',
      '--quiet',
      ...args,
      ...(job.isForced ? ['--force'] : []),
      ...(job.updates.length > 0 ? [`--updates=${updatesPath}`] : []),
      `--events=${eventsPath}`,
      '--watch-receivers',
      `--log-dir=${logFolder}`,
      `--work-dir=${workFolder}`,
      '--',
      cfgPath,
    ],
    settings: {
      OWT_LIMITS_CORES: String(share.cores),
      OWT_LIMITS_MEMORY_MB: String(share.memoryMb),
      OWT_NETWORK_ALLOW: JSON.stringify(network.allow),
      OWT_NETWORK_DENY: JSON.stringify(network.deny),
      // A folder that does not exist: with no root, no local bucket may be used.
      OWT_STORAGE_LOCAL_ROOTS: JSON.stringify([localRoot || join(folder, 'no-local-root')]),
      ...(job.indexKey !== undefined && {
        OWT_INDEX_KEYS: JSON.stringify([job.indexKey.replace(/^\/+/, '')]),
      }),
    },
  }
}

/** Replaces the cfg.json of a job. A process that runs it takes its receivers from there. */
export const writeCfg = (job: ServedJob, cfgPath: string, localRoot: string): Promise<void> =>
  writeDurably(cfgPath, cfgText(job, localRoot))

async function put(path: string, content: unknown): Promise<void> {
  if (content === undefined) await rm(path, { force: true })
  else await writeDurably(path, `${JSON.stringify(content)}\n`)
}
