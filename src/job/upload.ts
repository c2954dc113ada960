/** Uploads the finished file and its sidecars to the job's bucket or the backup. */
import { stat } from 'node:fs/promises'
import type { Sidecars } from './make-sidecars.ts'
import type { Emit } from '../events/job-event.ts'
import { fileOf } from '../events/output-file.ts'
import type { HeldDestination } from './destination.ts'
import { JobError } from '../errors.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Message } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Log, Progress } from '../events/channels.ts'
import { type Output, outputOf } from '../report/result.ts'
import { type Landed, putWithBackup } from '../storage/put-with-backup.ts'
import type { Storage } from '../storage/storage.ts'

/** @throws JobError `uploadFailed`, which names the finished file; the file stays in place */
export async function upload(options: {
  job: Job
  timeline: Timeline
  /** The encoder of the video. */
  encoder: Encoder
  finished: string
  sidecars: Pick<Sidecars, 'of'>
  storage: Storage
  backup: Storage | undefined
  seen: HeldDestination['seen']
  log: Log
  progress: Progress
  emit: Emit
  signal: AbortSignal
}): Promise<{ output: Output; landed: Landed }> {
  const { job, timeline, encoder, finished, sidecars, storage, backup, seen, log, progress, emit, signal } =
    options
  const { backupStorage } = job
  const { size } = await stat(finished)
  const main = { storage: job.storage, key: job.outputKey }
  const sides = await Promise.all(
    (await sidecars.of(job.outputKey)).map(async ({ kind, key, path }) => ({
      kind,
      key,
      bytes: (await stat(path)).size,
    })),
  )
  const output = outputOf({ job, timeline, encoder, bytes: size, files: sides, ...main })
  const told = {
    media: job.media,
    startMs: timeline.startMs,
    streamIds: timeline.streams.map(({ streamId }) => streamId),
  }
  emit({
    kind: 'finished',
    file: fileOf({ ...told, output, storage: job.storage, isBackup: false }),
  })
  emit({ kind: 'uploadStarted' })
  const bytesInAll = sides.reduce((sum, { bytes }) => sum + bytes, size)
  let sent = 0
  const doing: Message = { code: 'doingUpload', params: { place: `${output.bucket}/${output.key}` } }
  const tellSent = (bytes: number) => progress.update('upload', bytes, bytesInAll, { doing })
  tellSent(0)
  const landed = await putWithBackup({
    main: { storage, key: job.outputKey, seen: seen.main },
    backup: backup && backupStorage && { storage: backup, key: backupStorage.outputKey, seen: seen.backup },
    fromPath: finished,
    sidecarsOf: (key) => sidecars.of(key),
    options: { signal, onBytes: (bytes) => tellSent((sent += bytes)) },
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw error instanceof JobError ? failedWith(error, finished) : error
  })
  progress.end('upload')
  const place = {
    storage: landed.backedUp && backupStorage ? backupStorage.target : job.storage,
    key: landed.key,
  }
  const placed = outputOf({
    job,
    timeline,
    encoder,
    bytes: landed.bytes,
    files: landed.sidecars.map(({ kind, key, bytes }) => ({ key, bytes, kind })),
    ...place,
    ...(landed.path !== undefined && { path: landed.path }),
  })
  log.info({ output: placed, backedUp: landed.backedUp }, 'uploaded')
  emit({
    kind: landed.backedUp ? 'backedUp' : 'uploaded',
    output: placed,
    file: fileOf({ ...told, output: placed, storage: place.storage, isBackup: landed.backedUp }),
  })
  return { output: placed, landed }
}

function failedWith(cause: JobError, path: string): JobError {
  const { message: reason, fault, retryable } = cause
  return new JobError({ code: 'uploadFailed', params: { reason, path } }, { fault, retryable, cause })
}
