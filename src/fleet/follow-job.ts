/** Has a whole job run by some machine of a fleet, and passes its events on as if it ran here. */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Redis } from 'ioredis'
import { parseText } from '../config/load.ts'
import { asJobError } from '../errors.ts'
import { replaceText } from '../files/write-file.ts'
import { isThere, readRegularText } from '../files/read-file.ts'
import type { RunRequest } from '../job/run-request.ts'
import type { Host } from '../job/host.ts'
import { settle } from '../job/settle.ts'
import { type JobPlace, jobFile } from '../records/job-files.ts'
import type { Result } from '../report/result.ts'
import { readJobEvents } from './job-stream.ts'
import { type QueuedJob, harmlessText, idOfQueued } from './queued-job.ts'
import { errorOfFailure, jobsQueueName } from './queue.ts'
import { type QueueSettings, connect, weaknesses } from './redis.ts'
import { openTaskQueue } from './task-queue.ts'

/** Events are asked for this often. */
const LOOK_EVERY_MS = 400
/** How long a job that is stopped waits for a Redis that is away. */
const LAST_WORD_MS = 5000

/** What a machine returns of a job that it has run. */
export interface RanJob {
  readonly result: Result
  /** Of a failed job: `failureText`. */
  readonly failure?: string
}

interface Following {
  readonly settings: Omit<QueueSettings, 'log'>
  /**
   * Absolute path of the folder of the job's records. One says that the job is on the queue, for a process that follows
   * it after this one; that of the result is newer once the job is over.
   */
  readonly logFolder: string
}

/** @returns what runs jobs: a function in the place of `runJob` */
export function openFollower(following: Following) {
  return async (request: RunRequest, host: Host): Promise<Result> => {
    const { cfg, workerVersion, settingsWarnings } = request
    let ran: RanJob | undefined
    // The time limit is for the machine that runs the job: waiting does not count.
    const settling = { jobId: cfg.jobId, workerVersion, settingsWarnings, jobMinutes: 0 }
    const settled = await settle(settling, host, async ({ emit, log, signal }) => {
      const job = await queuedJobOf(request, host)
      const settings = { ...following.settings, log }
      const redis = await connect(settings, { withinMs: Infinity, signal: lateAfter(signal) })
      try {
        for (const warning of await weaknesses(redis)) log.warn({ code: warning.code }, 'queue')
        ran = await followed(redis, { job, following, settings, emit, signal, workerVersion })
      } finally {
        redis.disconnect()
      }
      if (ran.failure !== undefined) throw errorOfFailure(ran.failure)
    })
    return ran?.result.exitCode === settled.exitCode ? ran.result : settled
  }
}

/** A job that is stopped still has to be taken off the queue. */
function lateAfter(signal: AbortSignal): AbortSignal {
  const late = new AbortController()
  const soon = () => void setTimeout(() => late.abort(signal.reason), LAST_WORD_MS).unref()
  if (signal.aborted) soon()
  else signal.addEventListener('abort', soon, { once: true })
  return late.signal
}

async function followed(
  redis: Redis,
  of: {
    job: QueuedJob
    following: Following
    settings: QueueSettings
    emit: Host['emit']
    signal: AbortSignal
    workerVersion: string
  },
): Promise<RanJob> {
  const { job, following, settings, emit, signal, workerVersion } = of
  const { prefix } = settings
  const id = idOfQueued(job)
  const place = { logFolder: following.logFolder, jobId: job.jobId }
  const isFollowed = await isMarked(place, id)
  if (!isFollowed) {
    await mkdir(following.logFolder, { recursive: true, mode: 0o700 })
    await replaceText(jobFile(place, 'queued'), `${JSON.stringify({ id })}\n`)
  }
  const events = readJobEvents(redis, { prefix, id })
  const queue = await openTaskQueue<QueuedJob>(redis, settings, {
    name: jobsQueueName(workerVersion),
    isShared: true,
    onAdd: events.clear,
  })
  let reading: Promise<void> | undefined
  const read = (): Promise<void> => (reading ??= events.next(emit).finally(() => (reading = undefined)))
  // What an earlier run has left is not of this one.
  let isAdded = isFollowed
  const timer = setInterval(() => {
    if (isAdded) void read().catch(() => undefined)
  }, LOOK_EVERY_MS)
  try {
    for (;;) {
      const ended = await queue.run(id, job, { signal, isFollowed, there: () => (isAdded = true) })
      // Without machines the job waits for one.
      if (!ended) continue
      await reading
      await read()
      return ended.returned as RanJob
    }
  } finally {
    clearInterval(timer)
    await queue.close()
  }
}

/** Whether an earlier process has put the job on the queue, and was ended before the job was. */
async function isMarked(place: JobPlace, id: string): Promise<boolean> {
  try {
    const path = jobFile(place, 'queued')
    const { mtimeMs } = await stat(path)
    const marker = JSON.parse(await readRegularText(path)) as { id?: unknown }
    const result = await stat(jobFile(place, 'result')).catch(() => undefined)
    return marker.id === id && (result?.mtimeMs ?? 0) < mtimeMs
  } catch {
    return false
  }
}

/** @throws JobError if a file cannot be read, or holds what must not be on the queue */
async function queuedJobOf(request: RunRequest, { language }: Host): Promise<QueuedJob> {
  const { cfg, conf, room, index, updates, strict, force, doneFile } = request
  const isFile = index !== undefined && (await isThere(index))
  const beside = (name: string): string => join(dirname(cfg.file), name)
  const text = async (given: string | undefined, besideIt: string): Promise<string | undefined> => {
    if (given === undefined && !(await isThere(besideIt))) return undefined
    const file = given ?? besideIt
    return harmlessText(parseText({ text: await readRegularText(file), file }).value)
  }
  try {
    return {
      jobId: cfg.jobId,
      appId: (cfg.checked.wire as typeof cfg.checked.wire | undefined)?.Internal?.AppId ?? '',
      name: 'job',
      cfgPath: cfg.file,
      cfg: harmlessText(cfg.parsed.value),
      index: room
        ? harmlessText(parseText({ text: room.text, file: room.from }).value)
        : await text(isFile ? index : undefined, beside(`${cfg.jobId}.json`)),
      indexAt: isFile ? undefined : index,
      updates: await text(updates, beside(`${cfg.jobId}.updates.json`)),
      done: doneFile === undefined ? undefined : await readFile(doneFile, 'utf8').catch(() => undefined),
      strict,
      force,
      language,
      reach: { network: conf.network, index: conf.index, localRoots: conf.storage.localRoots },
    }
  } catch (error) {
    throw asJobError(error)
  }
}
