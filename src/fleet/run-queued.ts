/** Runs a whole job from the queue on this machine; its tasks go on the queue in turn. */
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { parseCfg } from '../config/cfg.ts'
import type { JobError } from '../errors.ts'
import { writeText } from '../files/write-file.ts'
import { runJob } from '../job/run-job.ts'
import type { MessageCode } from '../messages/index.ts'
import { openDistributor } from './distribute.ts'
import type { FleetMachine } from './fleet-machine.ts'
import type { RanJob } from './follow-job.ts'
import { writeJobEvents } from './job-stream.ts'
import { failureText } from './queue.ts'
import type { QueuedJob } from './queued-job.ts'
import type { QueueSettings } from './redis.ts'
import { openTaskFolder } from './task-folder.ts'

/** Failures that are this machine's own: another may do better. */
const OF_MACHINE: ReadonlySet<MessageCode> = new Set<MessageCode>(['diskFull', 'systemLimit'])

export interface RunningQueued {
  readonly machine: FleetMachine
  readonly workerVersion: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly settings: QueueSettings
}

/**
 * @param redis a connection; stays open
 * @returns the result, even of a job that has failed
 * @throws the signal's reason; JobError if the failure is this machine's own
 */
export async function runQueuedJob(
  redis: Redis,
  { machine, workerVersion, env, settings }: RunningQueued,
  job: QueuedJob,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<RanJob> {
  const { jobId, cfgPath, cfg, index, indexAt, updates, done, strict, force, language, reach } = job
  const { network, index: indexRules, localRoots } = reach
  const { conf: own, workFolder, fontFile } = machine
  const conf = { ...own, network, index: indexRules, storage: { ...own.storage, localRoots } }
  const folder = await openTaskFolder(workFolder)
  const inFolder = async (name: string, text: string | undefined): Promise<string | undefined> => {
    if (text === undefined) return undefined
    await writeText(join(folder.path, name), text)
    return join(folder.path, name)
  }
  settings.log.info({ jobId }, 'job begins')
  const events = writeJobEvents(redis, { prefix: settings.prefix, id })
  let error: JobError | undefined
  try {
    const result = await runJob(
      {
        cfg: parseCfg({ text: cfg, file: cfgPath }),
        conf,
        index: indexAt,
        room: index === undefined ? undefined : { text: index, from: cfgPath },
        updates: await inFolder('updates.json', updates),
        doneFile: (await inFolder('done.json', done)) ?? join(folder.path, 'done.json'),
        strict,
        force,
        keepWork: false,
        report: false,
        workFolder: join(folder.path, 'work'),
        fontFile,
        workerVersion,
        settingsWarnings: [],
      },
      {
        signal,
        language,
        env,
        openExecutor: openDistributor(settings),
        emit(event) {
          events.emit(event)
          if (event.kind === 'failed') error = event.error
        },
      },
    )
    signal.throwIfAborted()
    if (error && OF_MACHINE.has(error.code)) throw error
    settings.log.info({ jobId, output: result.output?.key }, 'job ran')
    await events.end()
    return { result, ...(error && { failure: failureText(error) }) }
  } finally {
    await folder.close()
  }
}
