/** Resolves StorageConfig: where recordings are read from and the output is written to. */
import { posix } from 'node:path'
import type { Job, S3Vendor, StorageTarget } from '../../model/job.ts'
import type { Loose } from '../check.ts'
import type { Conf } from '../conf-schema.ts'
import { found } from '../findings.ts'
import type { CfgWire } from '../schema.ts'
import { storageSchema } from '../schema/storage.ts'
import { type Collector, firstGiven, givenTwice } from './collect.ts'
import { outputKeyOf } from './output-key.ts'

type WireRecording = Loose<CfgWire['Data']['RecordingConfig']>
type WireStorage = NonNullable<WireRecording['StorageConfig']>

const RECORDING = ['Data', 'RecordingConfig'] as const
const STORAGE = [...RECORDING, 'StorageConfig'] as const
const BACKUP_STORAGE = [...RECORDING, 'BackupStorageConfig'] as const
const FIELDS = Object.keys(storageSchema.shape) as (keyof WireStorage)[]

const ACCESS = ['PublicKey', 'accessKey', 'AccessKey', 'accessKeyId', 'AccessKeyId'] as const
const SECRET = ['SecretKey', 'secretKey', 'secretAccessKey', 'SecretAccessKey'] as const

/** US3 accepts both URL styles; most services of kind `s3` only path style. */
const PATH_STYLE: ReadonlySet<S3Vendor> = new Set(['s3', 'ucloud'])

/** Signing region for services without regions. */
const NO_REGION = 'us-east-1'

const S3_BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/

interface Written {
  readonly wire: WireStorage
  /** Path of the wire value. */
  readonly at: typeof RECORDING | typeof STORAGE | typeof BACKUP_STORAGE
}

interface Input extends Written {
  readonly cfgFolder: string
  readonly conf: Pick<Conf, 'storage'>
  readonly out: Collector
}

/**
 * The storage of the job: StorageConfig as in the vendor's samples, otherwise the same fields in RecordingConfig as in
 * its table. Adds a notice for fields that differ from StorageConfig. Undefined, with a problem, if there is neither.
 */
export function firstStorage(recording: WireRecording | undefined, out: Collector): Written | undefined {
  const beside = FIELDS.filter((name) => recording?.[name] !== undefined)
  const nested = recording?.StorageConfig
  if (nested) {
    for (const name of beside) {
      if (nested[name] !== recording[name])
        out.notices.push(givenTwice({ used: [...STORAGE, name], ignored: [...RECORDING, name] }))
    }
    return { wire: nested, at: STORAGE }
  }
  if (recording?.Bucket !== undefined) return { wire: recording, at: RECORDING }
  out.problems.push(
    beside.length > 0
      ? { code: 'missing', params: { allowed: { kind: 'filledText' } }, path: [...RECORDING, 'Bucket'] }
      : { code: 'missing', params: { allowed: { kind: 'object', names: ['Bucket'] } }, path: STORAGE },
  )
  return undefined
}

/** The target; undefined if something it needs is missing or invalid. */
export function storageOf(input: Input): StorageTarget | undefined {
  const { wire, at, cfgFolder, out } = input
  const vendor = wire.Vendor ?? 'ucloud'
  const bucket = wire.Bucket
  const isUsable =
    bucket === undefined || (vendor === 'local' ? !bucket.includes('\0') : S3_BUCKET.test(bucket))
  if (!isUsable) {
    const path = [...at, 'Bucket']
    const allowed = { kind: 'shape', shape: 'bucket' } as const
    out.problems.push({ code: 'notAllowed', params: { found: found(bucket, path), allowed }, path })
  }
  if (vendor === 'local') {
    if (bucket === undefined || !isUsable) return undefined
    // Not `resolve`, which depends on the working directory.
    const folder = posix.isAbsolute(bucket) ? posix.normalize(bucket) : posix.join(cfgFolder, bucket)
    return { kind: 'local', folder, bucket }
  }
  const endpoint = endpointOf(input, vendor)
  const credentials = credentialsOf(input)
  if (endpoint === undefined || bucket === undefined || !isUsable) return undefined
  return {
    kind: 's3',
    vendor,
    bucket,
    region: wire.Region || NO_REGION,
    endpoint,
    pathStyle: wire.PathStyle ?? PATH_STYLE.has(vendor),
    credentials,
  }
}

function endpointOf({ wire, at, conf, out }: Input, vendor: S3Vendor): string | undefined {
  if (wire.Endpoint) return wire.Endpoint.replace(/(?<!\/)\/+$/, '')
  if (vendor === 's3') {
    out.problems.push({ code: 'endpointMissing', params: { vendor }, path: [...at, 'Endpoint'] })
    return undefined
  }
  const { endpoints, internalNetwork } = conf.storage
  const template = vendor === 'ucloud' && internalNetwork ? endpoints.ucloudInternal : endpoints[vendor]
  if (template.includes('{region}') && !wire.Region) {
    out.problems.push({ code: 'regionMissing', params: { vendor }, path: [...at, 'Region'] })
    return undefined
  }
  return template.replaceAll('{region}', () => wire.Region ?? '').replace(/(?<!\/)\/+$/, '')
}

function credentialsOf({
  wire,
  at,
  out,
}: Input): { accessKeyId: string; secretAccessKey: string } | undefined {
  const pick = (names: readonly (typeof ACCESS | typeof SECRET)[number][]) =>
    firstGiven(
      names.map((name) => ({ path: [...at, name], value: wire[name]?.trim() })),
      out,
    )
  const access = pick(ACCESS)
  const secret = pick(SECRET)
  if (access && secret) return { accessKeyId: access.value, secretAccessKey: secret.value }
  const half = access ?? secret
  if (half) {
    const params = { given: half.path.at(-1) ?? '', missing: access ? 'SecretKey' : 'PublicKey' }
    out.notices.push({ code: 'credentialsHalf', params, path: half.path })
  }
  return undefined
}

/** The output's key from a storage's FileNamePrefix; undefined if that is invalid. */
export function keyOf(input: {
  wire: WireStorage
  at: Written['at']
  jobId: string | undefined
  out: Collector
}): string | undefined {
  const { wire, at, jobId, out } = input
  // A substitute for a rejected job id: the prefix may have problems of its own.
  const made = outputKeyOf({ prefix: wire.FileNamePrefix ?? '', jobId: jobId ?? 'job' })
  if ('key' in made) return made.key
  out.problems.push({ code: made.fault, params: {}, path: [...at, 'FileNamePrefix'] })
  return undefined
}

/** The backup storage; undefined if there is none. Without its own FileNamePrefix it uses that of the first. */
export function backupStorageOf(input: {
  wire: Loose<CfgWire>
  first: Written | undefined
  cfgFolder: string
  conf: Pick<Conf, 'storage'>
  out: Collector
}): Job['backupStorage'] {
  const { first, cfgFolder, conf, out } = input
  const { Internal, Data } = input.wire
  const wire = Data?.RecordingConfig?.BackupStorageConfig
  if (!wire) return undefined
  const target = storageOf({ wire, at: BACKUP_STORAGE, cfgFolder, conf, out })
  const prefixed = wire.FileNamePrefix
    ? { wire, at: BACKUP_STORAGE, out }
    : // Problems of the first one's prefix have been reported already.
      { wire: first?.wire ?? {}, at: STORAGE, out: { problems: [], notices: [] } }
  const outputKey = keyOf({ ...prefixed, jobId: Internal?.JobId })
  return target && outputKey !== undefined ? { target, outputKey } : undefined
}
