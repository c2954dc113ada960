/** Carries out one request: reads it, lets it in or not, applies its action to its job, stores what came of it. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Conf } from '../config/conf-schema.ts'
import { readIndex } from '../config/room-index.ts'
import type { Action, Outcome, World } from './actions/action.ts'
import { NOT_OFFERED, UNKNOWN_ACK, actionsBy } from './actions/index.ts'
import { type Authenticated, type Credentials, authenticate } from './auth.ts'
import { examine } from './cfg.ts'
import { CODES, type Refusal, refusal } from './codes.ts'
import { refusedPlace, isBelow } from './guard.ts'
import type { RateLimit } from './limits.ts'
import { type ApiRequest, type Known, readRequest, unknownFields } from './request.ts'
import { writeCfg } from './prepare.ts'
import { networkOfJobs, rulesOf } from './rules.ts'
import type { Runner } from './runner.ts'
import type { JobRef, ServedJob } from './served-job.ts'
import { starred } from './starred.ts'
import { statusOf } from './status.ts'
import type { Store } from './store.ts'

export interface Reply {
  readonly Version: string
  readonly Ack: string
  readonly RetCode: number
  readonly Message: string
  readonly Internal: Readonly<Record<string, unknown>>
  readonly Data: Readonly<Record<string, unknown>>
}

export interface HandlerOptions {
  readonly conf: Conf
  readonly store: Store
  readonly runner: Pick<Runner, 'add' | 'drop' | 'stop' | 'running'>
  readonly limit: RateLimit
  /** Jobs that have not ended, by AppId. */
  readonly live: Pick<LiveJobs, 'count'>
  readonly isDraining: () => boolean
  readonly now: () => number
  /** Address and port that the service listens on. */
  readonly address: () => { readonly host: string; readonly port: number }
  readonly onState: (ref: JobRef, job: ServedJob) => void
  readonly onGone: (ref: JobRef) => void
}

/** Which jobs have not ended. */
export interface LiveJobs {
  readonly add: (ref: JobRef) => void
  readonly remove: (ref: JobRef) => void
  readonly count: (owner: string) => number
}

export function liveJobs(): LiveJobs {
  const ids = new Map<string, Set<string>>()
  return {
    add: ({ owner, jobId }) => void ids.set(owner, (ids.get(owner) ?? new Set()).add(jobId)),
    remove: ({ owner, jobId }) => void ids.get(owner)?.delete(jobId),
    count: (owner) => ids.get(owner)?.size ?? 0,
  }
}

export interface Handler {
  /** @param headers what the headers of the request show */
  readonly post: (text: string, headers: HeaderCredentials) => Promise<{ reply: Reply; action: string }>
  /** A request that could not be read at all. */
  readonly bad: (message: string) => Reply
}

export type HeaderCredentials = Omit<Credentials, 'token' | 'appId' | 'signedText'>

