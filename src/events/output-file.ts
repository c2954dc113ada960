/** The finished file as described to the job's receivers. Pure. */
import { posix } from 'node:path'
import type { Job, StorageTarget } from '../model/job.ts'
import type { SidecarKind } from '../model/sidecar.ts'
import type { Output } from '../report/result.ts'
import { urlPart } from '../text/well-formed.ts'

export interface OutputFile {
  readonly vendor: string
  readonly bucket: string
  readonly key: string
  /** Unsigned URL; whether it is accessible depends on the bucket. */
  readonly url: string
  readonly bytes: number
  readonly durationMs: number
  /** Unix time in ms of its first frame. */
  readonly startMs: number
  readonly media: Job['media']
  /** 0 without video. */
  readonly width: number
  readonly height: number
  /** Empty if there is no video. */
  readonly videoCodec: string
  readonly audioCodec: string
  readonly streamIds: readonly string[]
  /** Whether the file is in the backup bucket. */
  readonly isBackup: boolean
  /** Its sidecars, in the same bucket. */
  readonly sidecars: readonly OutputSidecar[]
}

/**
 * A sidecar of the finished file: for HLS the playlist, for thumbnails the index, each standing for the files it names.
 */
export interface OutputSidecar {
  readonly kind: SidecarKind
  readonly key: string
  readonly url: string
  /** Including the files it names. */
  readonly bytes: number
}

/**
 * Describes a finished file.
 * @param options.storage the bucket it is put into: the job's own or the backup
 * @param options.startMs Unix time in ms of its first frame
 */
export function fileOf(options: {
  output: Output
  startMs: number
  streamIds: readonly string[]
  media: Job['media']
  storage: StorageTarget
  isBackup: boolean
}): OutputFile {
  const { output, startMs, streamIds, media, storage, isBackup } = options
  const { key } = output
  return {
    ...bucketOf(storage),
    key,
    url: urlOf(storage, key),
    bytes: output.bytes,
    durationMs: Math.round(output.durationMs),
    startMs: Math.round(startMs),
    media,
    width: output.width ?? 0,
    height: output.height ?? 0,
    videoCodec: output.videoCodec ?? '',
    audioCodec: output.audioCodec ?? '',
    streamIds,
    isBackup,
    sidecars: sidecarsOf(output.files ?? [], storage),
  }
}

/** The first file of a kind names the others of its kind. */
function sidecarsOf(files: NonNullable<Output['files']>, storage: StorageTarget): OutputSidecar[] {
  return [...new Set(files.map(({ kind }) => kind))].flatMap((kind) => {
    const all = files.filter((file) => file.kind === kind)
    const bytes = all.reduce((sum, file) => sum + file.bytes, 0)
    return all.slice(0, 1).map(({ key }) => ({ kind, key, url: urlOf(storage, key), bytes }))
  })
}

/** A local bucket is named by its folder's base name; its path on this machine is not revealed. */
function bucketOf(storage: StorageTarget): { vendor: string; bucket: string } {
  if (storage.kind === 'local') return { vendor: 'local', bucket: posix.basename(storage.folder) }
  return { vendor: storage.vendor, bucket: storage.bucket }
}

/** An object's URL, unsigned. */
function urlOf(storage: StorageTarget, key: string): string {
  const path = key.split('/').map(urlPart).join('/')
  if (storage.kind === 'local') return `local://${urlPart(bucketOf(storage).bucket)}/${path}`
  const { endpoint, bucket, pathStyle } = storage
  if (pathStyle) return `${endpoint}/${bucket}/${path}`
  return `${endpoint.replace('://', `://${bucket}.`)}/${path}`
}
