/** StorageConfig -> where recordings are read from and the result goes. */
import { posix } from 'node:path'
import type { S3Vendor, StorageTarget } from '../../model/job.ts'
import type { Loose } from '../check.ts'
import type { Conf } from '../conf-schema.ts'
import { found } from '../findings.ts'
import type { CfgWire } from '../schema.ts'
import { type Collector, firstGiven } from './collect.ts'

export type WireStorage = Loose<CfgWire['Data']['RecordingConfig']['StorageConfig']>

/** Where StorageConfig stands. */
export const STORAGE = ['Data', 'RecordingConfig', 'StorageConfig'] as const

const ACCESS = ['PublicKey', 'accessKey', 'AccessKey', 'accessKeyId', 'AccessKeyId'] as const
const SECRET = ['SecretKey', 'secretKey', 'secretAccessKey', 'SecretAccessKey'] as const

/** US3 takes both kinds of address, most services of the `s3` kind only this one. */
const PATH_STYLE: ReadonlySet<S3Vendor> = new Set(['s3', 'ucloud'])

/** Services that have no regions are signed for this one. */
const NO_REGION = 'us-east-1'

const S3_BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/

/** The target; undefined when something it needs is missing or wrong. */
export function storageOf(input: {
  wire: WireStorage
  cfgFolder: string
  conf: Pick<Conf, 'storage'>
  out: Collector
}): StorageTarget | undefined {
  const { wire, cfgFolder, conf, out } = input
  const vendor = wire.Vendor ?? 'ucloud'
  const bucket = wire.Bucket
  const isUsable =
    bucket === undefined || (vendor === 'local' ? !bucket.includes('\0') : S3_BUCKET.test(bucket))
  if (!isUsable) {
    const path = [...STORAGE, 'Bucket']
    const allowed = { kind: 'shape', shape: 'bucket' } as const
    out.problems.push({ code: 'notAllowed', params: { found: found(bucket, path), allowed }, path })
  }
  if (vendor === 'local') {
    if (bucket === undefined || !isUsable) return undefined
    // Not `resolve`: that one asks the process where it stands.
    const folder = posix.isAbsolute(bucket) ? posix.normalize(bucket) : posix.join(cfgFolder, bucket)
    return { kind: 'local', folder, bucket }
  }
  const endpoint = endpointOf({ wire, vendor, conf, out })
  const credentials = credentialsOf(wire, out)
  if (endpoint === undefined || bucket === undefined || !isUsable) return undefined
  return {
    kind: 's3',
    vendor,
    bucket,
    region: wire.Region || NO_REGION,
    endpoint,
    pathStyle: wire.PathStyle ?? PATH_STYLE.has(vendor),
    ...(credentials && { credentials }),
  }
}

function endpointOf(input: {
  wire: WireStorage
  vendor: S3Vendor
  conf: Pick<Conf, 'storage'>
  out: Collector
}): string | undefined {
  const { wire, vendor, conf, out } = input
  if (wire.Endpoint) return wire.Endpoint.replace(/\/+$/, '')
  if (vendor === 's3') {
    out.problems.push({ code: 'endpointMissing', params: { vendor }, path: [...STORAGE, 'Endpoint'] })
    return undefined
  }
  const { endpoints, internalNetwork } = conf.storage
  const template = vendor === 'ucloud' && internalNetwork ? endpoints.ucloudInternal : endpoints[vendor]
  if (template.includes('{region}') && !wire.Region) {
    out.problems.push({ code: 'regionMissing', params: { vendor }, path: [...STORAGE, 'Region'] })
    return undefined
  }
  return template.replaceAll('{region}', () => wire.Region ?? '').replace(/\/+$/, '')
}

function credentialsOf(
  wire: WireStorage,
  out: Collector,
): { accessKeyId: string; secretAccessKey: string } | undefined {
  const pick = (names: readonly (typeof ACCESS | typeof SECRET)[number][]) =>
    firstGiven(
      names.map((name) => ({ path: [...STORAGE, name], value: wire[name]?.trim() })),
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
