/** The cfg.json of an accepted job, and what is wrong with it. Pure. */
import { posix } from 'node:path'
import { parseCfg } from '../config/cfg.ts'
import type { Loose } from '../config/check.ts'
import type { Conf } from '../config/conf-schema.ts'
import { exitCodeOf } from '../config/findings.ts'
import { parseText } from '../config/load.ts'
import { type ExaminedJob, examineJob } from '../config/read-job.ts'
import { examineIndex } from '../config/room-index.ts'
import type { CfgWire } from '../config/schema.ts'
import { SPELLINGS } from '../config/spellings.ts'
import { say } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
import { examineTimeline } from '../updates/examine.ts'
import { type UpdatesSource, exitCodeOfUpdates } from '../updates/read.ts'
import { CODES, type RetCode } from './codes.ts'
import type { Section, ServedJob } from './served-job.ts'

export interface JobProblem {
  /** `Data.MixerConfig.LayoutConfig[0]` */
  readonly path: string
  readonly message: string
}

export interface Examined {
  readonly problems: readonly JobProblem[]
  readonly warnings: readonly string[]
  /** Known if there are no problems. */
  readonly job?: Job | undefined
  /** Problems of the streams that the job names, given its index. */
  readonly against?: (index: RoomIndex) => readonly JobProblem[]
}

/** What the examination of jobs depends on. */
export interface ExamineSettings {
  readonly conf: Pick<Conf, 'storage' | 'limits'>
  /** Folder below which local buckets lie; empty if there is none. */
  readonly localRoot: string
}

export type Examinable = Named & Pick<ServedJob, 'index' | 'updates'>

type Named = Pick<ServedJob, 'jobId' | 'appId' | 'roomId' | 'channelType' | 'requestId' | 'sections'>

/** The text of the job's cfg.json. Mode is 1, since the job is mixed. */
export function cfgText(job: Named, localRoot: string): string {
  const { jobId, appId, roomId, channelType, requestId, sections } = job
  const cfg = {
    Version: '1.0',
    Action: 'job.start',
    Internal: {
      RequestId: requestId,
      JobId: jobId,
      AppId: appId,
      RoomId: roomId,
      Mode: 1,
      ChannelType: channelType,
    },
    Data: { ...sections, ...withLocalRoot(sections.RecordingConfig, localRoot) },
  }
  return `${JSON.stringify(cfg, null, 2)}\n`
}

/** Examines a job with its timed updates, as a run would. */
export function examine(job: Examinable, { conf, localRoot }: ExamineSettings): Examined {
  const cfg = parseCfg({ text: cfgText(job, localRoot), file: 'cfg.json' })
  const found = examineJob({ cfg, conf, cfgFolder: localRoot || '/' })
  const timeline = timelineOf(job, { found, wire: cfg.checked.wire, conf })
  const { against } = found
  return {
    problems: [...found.problems.map((one) => shown(one)), ...timeline.problems],
    warnings: [...found.notices.map((one) => shown(one)), ...timeline.notices].map(({ message }) => message),
    job: found.job,
    ...(against && { against: (index: RoomIndex) => against(index).problems.map((one) => shown(one)) }),
  }
}

/** Findings about the timed updates of a job: its own, otherwise those of its index. */
function timelineOf(
  { jobId, updates, index }: Examinable,
  of: { found: ExaminedJob; wire: Loose<CfgWire>; conf: ExamineSettings['conf'] },
): { problems: readonly JobProblem[]; notices: readonly JobProblem[] } {
  const { found, wire, conf } = of
  const mostEntries = conf.limits.maxRecordings
  const room =
    index === undefined
      ? undefined
      : examineIndex({ text: JSON.stringify(index), file: '', jobId, mostEntries })
  const own: UpdatesSource | undefined =
    updates.length > 0
      ? { parsed: parseText({ text: JSON.stringify({ Updates: updates }), file: '' }), path: ['Updates'] }
      : undefined
  const source = own ?? room?.updates
  if (!source) return { problems: [], notices: [] }
  const { problems, notices } = examineTimeline({ source, job: found.job, wire, index: room?.index })
  const at = (one: Shown): JobProblem => shown(one, own ? 'Data.' : 'Data.Index.')
  return { problems: problems.map(at), notices: notices.map(at) }
}

type Shown = Parameters<typeof say>[0] & { readonly place: { readonly path: string } }

function shown(one: Shown, before = ''): JobProblem {
  const path = `${before}${one.place.path}`
  return { path, message: `${path}: ${say(one)}` }
}

/** Those about some sections, or about single fields of Internal. */
export function problemsWithin(
  problems: readonly JobProblem[],
  sections: readonly Section[],
): readonly JobProblem[] {
  return problems.filter(({ path }) =>
    sections.some((name) => path === `Data.${name}` || new RegExp(`^Data\\.${name}[.[]`).test(path)),
  )
}

/** The vendor's code for problems: video and layout first, then audio, then the rest. */
export function codeOfProblems(problems: readonly JobProblem[]): RetCode {
  const paths = problems.map(({ path }) => ({ path: path.split(/[.[\]]+/) }))
  const isOfUpdates = paths.every(({ path }) => path[1] === 'Updates' || path[2] === 'Updates')
  const code = isOfUpdates ? exitCodeOfUpdates(paths) : exitCodeOf(paths)
  return code === CODES.badVideo || code === CODES.badAudio ? code : CODES.failed
}

/** Whether a Vendor is read as a local folder, however it is spelt. */
export function isLocalVendor(vendor: unknown): boolean {
  const plain = String(vendor).trim().toLowerCase()
  return (SPELLINGS['Vendor']?.[plain] ?? plain) === 'local'
}

/** Relative local buckets become absolute: they are relative to the root, not to the service's own folder. */
function withLocalRoot(recording: unknown, localRoot: string): object {
  if (!isObject(recording) || localRoot === '') return {}
  const rooted = (storage: unknown): unknown =>
    isObject(storage) && isLocalVendor(storage['Vendor']) && typeof storage['Bucket'] === 'string'
      ? { ...storage, Bucket: posix.resolve(localRoot, storage['Bucket']) }
      : storage
  const { StorageConfig, BackupStorageConfig, ...rest } = rooted(recording) as Record<string, unknown>
  return {
    RecordingConfig: {
      ...rest,
      ...(StorageConfig !== undefined && { StorageConfig: rooted(StorageConfig) }),
      ...(BackupStorageConfig !== undefined && { BackupStorageConfig: rooted(BackupStorageConfig) }),
    },
  }
}

/**
 * A local bucket as the job names it, for clients, who are not shown folders of this machine.
 * @returns undefined if the job does not name it
 */
export function bucketAsGiven(recording: unknown, folder: string, localRoot: string): string | undefined {
  if (!isObject(recording)) return undefined
  const holders = [recording['StorageConfig'], recording['BackupStorageConfig'], recording].filter(isObject)
  return holders
    .map((one) => one['Bucket'])
    .filter((bucket) => typeof bucket === 'string')
    .find((bucket) => posix.resolve(localRoot, bucket) === posix.resolve(folder))
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
