/** The service: everything put together, from the settings to a listening server. */
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { jobsByDefault, shareOf } from '../batch/share.ts'
import type { Conf } from '../config/conf-schema.ts'
import { JobError } from '../errors.ts'
import { takeLock } from '../files/lock-file.ts'
import type { QueueSettings } from '../fleet/redis.ts'
import type { Budget } from '../plan/budget.ts'
import { isLocked } from '../records/job-lock.ts'
import { jobEnvironment, startChild } from './child.ts'
import { liveJobs, openHandler } from './handler.ts'
import { openApp } from './http.ts'
import { rateLimit } from './limits.ts'
import { isLoopback } from './loopback.ts'
import { type ServedFleet, openServedFleet } from './fleet.ts'
import { type Metrics, openMetrics } from './metrics.ts'
import { openApi } from './openapi.ts'
import { prepareRun } from './prepare.ts'
import { networkOfJobs, rulesOf } from './rules.ts'
import { type Runner, openRunner } from './runner.ts'
import { type JobRef, type ServedJob, isEnded } from './served-job.ts'
import { type Store, openStore } from './store.ts'
import { sweep } from './sweep.ts'

export interface ServiceOptions {
  readonly conf: Conf
  /** Absolute path of the folder of accepted jobs. */
  readonly folder: string
  readonly host: string
  readonly port: number
  readonly budget: Budget
  /** Start of the command line of a job, including the worker. */
  readonly program: readonly string[]
  /** Options that each job gets. */
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly workerVersion: string
  /** The queue of a fleet, whose machines run the jobs. */
  readonly queue?: QueueSettings | undefined
  readonly note: (facts: Readonly<Record<string, unknown>>, text: string) => void
}

export interface Service {
  readonly app: Hono
  readonly host: string
  readonly port: number
  readonly places: number
  /** Takes no more jobs; ends when those that are running have ended or were interrupted. */
  readonly drain: () => Promise<void>
  /** Interrupts what is still running while draining. */
  readonly interrupt: () => void
}

/** Longest times for a client to send its headers and its whole request, and for a connection without a request. */
const TIMES = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 }
const MOST_HEADER_BYTES = 16 * 1024
/** How many jobs are on the queue at once unless the settings say so: each is followed by a process of about 100 MB. */
const FOLLOWED = 16
const SWEEP_EVERY_MS = 10 * 60_000
const REPLAY_MS = 60_000