export function openHandler(options: HandlerOptions): Handler {
  const { conf, store, runner, limit, live, isDraining, now, address, onState, onGone } = options
  const { apps, tokenMaxAgeS } = conf.serve
  const actions = actionsBy(conf.serve)
  const network = networkOfJobs(conf.network)

  const post: Handler['post'] = async (text, headers) => {
    const nowMs = now()
    const read = readRequest(text, nowMs)
    const isRead = !('known' in read)
    const known: Known = isRead ? read : read.known
    const action = actions.get(known.action)
    const say = (
      outcome: Outcome,
      job?: ServedJob,
      request?: ApiRequest,
    ): { reply: Reply; action: string } => ({
      reply: replyOf({
        known,
        ack: action?.ack ?? NOT_OFFERED.get(known.action) ?? UNKNOWN_ACK,
        outcome,
        job,
        request,
      }),
      action: action?.name ?? 'unknown',
    })
    const body = isRead
      ? { token: read.token, appId: read.appId }
      : { token: tokenIn(text), appId: undefined }
    const who = authenticate({ ...headers, ...body, signedText: text }, { apps, tokenMaxAgeS, nowMs })
    if (isRefused(who)) return say(who)
    const { owner } = who
    if (!limit.take(owner)) return say(refusal(CODES.failed, 'too many requests; try again later'))
    if (!isRead) return say(read)
    if (!action) return say(unknownAction(read.action))
    const rules = rulesOf(conf.serve, owner)
    const refused = await refusedPlace(placesIn(read), { localRoot: rules.localRoot, network })
    if (refused) return say(refused, undefined, read)
    if (action.isOfJob && read.jobId === undefined)
      return say(refusal(CODES.badParameters, 'Internal.JobId: missing'), undefined, read)
    const { outcome, job } = await apply(action, read, owner)
    if (outcome.code !== CODES.ok) return say(outcome, job, read)
    const warnings = [...unknownFields(read.data, action.data), ...(outcome.warnings ?? [])]
    return say({ ...outcome, warnings }, job, read)
  }

  /** Applies an action while nothing else changes its job. */
  async function apply(action: Action, request: ApiRequest, owner: string) {
    // A JobId that has yet to be generated cannot belong to another.
    const ref = { owner, jobId: request.jobId ?? '' }
    if (!action.isOfJob && request.jobId === undefined)
      return applyTo(action, { request, ref, before: undefined })
    return store.locked(ref, async () => applyTo(action, { request, ref, before: await store.read(ref) }))
  }

  async function applyTo(
    action: Action,
    { request, ref, before }: { request: ApiRequest; ref: JobRef; before: ServedJob | undefined },
  ): Promise<{ outcome: Outcome; job: ServedJob | undefined }> {
    const { owner } = ref
    const { localRoot, maxJobs } = rulesOf(conf.serve, owner)
    const full =
      live.count(owner) >= maxJobs ? `there are ${maxJobs} jobs that have not ended; stop some` : undefined
    const world: World = {
      nowMs: now(),
      random: randomBytes(4).toString('hex'),
      noRoom: isDraining() ? 'the service is ending; try again later' : full,

      examine: (job) => examine(job, { conf, localRoot }),
      readIndex: (index, jobId) => {
        const text = JSON.stringify(index)
        return readIndex({ text, file: 'Index', jobId, mostEntries: conf.limits.maxRecordings }).index
      },
    }
    const outcome = action.apply({ request, job: before, owner, world })
    const job = outcome.job ?? before
    if (outcome.code === CODES.ok && outcome.job) {
      const made = { owner, jobId: outcome.job.jobId }
      if (outcome.job.state === 'queued') {
        const wrong = await refusedTarget(outcome.job, localRoot)
        if (wrong) return { outcome: wrong, job: before }
      }
      // First, since a service that is killed in between does not write it again for a process that goes on.
      if (outcome.job.state === 'running')
        await writeCfg(outcome.job, store.places(made).cfgPath, localRoot)
      if (await store.write(made, outcome.job)) onState(made, outcome.job)
      if (outcome.job.state === 'queued') runner.add(made)
      if (outcome.job.asked !== undefined) runner.stop(made)
    }
    if (outcome.isGone) {
      runner.drop(ref)
      await store.remove(ref)
      onGone(ref)
    }
    return { outcome: await withLookups(outcome, ref, job), job }
  }

  /** A bucket that a queued job would use though none of its requests named it as a whole. */
  async function refusedTarget(job: ServedJob, localRoot: string): Promise<Refusal | undefined> {
    const { job: resolved } = examine(job, { conf, localRoot })
    for (const target of [resolved?.storage, resolved?.backupStorage?.target])
      if (target?.kind === 'local' && !(await isBelow(localRoot, target.folder)))
        return refusal(CODES.failed, 'Data.RecordingConfig: local buckets are not allowed there')
    return undefined
  }

  async function withLookups(outcome: Outcome, ref: JobRef, job: ServedJob | undefined): Promise<Outcome> {
    if (outcome.adds === 'status' && job) {
      const { localRoot } = rulesOf(conf.serve, ref.owner)
      return { ...outcome, data: { ...outcome.data, Status: await statusOf(store, { ref, job, localRoot }) } }
    }
    if (outcome.adds !== 'workers') return outcome
    const { host, port } = address()
    const Server = { HeartTime: Math.floor(now() / 1000), Ip: host, Port: port, Region: hostname() }
    return { ...outcome, data: { Server, Lists: runner.running(ref.owner) } }
  }

  return {
    post,
    bad: (message) =>
      replyOf({
        known: { version: '1.0', action: '', requestId: '0' },
        ack: UNKNOWN_ACK,
        outcome: refusal(CODES.badParameters, message),
      }),
  }
}

const isRefused = (who: Authenticated): who is Refusal => 'code' in who

const unknownAction = (name: string): Refusal =>
  refusal(
    CODES.unknownAction,
    NOT_OFFERED.has(name)
      ? `${name}: jobs are not pushed to live streams here; they make files`
      : `there is no action ${JSON.stringify(name)}`,
  )

/** Everything of a request that may name a place. An index names files below its Root only. */
const placesIn = ({ data }: ApiRequest): unknown => ({ ...data, Index: undefined })

/** The Token of a body that cannot be read, so that whoever is let in learns what is wrong with it. */
const tokenIn = (text: string): string | undefined => /"Token"\s*:\s*"([^"\\\n]{1,4000})"/.exec(text)?.[1]

function replyOf(of: {
  known: Known
  ack: string
  outcome: Outcome
  job?: ServedJob | undefined
  request?: ApiRequest | undefined
}): Reply {
  const { known, ack, outcome, job, request } = of
  const { code, message = 'OK', data = {}, warnings = [] } = outcome
  const jobId = job?.jobId ?? request?.jobId
  return {
    Version: known.version,
    Ack: ack,
    RetCode: code,
    Message: String(starred(message)),
    Internal: {
      RequestId: known.requestId,
      JobId: jobId,
      ...(job && { AppId: job.appId, RoomId: job.roomId, Mode: job.mode, ChannelType: job.channelType }),
    },
    Data: {
      ...(starred(data) as Record<string, unknown>),
      // Made here, not sent by anybody: its `key` is an object's.
      ...(outcome.adds === 'status' && { Status: data['Status'] }),
      ...(warnings.length > 0 && { Warnings: warnings.map((text) => starred(text)) }),
    },
  }
}
