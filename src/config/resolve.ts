/** Converts a checked wire value to a `Job`: applies defaults, units, aliases and choices. Pure. */
import type { Job, NotifyDialect, NotifyTarget, StorageTarget } from '../model/job.ts'
import type { Loose } from './check.ts'
import type { Conf } from './conf-schema.ts'
import { type Notice, type Problem, found } from './findings.ts'
import { type Collector, asList, firstGiven, idsOf, itemPath } from './resolve/collect.ts'
import { settingsOf } from './resolve/settings.ts'
import { backupStorageOf, firstStorage, keyOf, storageOf } from './resolve/storage.ts'
import type { Lettering } from './resolve/watermark.ts'
import type { CfgWire } from './schema.ts'

type Data = Loose<CfgWire['Data']>
type WireNotify = Exclude<NonNullable<Data['NotifyConfig']>, readonly unknown[]>

const DEFAULT_IDLE_S = 60

/** The result of resolving: the job, unless there are problems. */
export interface Resolved {
  readonly job?: Job
  readonly problems: readonly Problem[]
  readonly warnings: readonly Notice[]
  /** Known even for a job with problems. */
  readonly jobId?: string | undefined
  readonly storage?: StorageTarget | undefined
  readonly outputKey?: string | undefined
}

/**
 * Resolves a wire value. Anything may be missing from it: parts that were removed as unusable have already been
 * reported, so there is no job but no second problem either.
 * @param input.cfgFolder absolute path of the folder of cfg.json; a `local` bucket is relative to it
 */
export function resolveJob(input: {
  wire: Loose<CfgWire>
  cfgFolder: string
  conf: Pick<Conf, 'storage'>
  lettering?: Lettering | undefined
}): Resolved {
  const { wire, cfgFolder, conf, lettering } = input
  const out: Collector = { problems: [], notices: [] }
  const internal = wire.Internal ?? {}
  const data = wire.Data ?? {}

  if (internal.Mode === 0) out.notices.push({ code: 'modeSingle', params: {}, path: ['Internal', 'Mode'] })
  const video = videoOf(data, out)
  const size = sizeOf(data)
  const settings = settingsOf({ data, size, lettering, out })
  const written = firstStorage(data.RecordingConfig, out)
  const storage = written && storageOf({ ...written, cfgFolder, conf, out })
  checkFileType(data, out)
  const outputKey = written && keyOf({ ...written, jobId: internal.JobId, out })
  const backupStorage = backupStorageOf({ wire, first: written, cfgFolder, conf, out })
  const notify = notifyOf(data, out)
  if (data.LiveConfig?.Url)
    out.notices.push({ code: 'liveNotDone', params: {}, path: ['Data', 'LiveConfig'] })

  const fps = data.TranscodingConfig?.Video?.Fps
  const needed: readonly unknown[] = [video, size, fps, settings, storage, outputKey, internal.JobId]
  const target = {
    jobId: internal.JobId,
    storage,
    outputKey,
  }
  if (out.problems.length > 0 || needed.includes(undefined))
    return { problems: out.problems, warnings: out.notices, ...target }
  const job: Job = {
    jobId: internal.JobId as string,
    roomId: internal.RoomId ?? '',
    appId: internal.AppId ?? '',
    requestId: internal.RequestId ?? '',
    token: wire.Token ?? '',
    media: ({ 1: 'audio', 2: 'video', 3: 'both' } as const)[data.RecordingConfig?.MediaChannel ?? 3],
    canvas: { ...(size as NonNullable<typeof size>), fps: fps as number },
    video: video as Job['video'],
    audio: { channels: data.TranscodingConfig?.Audio?.Codec === 'aac_48000_1' ? 1 : 2 },
    stretches: [{ fromFrame: 0, soundFromMs: 0, settings: settings as NonNullable<typeof settings> }],
    ...keyStreamOf(data),
    storage: storage as StorageTarget,
    outputKey: outputKey as string,
    backupStorage,
    notify,
  }
  return { job, problems: [], warnings: out.notices, ...target }
}

function sizeOf(data: Data): { width: number; height: number } | undefined {
  const { Width, Height } = data.TranscodingConfig?.Video ?? {}
  return Width === undefined || Height === undefined ? undefined : { width: Width, height: Height }
}

