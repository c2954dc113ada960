/** How buckets are reached. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { whole } from '../schema/numbers.ts'
import { fileMode } from './files.ts'

const endpoint = (template: string) =>
  shaped(
    'endpointTemplate',
    z.string().regex(/^https?:\/\/(?:[^\s/?#@\\{}]|\{region\})+(?:\/[^\s?#@\\{}]*)?$/i),
  ).default(template)

/** A host that may receive the credentials of this machine. */
const trustedHost = shaped('trustedHost', z.string().regex(/^(?:https?:\/\/)?(?:\*\.)?[^\s/?#@*\\]+$/i))

export const storageSchema = z
  .strictObject({
    connectTimeoutMs: whole({ min: 100, max: 600_000, preset: 10_000 }).describe(
      'How long connecting may take. 100 to 600000 ms.',
    ),
    requestTimeoutMs: whole({ min: 100, max: 3_600_000, preset: 60_000 }).describe(
      'How long a request may go without a byte moving. 100 to 3600000 ms.',
    ),
    attempts: whole({ min: 1, max: 50, preset: 8 }).describe(
      'How often a call is tried in all, and how often in a row a broken download is taken up again. 1 to 50.',
    ),
    backoffMs: whole({ min: 1, max: 60_000, preset: 500 }).describe(
      'Pause before the second attempt, doubled before each later one up to maxBackoffMs; chance takes up to half off. 1 to 60000 ms.',
    ),
    maxBackoffMs: whole({ min: 1, max: 600_000, preset: 30_000 }).describe('1 to 600000 ms.'),
    minBytesPerSecond: whole({ min: 0, max: 1_000_000_000, preset: 16_384 }).describe(
      'A download that brings less than this over requestTimeoutMs is cut and taken up again. No download or upload may take longer in all, whatever progress it makes, than its bytes take at this rate and attempts times (connectTimeoutMs + 2 requestTimeoutMs + maxBackoffMs) on top; 0 lets it trickle. 0 to 1000000000 bytes/s.',
    ),
    leaveFreeMb: whole({ min: 0, max: 16_777_216, preset: 256 }).describe(
      'What fetching leaves free on the disk of the work folder: an object that does not fit is not begun, and the job fails. 0 to 16777216 MB.',
    ),
    proxy: z
      .boolean()
      .default(true)
      .describe(
        'Whether buckets are reached through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.',
      ),
    credentialsFor: z
      .array(trustedHost)
      .max(100)
      .default([])
      .describe(
        "Services that may have the credentials of this machine (environment, files, instance role) besides the vendors' own, where cfg.json has no keys: a host, *.host for all names below it, with a port where only that is meant. Only by https, unless it is written as http://host. At most 100.",
      ),
    localRoots: z
      .array(shaped('absolutePath', z.string().regex(/^\//)))
      .max(100)
      .default([])
      .describe(
        'Folders in one of which a local bucket must lie, links followed; absolute paths of watermark pictures are refused then. Absolute paths; none lets a bucket lie anywhere. At most 100.',
      ),
    fileMode: z
      .union([z.literal(''), fileMode])
      .default('')
      .describe('Mode of files put into a local bucket; "" leaves it to the umask.'),
    internalNetwork: z
      .boolean()
      .default(false)
      .describe("Use UCloud's endpoints for machines inside its cloud (endpoints.ucloudInternal)."),
    endpoints: z
      .strictObject({
        ucloud: endpoint('https://s3-{region}.ufileos.com'),
        // One label more than a certificate for *.ufileos.com covers, and reachable only inside the cloud.
        ucloudInternal: endpoint('http://internal.s3-{region}.ufileos.com'),
        aws: endpoint('https://s3.{region}.amazonaws.com'),
        aliyun: endpoint('https://oss-{region}.aliyuncs.com'),
        tencent: endpoint('https://cos.{region}.myqcloud.com'),
        volcengine: endpoint('https://tos-s3-{region}.volces.com'),
        huawei: endpoint('https://obs.{region}.myhuaweicloud.com'),
        qiniu: endpoint('https://s3.{region}.qiniucs.com'),
      })
      .prefault({})
      .describe(
        "Where each vendor's service is; {region} is StorageConfig.Region. StorageConfig.Endpoint wins over these.",
      ),
  })
  .prefault({})
