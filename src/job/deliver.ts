/** Uploads a finished file with its sidecars, after everything that could forbid it has been checked once more. */
import { LEAST_LIMIT_MS } from '../plan/estimate.ts'
import { pathOf } from '../plan/locate.ts'
import { copiesOf } from '../plan/sidecars.ts'
import { readDone } from '../records/done.ts'
import type { Landed } from '../storage/put-with-backup.ts'
import type { Storage } from '../storage/storage.ts'
import { transferMs } from '../storage/transfer-time.ts'
import { copyFilm } from './copy-film.ts'
import type { HeldDestination } from './destination.ts'
import { estimatedBytes } from './disk-space.ts'
import type { JobContext } from './host.ts'
import type { Film } from './make-film.ts'
import type { OpenJob } from './open-room.ts'
import type { Planned } from './plan-job.ts'
import { protect } from './protect.ts'
import type { RunRequest } from './run-request.ts'
import { removeStaleSidecars } from './stale-sidecars.ts'
import { refuseChanged } from './unchanged.ts'
import { upload } from './upload.ts'

/** Uploads the finished file and its sidecars to the job's bucket or the backup. */
export async function deliver(
  open: OpenJob & { readonly backup: Storage | undefined },
  delivery: {
    readonly request: RunRequest
    readonly context: JobContext
    readonly film: Film
    readonly destination: HeldDestination
  },
): Promise<Landed> {
  const { job, storage, backup, omissions } = open
  const { request, context, film, destination } = delivery
  const { conf, doneFile } = request
  const { emit, log, progress, signal, allow, now } = context
  const { gathered, made, sidecars } = film
  const { timeline, plan } = made
  const uploadStart = now()
  // Each file may be sent twice.
  const mostBytes = 2 * copiesOf(plan.sidecars) * estimatedBytes(plan)
  allow(LEAST_LIMIT_MS + (backup ? 2 : 1) * transferMs(conf.storage, mostBytes))
  // Repeated, since hours may have passed and links or recordings may have changed.
  await open.refuseReplacing()
  const { seen } = gathered
  const isCopied = job.storage.kind === 's3'
  await refuseChanged({ storage, seen, isCopied, atOnce: conf.limits.fetches, log, signal })
  await destination.refuseLost()
  const before = doneFile === undefined ? undefined : await readDone(doneFile)
  if (request.copyTo !== undefined) await copyFilm(pathOf(plan.mux.output, open.at), request.copyTo)
  const measuring = request.report ? measure(open, request, context, made) : undefined
  const { output, landed } = await upload({
    job,
    timeline,
    encoder: plan.encoder,
    finished: pathOf(plan.mux.output, open.at),
    sidecars,
    storage,
    backup,
    seen: destination.seen,
    log,
    progress,
    emit,
    signal,
  })
    .finally(() => emit({ kind: 'timed', timings: { uploadMs: now() - uploadStart } }))
    // The measurements read the work folder, which is removed with the job.
    .finally(() => measuring)
  const bucket = landed.backedUp && backup ? backup : storage
  const target = (landed.backedUp && job.backupStorage?.target) || job.storage
  const { conflictOf } = await protect({ given: open.given, storage: job.storage })
  const isGiven = async (key: string) => (await conflictOf(target, { kind: 'finished', key })) !== undefined
  await removeStaleSidecars({ before, output, bucket, isGiven, log, signal })
  const { link, linkHours } = conf.report
  if (request.report && link === 'signed' && bucket.link) {
    const untilMs = Date.now() + linkHours * 3_600_000
    emit({
      kind: 'linked',
      link: { url: await bucket.link(output.key, Math.round(linkHours * 3600)), untilMs },
    })
  }
  if (landed.mainFailure) {
    const params = { first: landed.mainFailure.message, bucket: output.bucket, key: output.key }
    omissions.warn([{ code: 'uploadBackedUp', params }])
  }
  return landed
}

async function measure(
  { job, at, ffmpeg }: OpenJob,
  { conf }: RunRequest,
  { emit, log, progress, signal }: JobContext,
  made: Planned,
): Promise<void> {
  const { measureMade } = await import('./measure-made.ts')
  const finished = pathOf(made.plan.mux.output, at)
  const what = { job, made, finished, folder: at.work, ffmpeg, conf, log, progress, signal }
  emit({ kind: 'measured', measured: await measureMade(what) })
}