function videoOf(data: Data, out: Collector): Job['video'] | undefined {
  const transcoding = data.TranscodingConfig
  const at = ['Data', 'TranscodingConfig'] as const
  const rate = firstGiven(
    [
      { path: [...at, 'Video', 'BitRate'], value: transcoding?.Video?.BitRate },
      { path: [...at, 'Video', 'Bitrate'], value: transcoding?.Video?.Bitrate },
      { path: [...at, 'Bitrate'], value: transcoding?.Bitrate },
      { path: [...at, 'BitRate'], value: transcoding?.BitRate },
    ],
    out,
  )
  if (!rate && transcoding) {
    const allowed = { kind: 'number', whole: true, min: 1, max: 200_000 } as const
    out.problems.push({ code: 'missing', params: { allowed }, path: [...at, 'Video', 'BitRate'] })
  }
  if (!rate) return undefined
  // According to the documents, high is the only supported profile.
  const profile = transcoding?.Video?.Profile ?? 'high'
  return { bitrateKbps: rate.value, profile: profile === 'highprofile' ? 'high' : profile }
}

function keyStreamOf(data: Data): Pick<Job, 'keyStream'> {
  const { KeyStream, IdleTime = DEFAULT_IDLE_S } = data.JobConfig ?? {}
  return KeyStream?.trim() ? { keyStream: { streamId: KeyStream, idleMs: Math.round(IdleTime * 1000) } } : {}
}

function checkFileType(data: Data, out: Collector): void {
  const path = ['Data', 'RecordingConfig', 'FileType']
  const written = idsOf(asList<string>(data.RecordingConfig?.FileType))
  const names = written.map((name) => name.trim().toLowerCase().replace(/^\./, ''))
  if (names.every((name) => name === 'mp4')) return
  const shown = found(names.join(', '), path)
  const params = { found: 'value' in shown ? shown.value : '' }
  if (names.includes('mp4')) out.notices.push({ code: 'containersLeftOut', params, path })
  else out.problems.push({ code: 'noMp4', params, path })
}

/** The receivers of callbacks: open entries with a usable URL, without duplicates. */
export function notifyOf(data: Data, out: Collector): NotifyTarget[] {
  const config = data.NotifyConfig
  const targets: NotifyTarget[] = []
  for (const [index, entry] of asList<WireNotify>(config).entries()) {
    if (entry?.ServiceType === undefined || entry.Status === 'close') continue
    const path = itemPath(['Data', 'NotifyConfig'], config, index)
    const { ServiceType: service, NotifyUrl: url = '', Dialect: dialect = 'ucloud' } = entry
    if (service === 'job.living') {
      out.notices.push({ code: 'notifyLiving', params: {}, path })
      continue
    }
    if (!isHttpUrl(url)) {
      const here = [...path, 'NotifyUrl']
      out.notices.push({ code: 'notifyUrlBad', params: { found: found(entry.NotifyUrl, here) }, path: here })
      continue
    }
    const target = { service, dialect, url, token: entry.Token ?? '', key: entry.Key ?? '' }
    if (targets.some((other) => saysTheSame(other, target))) {
      out.notices.push({ code: 'notifyTwice', params: { url: new URL(url).host }, path })
      continue
    }
    targets.push(target)
    if (SIGNED.has(dialect) && target.key === '')
      out.notices.push({ code: 'notifyKeyMissing', params: { dialect }, path: [...path, 'Key'] })
  }
  return targets
}

/** Dialects whose bodies contain a signature. */
const SIGNED: ReadonlySet<NotifyDialect> = new Set(['volcengine', 'tencent'])

/** Only `ucloud` distinguishes job.record from job.mixer; `tencent` has one event for everything. */
function saysTheSame(a: NotifyTarget, b: NotifyTarget): boolean {
  if (a.url !== b.url || a.dialect !== b.dialect) return false
  if (a.dialect === 'tencent' || a.service === b.service) return true
  return a.dialect !== 'ucloud' && a.service !== 'job.oss' && b.service !== 'job.oss'
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/[^/]/i.test(text)
}