/**
 * Starts the service.
 * @throws JobError if it would be open to others without any AppId, if another service has the folder, or if it cannot
 *   listen
 */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { conf, folder, host, port, budget, workerVersion, note } = options
  const isRemote = options.queue !== undefined
  if (conf.serve.apps.length === 0 && !isLoopback(host))
    throw new JobError({ code: 'serveOpen', params: { host } }, { fault: 'config' })
  if (isRemote && !conf.serve.machineCredentials)
    throw new JobError({ code: 'serveQueueCredentials', params: {} }, { fault: 'config' })
  const now = Date.now
  const store = await openStore(folder, now)
  const taken = await takeLock(join(folder, '.lock'))
  if ('holder' in taken)
    throw new JobError({ code: 'serveTwice', params: { folder, pid: taken.holder.pid } }, { fault: 'config' })

  const places = conf.serve.jobs || (isRemote ? FOLLOWED : jobsByDefault(budget))
  const live = liveJobs()
  const closing = new AbortController()
  let isDraining = false
  const state: { metrics?: Metrics; runner?: Runner } = {}
  const onState = (ref: JobRef, job: ServedJob): void => {
    if (isEnded(job.state)) live.remove(ref)
    else live.add(ref)
    state.metrics?.changed(job)
    note({ jobId: job.jobId, kind: job.state, code: job.exitCode }, 'job')
  }
  const startRun = jobStarter(options, store, shareOf(budget, places))
  const runner = openRunner({
    store,
    places,
    weightOf: (owner) => rulesOf(conf.serve, owner).weight,
    startRun: (ref, job) => startRun(ref, job),
    isRemote,
    now,
    onState,
    onTrouble: (error, { jobId }) => note({ err: error, jobId }, 'a job could not be run'),
  })
  const fleet: ServedFleet | undefined = options.queue && openServedFleet(options.queue)
  const metrics = openMetrics(runner.counts, fleet?.read)
  state.metrics = metrics
  const limit = rateLimit(conf.serve.requestsPerSecond, now)
  let address = { host, port }
  const handler = openHandler({
    conf,
    store,
    runner,
    limit,
    live,

    isDraining: () => isDraining,
    now,
    address: () => address,
    onState,
    onGone: live.remove,
  })
  let description: object | undefined
  const app = openApp({
    conf,
    store,
    handler,
    metrics,
    fleet,
    limit,
    isDraining: () => isDraining,
    closing: closing.signal,
    now,
    describe: () => (description ??= openApi(workerVersion)),
    note,
  })

  // Read before anything new comes in.
  const before = await store.readAll()
  for (const stored of before) {
    if (!isEnded(stored.job.state)) live.add(stored.ref)
    await store.tell(stored)
  }
  const server = await listen(app, { host, port, maxConnections: conf.serve.maxConnections })
  address = { host, port: (server.address() as AddressInfo).port }
  runner.recover(before)

  const sweeping = async (): Promise<void> => {
    const keepMs = conf.serve.keepHours * 3_600_000
    const replay = (ref: JobRef, job: ServedJob) => sendLeft(startRun, ref, job)
    await sweep({ store, keepMs, now, replay, onGone: live.remove, signal: closing.signal }).catch(
      (error: unknown) => note({ err: error }, 'old jobs could not be looked at'),
    )
    if (!closing.signal.aborted) timer = setTimeout(() => void sweeping(), SWEEP_EVERY_MS).unref()
  }
  let timer = setTimeout(() => void sweeping(), 0).unref()

  return {
    app,
    ...address,
    places,
    async drain() {
      isDraining = true
      clearTimeout(timer)
      await runner.drain(isRemote ? 0 : conf.serve.drainMs)
      closing.abort()
      server.close()
      server.closeIdleConnections()
      // Answers under way are given a moment.
      const ended = once(server, 'close')
      setTimeout(() => server.closeAllConnections(), 1000).unref()
      await ended
      fleet?.close()
      await taken.held.release()
    },
    interrupt: runner.interrupt,
  }
}

type StartRun = (
  ref: JobRef,
  job: ServedJob,
  more?: readonly string[],
) => Promise<ReturnType<typeof startChild>>

/** Starts the worker on a job. */
function jobStarter(options: ServiceOptions, store: Store, share: Budget): StartRun {
  const { conf, program, args, env, queue } = options
  const network = networkOfJobs(conf.network)
  const { machineCredentials } = conf.serve
  return async (ref, job, more = []) => {
    const places = store.places(ref)
    const { localRoot } = rulesOf(conf.serve, ref.owner)
    const remote = queue && more.length === 0 ? ['--remote'] : []
    const settings = { args: [...args, ...remote, ...more], share, network, localRoot }
    // Its receivers may have been changed since it was read.
    const run = await store.locked(ref, async () =>
      prepareRun((await store.read(ref)) ?? job, places, settings),
    )
    return startChild({
      program,
      args: run.args,
      env: jobEnvironment(env, { settings: run.settings, machineCredentials }),
      cwd: places.folder,
      stderrPath: join(places.folder, 'stderr.txt'),
      follows: queue
        ? () => isLocked({ workFolder: places.workFolder, jobId: ref.jobId })
        : undefined,
    })
  }
}

/** Sends the callbacks of a job that are still to be delivered, for a while. */
async function sendLeft(startRun: StartRun, ref: JobRef, job: ServedJob): Promise<void> {
  const child = await startRun(ref, job, ['--replay-callbacks'])
  const timer = setTimeout(child.stop, REPLAY_MS)
  await child.ended
  clearTimeout(timer)
}

/** @throws JobError if the address is taken or not this machine's */
async function listen(
  app: Hono,
  of: { host: string; port: number; maxConnections: number },
): Promise<Server> {
  const { host, port, maxConnections } = of
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: { ...TIMES, maxHeaderSize: MOST_HEADER_BYTES, connectionsCheckingInterval: 1000 },
  }) as Server
  server.maxConnections = maxConnections
  server.listen(port, host.replace(/^\[|\]$/g, ''))
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new JobError(
      { code: 'serveNoAddress', params: { host, port, code } },
      { fault: 'config', cause: error },
    )
  }
  return server
}
