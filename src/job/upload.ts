/** The finished file and what lies beside it -> the job's bucket, or the second one; whoever asked is told of each step. */
import { stat } from 'node:fs/promises'
import type { Beside } from './make-sidecars.ts'
import { fileOf } from '../callback/from-job.ts'
import type { Notifier } from '../callback/notifier.ts'
import type { HeldDestination } from './destination.ts'
import { JobError } from '../errors.ts'
import type { Logger } from '../records/log.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Message } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Reporter } from '../progress/reporter.ts'
import { type Output, outputOf } from '../report/result.ts'
import { type Landed, putWithBackup } from '../storage/put-with-backup.ts'
import type { Storage } from '../storage/storage.ts'

/** @throws JobError `uploadFailed`, which names the finished file: it stays where it is */
export async function upload(options: {
  job: Job
  timeline: Timeline
  /** What made the picture. */
  encoder: Encoder
  finished: string
  beside: Pick<Beside, 'of'>
  storage: Storage
  spare: Storage | undefined
  seen: HeldDestination['seen']
  log: Logger
  reporter: Reporter
  tell: Notifier['tell']
  signal: AbortSignal
}): Promise<{ output: Output; landed: Landed }> {
  const { job, timeline, encoder, finished, beside, storage, spare, seen, log, reporter, tell, signal } =
    options
  const { backupStorage } = job
  const { size } = await stat(finished)
  const main = { storage: job.storage, key: job.outputKey }
  const sides = await Promise.all(
    (await beside.of(job.outputKey)).map(async ({ kind, key, path }) => ({
      ...{ kind, key },
      bytes: (await stat(path)).size,
    })),
  )
  const output = outputOf({ job, timeline, encoder, bytes: size, files: sides, ...main })
  const told = {
    media: job.media,
    startMs: timeline.startMs,
    streamIds: timeline.streams.map(({ streamId }) => streamId),
  }
  tell({
    kind: 'finished',
    file: fileOf({ ...told, output, storage: job.storage, isBackup: false }),
  })
  tell({ kind: 'uploadStarted' })
  const bytesInAll = sides.reduce((sum, { bytes }) => sum + bytes, size)
  let sent = 0
  const doing: Message = { code: 'doingUpload', params: { place: `${output.bucket}/${output.key}` } }
  const tellSent = (bytes: number) => reporter.update('upload', bytes, bytesInAll, { doing })
  tellSent(0)
  const landed = await putWithBackup({
    main: { storage, key: job.outputKey, seen: seen.main },
    backup: spare && backupStorage && { storage: spare, key: backupStorage.outputKey, seen: seen.spare },
    fromPath: finished,
    besideOf: (key) => beside.of(key),
    options: { signal, onBytes: (bytes) => tellSent((sent += bytes)) },
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw error instanceof JobError ? failedWith(error, finished) : error
  })
  reporter.end('upload')
  const place = {
    storage: landed.backedUp && backupStorage ? backupStorage.target : job.storage,
    key: landed.key,
  }
  const placed = outputOf({
    job,
    timeline,
    encoder,
    bytes: landed.bytes,
    files: landed.beside.map(({ kind, key, bytes }) => ({ key, bytes, kind })),
    ...place,
    ...(landed.path !== undefined && { path: landed.path }),
  })
  log.info({ output: placed, backedUp: landed.backedUp }, 'uploaded')
  tell({
    kind: landed.backedUp ? 'backedUp' : 'uploaded',
    file: fileOf({ ...told, output: placed, storage: place.storage, isBackup: landed.backedUp }),
  })
  return { output: placed, landed }
}

function failedWith(cause: JobError, path: string): JobError {
  const { message: reason, fault, retryable } = cause
  return new JobError({ code: 'uploadFailed', params: { reason, path } }, { fault, retryable, cause })
}
