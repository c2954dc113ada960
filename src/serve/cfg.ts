/** The cfg.json of an accepted job, and what is wrong with it. Pure. */
import { posix } from 'node:path'
import { parseCfg } from '../config/cfg.ts'
import type { Conf } from '../config/conf-schema.ts'
import { exitCodeOf } from '../config/findings.ts'
import { examineJob } from '../config/read-job.ts'
import { SPELLINGS } from '../config/spellings.ts'
import { say } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
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
  readonly conf: Pick<Conf, 'storage'>
  /** Folder below which local buckets lie; empty if there is none. */
  readonly localRoot: string
}

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

export function examine(job: Named, { conf, localRoot }: ExamineSettings): Examined {
  const cfg = parseCfg({ text: cfgText(job, localRoot), file: 'cfg.json' })
  const found = examineJob({ cfg, conf, cfgFolder: localRoot || '/' })
  const shown = (one: Parameters<typeof say>[0] & { place: { path: string } }): JobProblem => ({
    path: one.place.path,
    message: `${one.place.path}: ${say(one)}`,
  })
  const { against } = found
  return {
    problems: found.problems.map(shown),
    warnings: found.notices.map((notice) => shown(notice).message),
    job: found.job,
    ...(against && { against: (index: RoomIndex) => against(index).problems.map(shown) }),
  }
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
  const code = exitCodeOf(problems.map(({ path }) => ({ path: path.split(/[.[\]]+/) })))
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

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
