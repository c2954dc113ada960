/** The tasks of a job as they travel: commands by symbolic places, and where what they read lies in the bucket. Pure. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Task } from '../job/executor.ts'
import { type Command, processesOf } from '../model/command.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import type { Place } from '../model/place.ts'

const recorded = z.templateLiteral([z.enum(['{recording:', '{picture:']), z.string(), '}'])
/** Directly in the work folder, so that no task writes anywhere else. */
const own = z.templateLiteral(['{work}/', z.string().regex(/^(?!\.{1,2}$)[^/\0]+$/)])

const process = {
  name: z.string(),
  inputs: z.array(
    z.strictObject({
      args: z.array(z.string()),
      path: z.union([recorded, own]),
      version: z.string().exactOptional(),
      seekMs: z.number().exactOptional(),
    }),
  ),
  graph: z.strictObject({ path: own, text: z.string() }).exactOptional(),
  fps: z.number().exactOptional(),
  args: z.array(z.string()),
  output: own,
  files: z.array(z.strictObject({ path: own, text: z.string(), isList: z.literal(true).exactOptional() })),
  durationMs: z.number(),
  frames: z.number().exactOptional(),
}

const command = z.strictObject({ ...process, composers: z.array(z.strictObject(process)).exactOptional() })

/** A bucket without credentials: each machine has its own. */
const bucket = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local'), folder: z.string(), bucket: z.string() }),
  z.strictObject({
    kind: z.literal('s3'),
    vendor: z.enum(['ucloud', 'aws', 's3', 'aliyun', 'tencent', 'volcengine', 'huawei', 'qiniu']),
    bucket: z.string(),
    region: z.string(),
    endpoint: z.string(),
    pathStyle: z.boolean(),
  }),
])

const planSchema = z.strictObject({
  format: z.literal(1),
  jobId: z.string(),
  bucket,
  /** The keys of everything that belongs to the job's tasks begin with this; ends in "/". */
  folder: z.string(),
  /** Versions of everything that makes outputs; a machine with others makes other packets. */
  makers: z.record(z.string(), z.string()),
  /** What the resource limits of ffmpeg depend on. */
  size: z.strictObject({ width: z.number(), height: z.number(), fps: z.number(), kbps: z.number() }),
  /** The objects behind places. One with an identity is a recording as it was when the job was planned. */
  objects: z.record(recorded, z.strictObject({ key: z.string(), identity: z.string().exactOptional() })),
  tasks: z.array(z.strictObject({ key: z.string().regex(/^[0-9a-f]{64}$/), command })).min(1),
})

/** Some tasks of a job, with everything that a machine has to know to carry them out. */
export type TaskPlan = z.infer<typeof planSchema>

/** @returns undefined if the text is no plan */
export function parsePlan(text: string): TaskPlan | undefined {
  try {
    return planSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** @throws Error for a command that reads what no other machine has */
export function planText(plan: Omit<TaskPlan, 'format' | 'tasks'> & { tasks: readonly Task[] }): string {
  return JSON.stringify(planSchema.parse({ format: 1, ...plan }))
}

export function withoutCredentials(target: StorageTarget): TaskPlan['bucket'] {
  if (target.kind === 'local') return { kind: 'local', folder: target.folder, bucket: target.bucket }
  const { kind, vendor, bucket: name, region, endpoint, pathStyle } = target
  return { kind, vendor, bucket: name, region, endpoint, pathStyle }
}

/** The folder of a job's tasks in its bucket: below that of the finished file, where the job may write in any case. */
export function folderOf({ jobId, outputKey }: Pick<Job, 'jobId' | 'outputKey'>): string {
  return `${outputKey.slice(0, outputKey.lastIndexOf('/') + 1)}.owt/${jobId}/`
}

/** The key of a plan in the bucket. @param text of the plan */
export function planKeyOf(folder: string, text: string): string {
  return `${folder}plan-${hashOf(text)}.json`
}

/** The first hex digits of a SHA-256. */
export const hashOf = (text: string, digits: 16 | 32 = 16): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits)

/** The key of a task's output in the bucket. */
export function artifactKey(folder: string, { key, command: { output } }: Task): string {
  return `${folder}${key.slice(0, 16)}-${output.slice(output.lastIndexOf('/') + 1)}`
}

/** The recordings and pictures that a command reads. */
export function placesRead(command: Command): readonly Place[] {
  const inputs = processesOf(command).flatMap(({ inputs }) => inputs)
  return [...new Set(inputs.map(({ path }) => path))].filter((path) => !path.startsWith('{work}'))
}

/**
 * The address of a plan: `s3://bucket/key?endpoint=...` for a remote bucket, a path for a folder.
 * @param key of the plan
 */
export function planAddress(target: TaskPlan['bucket'], key: string): string {
  if (target.kind === 'local') return `${target.folder}/${key}`
  const { vendor, bucket: name, region, endpoint, pathStyle } = target
  const query = new URLSearchParams({ vendor, region, endpoint, pathStyle: String(pathStyle) })
  return `s3://${name}/${key.split('/').map(encodeURIComponent).join('/')}?${query}`
}

/** @returns undefined if it is no address of a remote bucket */
export function parseAddress(address: string): { target: TaskPlan['bucket']; key: string } | undefined {
  const [, name, path, query = ''] = /^s3:\/\/([^/?]+)\/([^?]+)(?:\?(.*))?$/s.exec(address) ?? []
  if (name === undefined || path === undefined) return undefined
  const given = new URLSearchParams(query)
  const target = bucket.safeParse({
    kind: 's3',
    vendor: given.get('vendor') ?? 's3',
    bucket: name,
    region: given.get('region') ?? '',
    endpoint: given.get('endpoint') ?? '',
    pathStyle: given.get('pathStyle') !== 'false',
  })
  const isUsable = target.success && target.data.kind === 's3' && URL.canParse(target.data.endpoint)
  return isUsable ? { target: target.data, key: decodeURIComponent(path) } : undefined
}

/** The makers in which a machine differs from a plan. */
export function differingMakers(wanted: TaskPlan['makers'], own: TaskPlan['makers']): readonly string[] {
  return Object.keys(wanted).filter((name) => wanted[name] !== own[name])
}
