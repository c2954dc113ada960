/** job.stream.update: adds, removes and mutes streams of the mix, in both shapes of the documents. */
import type { z } from 'zod'
import { checkValue } from '../../config/check.ts'
import { streamCommandSchema } from '../../config/schema/streams.ts'
import { pathText } from '../../config/findings.ts'
import { say } from '../../messages/index.ts'
import { isObject } from '../cfg.ts'
import { CODES } from '../codes.ts'
import {
  type Action,
  type Asked,
  type Outcome,
  alreadyRuns,
  isOutcome,
  noSuchJob,
  refused,
  withUpdates,
} from './action.ts'
import { DATA, streamConfigSchema } from './data-schemas.ts'

export const streamUpdate: Action = {
  name: 'job.stream.update',
  ack: 'job.stream.stat',
  data: DATA.stream,
  isOfJob: true,
  apply(asked) {
    const { request, job, world } = asked
    if (!job) return noSuchJob()
    if (job.state === 'running') return alreadyRuns()
    const { Stream, StreamConfig } = request.data
    if (Stream === undefined && StreamConfig === undefined)
      return refused(CODES.badParameters, 'Data.Stream or Data.StreamConfig: missing')
    const wrong = streamProblem(asked)
    if (wrong) return wrong
    // Without a time, it is so from the beginning.
    const update = { At: request.at ?? 0, Action: request.action, Data: request.data }
    const kept = withUpdates(job, [update], { world, isRequest: true })
    if (isOutcome(kept)) return kept
    const data = Stream !== undefined ? { Stream } : { StreamConfig }
    return { code: CODES.ok, job: kept, data }
  },
}

/** What is wrong with the streams of a request: their shape, or an index that lists none of the name. */
export function streamProblem({ request, job, world }: Asked): Outcome | undefined {
  const { Stream, StreamConfig } = request.data
  const parts: { name: string; schema: z.ZodType<unknown>; value: unknown }[] = [
    { name: 'Stream', schema: streamCommandSchema, value: Stream },
    { name: 'StreamConfig', schema: streamConfigSchema, value: StreamConfig },
  ]
  const problems = parts.flatMap(({ name, schema, value }) =>
    value === undefined
      ? []
      : checkValue({ schema, value }).problems.map(
          (one) => `${pathText(['Data', name, ...one.path])}: ${say(one)}`,
        ),
  )
  if (problems.length > 0) return refused(CODES.badParameters, problems.join('; '))
  if (job?.index === undefined) return undefined
  const listed = new Set(world.readIndex(job.index, job.jobId).entries.map(({ streamId }) => streamId))
  const missing = namesIn(Stream, StreamConfig).filter((name) => !listed.has(name))
  return missing.length === 0
    ? undefined
    : refused(CODES.noStream, `no stream of the index: ${missing.join(', ')}`)
}

function namesIn(stream: unknown, config: unknown): string[] {
  const all = [stream, ...(Array.isArray(config) ? (config as unknown[]) : [])].filter(isObject)
  return all.map((one) => String(one['SubScribeId'] ?? one['RtcStreamId'])).filter((name) => name !== '')
}
