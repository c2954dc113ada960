/** Opens and closes a job for every command that works on its recordings. */
import { withoutUnknownKey } from '../config/named-streams.ts'
import { readJob } from '../config/read-job.ts'
import { openWorkFolder } from '../records/work-folder.ts'
import { closedBucket } from '../storage/closed.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import { readRoom } from './find-index.ts'
import { findUpdates, withUpdates } from './find-updates.ts'
import type { JobContext } from './host.ts'
import type { JobRequest } from './job-request.ts'
import { noteOmissions } from './omissions.ts'
import { openMachine } from './open-machine.ts'
import { type OpenJob, openRoom } from './open-room.ts'
import { letteringOf } from './read-font.ts'

/**
 * Opens a job, passes it to `work` and closes it in any case. The caller holds the job's lock.
 * @param work returns whether the job is done and its work folder can be removed
 * @throws JobError for everything an operator can act on
 */
export async function withJob(
  request: JobRequest,
  context: JobContext,
  work: (open: OpenJob) => Promise<boolean>,
): Promise<void> {
  const { cfg, conf, fontFile, workFolder } = request
  const { emit, log } = context
  const omissions = noteOmissions({ strict: request.strict, emit })

  const lettering = letteringOf(fontFile, conf)
  const read = readJob({ cfg, conf, lettering })
  const { job } = read
  emit({ kind: 'accepted', jobId: job.jobId })
  omissions.warn(read.warnings)
  const machine = await openMachine(job, request, context)

  const folder = await openWorkFolder({ workFolder, jobId: job.jobId, anew: request.force })
  const isClosed = request.isOffline === true && job.storage.kind === 's3'
  const storage = isClosed
    ? closedBucket(job.storage.bucket)
    : openStorage(job.storage, storageSettings(conf), log)
  let isDone = false
  try {
    const room = await readRoom({
      job,
      cfgPath: cfg.file,
      storage,
      signal: context.signal,
      asked: request.index,
      given: request.room,
      keys: isClosed ? [] : conf.index.keys,
      mostEntries: conf.limits.maxRecordings,
    })
    omissions.warn(room.warnings)
    const { from, index } = room
    const found = await findUpdates({
      asked: request.updates,
      cfg,
      jobId: job.jobId,
      bucket: job.storage.bucket,
      ofIndex: room.updates,
      indexAt: room.at,
      storage,
      signal: context.signal,
    })
    omissions.warn(found?.warnings ?? [])
    const updated = found && withUpdates({ job, cfg, index, source: found.source, lettering })
    omissions.warn(read.against(index, updated?.job))
    omissions.warn(updated?.warnings ?? [])
    log.info({ from, entries: index.entries.length, startMs: index.startMs }, 'index read')
    if (found && updated) {
      const stretches = updated.job.stretches.length
      log.info({ from: found.source.parsed.file, stretches }, 'timed updates read')
    }
    const known = {
      job: withoutUnknownKey(updated?.job ?? job, index),
      index,
      indexAt: room.at,
      updatesAt: found?.at,
    }
    isDone = await work(
      await openRoom({ ...known, ...machine, storage, folder, omissions }, request, context),
    )
  } finally {
    storage.close()
    if (!request.keepWork) await (request.isLook ? folder.restore() : folder.close(isDone))
  }
}
