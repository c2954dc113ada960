/** The section `serve` of the settings: the service, and who is let in. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { number, whole } from '../schema/numbers.ts'

/** An AppId is usable as a file name. */
export const APP_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/

const hexSha256 = shaped('sha256', z.string().regex(/^(?:[0-9a-f]{64})?$/i)).default('')
const absoluteFolder = shaped('absolutePath', z.string().regex(/^(?:\/.*)?$/)).default('')

/** An AppId that is let in. */
const app = z.strictObject({
  appId: shaped('appId', z.string().regex(APP_ID)).describe('The AppId.'),
  key: z.string().max(1000).default('').describe('The AppKey, for Tokens and signatures; "" takes neither.'),
  bearerSha256: hexSha256.describe('SHA-256 of a bearer token in hex; "" takes none.'),
  weight: number({ min: 0.01, max: 1000, preset: 1 }).describe('Share of the places for jobs. 0.01 to 1000.'),
  maxJobs: whole({ min: 0, max: 1_000_000, preset: 0 }).describe(
    'How many jobs that have not ended it may have; 0 is `serve.maxJobs`. 0 to 1000000.',
  ),
  localRoot: absoluteFolder.describe(
    'Folder below which its local buckets must lie; "" is `serve.localRoot`.',
  ),
})

export const serveSchema = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address that `owt-main serve` listens on. Other than loopback only if apps has an entry.'),
    port: whole({ min: 0, max: 65_535, preset: 8600 }).describe('0 takes a free port. 0 to 65535.'),
    folder: z
      .string()
      .default('')
      .describe('Folder of accepted jobs, with their logs and work folders; "" is serve/ of the deployment.'),
    apps: z
      .array(app)
      .max(1000)
      .default([])
      .describe(
        'Who is let in: { "appId", "key", "bearerSha256", "weight", "maxJobs", "localRoot" }, only appId required. key is the AppKey for Tokens and signatures, bearerSha256 the SHA-256 of a bearer token; an entry with neither lets nobody in. Jobs of an AppId get a share of the places in proportion to weight (0.01 to 1000, default 1); maxJobs and localRoot replace the settings below. With no entry, everybody on this machine is let in. At most 1000.',
      ),
    monitorSha256: hexSha256.describe(
      'SHA-256 of the bearer token for GET /metrics where apps has an entry; "" refuses it then.',
    ),
    operatorSha256: hexSha256.describe(
      'SHA-256 of the bearer token that shows the jobs of all AppIds at GET /fleet and GET /queues where apps has an entry; "" refuses it then. A browser gives it as a password.',
    ),
    tokenMaxAgeS: whole({ min: 1, max: 31_536_000, preset: 86_400 }).describe(
      'How long a Token is valid. 1 to 31536000 s.',
    ),
    jobs: whole({ min: 0, max: 1024, preset: 0 }).describe(
      'How many jobs run at once; 0 is one for every two cores, as memory allows. 0 to 1024.',
    ),
    maxJobs: whole({ min: 1, max: 1_000_000, preset: 1000 }).describe(
      'How many jobs that have not ended an AppId may have. 1 to 1000000.',
    ),
    requestsPerSecond: number({ min: 0.1, max: 100_000, preset: 100 }).describe(
      'Requests a second of an AppId, on average; twice as many at once. 0.1 to 100000.',
    ),
    maxBodyBytes: whole({ min: 1024, max: 67_108_864, preset: 1_048_576 }).describe(
      'A larger request is refused. 1024 to 67108864 bytes.',
    ),
    maxConnections: whole({ min: 1, max: 100_000, preset: 2000 }).describe(
      'Connections at a time; more are closed at once. 1 to 100000.',
    ),
    maxStreams: whole({ min: 0, max: 100_000, preset: 100 }).describe(
      'How many clients may follow events at a time. 0 to 100000.',
    ),
    localRoot: absoluteFolder.describe(
      'Folder below which local buckets of jobs must lie; a relative Bucket is relative to it. "" refuses local buckets.',
    ),
    machineCredentials: z
      .boolean()
      .default(false)
      .describe(
        'Whether jobs without keys of their own may use the credentials of this machine (environment, files, instance role).',
      ),
    keepHours: number({ min: 0, max: 87_600, preset: 168 }).describe(
      'Jobs that have ended, and acquired ones that were never started, are removed with their logs after this long. 0 to 87600 h.',
    ),
    drainMs: whole({ min: 0, max: 86_400_000, preset: 60_000 }).describe(
      'How long running jobs may go on after SIGTERM; then they are interrupted and go on at the next start. 0 to 86400000 ms.',
    ),
    stopAck: z
      .enum(['job.destroyed', 'job.distroied', 'job.stat'])
      .default('job.destroyed')
      .describe('Ack of job.stop: the documents have job.destroyed, job.distroied and job.stat.'),
    streamAck: z
      .enum(['job.stream.stat', 'job.stream.status'])
      .default('job.stream.stat')
      .describe('Ack of job.stream.update: the documents have job.stream.stat and job.stream.status.'),
    workerAck: z
      .enum(['job.worker.stat', 'job.distroied'])
      .default('job.worker.stat')
      .describe('Ack of job.worker.list: the documents have job.worker.stat and job.distroied.'),
  })
  .prefault({})
