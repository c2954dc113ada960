/** The routes of the service, as a Hono app: `app.request()` answers without a socket. */
import { Hono } from 'hono'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Conf } from '../config/conf-schema.ts'
import { JOB_ID } from '../config/schema.ts'
import { readLastLines } from '../files/read-last-lines.ts'
import { jobFile } from '../records/job-files.ts'
import { authenticate, isBearer } from './auth.ts'
import { CODES } from './codes.ts'
import { type ServedFleet, addFleetRoutes } from './fleet.ts'
import { follow, hasMore } from './follow.ts'
import type { Handler, HeaderCredentials } from './handler.ts'
import { isLocalHost } from './loopback.ts'
import type { RateLimit } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { rulesOf } from './rules.ts'
import { type JobRef, type ServedJob, dataOf, isEnded } from './served-job.ts'
import { starred } from './starred.ts'
import { shownText, statusOf } from './status.ts'
import type { Store } from './store.ts'

export interface AppOptions {
  readonly conf: Conf
  readonly store: Store
  readonly handler: Handler
  readonly metrics: Metrics
  /** Absent without a queue. */
  readonly fleet?: ServedFleet | undefined
  readonly limit: RateLimit
  readonly isDraining: () => boolean
  /** Aborts when the service ends: streams of events end then. */
  readonly closing: AbortSignal
  readonly now: () => number
  readonly describe: () => object
  readonly note: (facts: Readonly<Record<string, unknown>>, text: string) => void
}

const MOST_LISTED = 1000
const LOG_LINES = 1000
const MOST_LOG_BYTES = 4 * 1024 * 1024
/** A comment keeps proxies from closing a silent connection. */
const COMMENT_EVERY_MS = 15_000

export function openApp(options: AppOptions): Hono {
  const { conf, store, handler, metrics, limit, isDraining, closing, now, describe, note } = options
  const { apps, tokenMaxAgeS, monitorSha256, operatorSha256, maxBodyBytes, maxStreams } = conf.serve
  const app = new Hono()
  let streams = 0

  // Pages in a browser on this machine must not reach a service that lets everybody on this machine in.
  app.use(async (c, next) => {
    const { origin, host } = { origin: c.req.header('origin'), host: c.req.header('host') }
    if (apps.length === 0 && (origin !== undefined || !isLocalHost(host)))
      return c.json({ error: 'not let in' }, 403)
    await next()
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Cache-Control', 'no-store')
    return undefined
  })
  app.use(async (c, next) => {
    await next()
    if (c.req.method === 'GET') metrics.got({ path: routeOf(c.req.path), status: c.res.status })
  })
  app.onError((error, c) => {
    note({ err: error }, 'a request failed')
    if (c.req.method !== 'POST') return c.json({ error: 'internal error' }, 500)
    return c.json({ ...handler.bad('internal error'), RetCode: CODES.internal })
  })
  app.notFound((c) => c.json({ error: 'not found' }, 404))

  const post = async (c: Context) => {
    const startedMs = performance.now()
    const text = await bodyOf(c.req.raw, maxBodyBytes)
    if (text === undefined) c.header('Connection', 'close')
    const { reply, action } =
      text === undefined
        ? {
            reply: handler.bad(`the body is larger than ${maxBodyBytes} bytes, or broke off`),
            action: 'unknown',
          }
        : await handler.post(text, credentialsIn(c))
    const seconds = (performance.now() - startedMs) / 1000
    metrics.requested({ action, code: reply.RetCode, seconds })
    const { JobId: jobId } = reply.Internal as { JobId?: string }
    note({ name: action, code: reply.RetCode, jobId, seconds }, 'request')
    return c.json(reply)
  }
  app.post('/', post)
  app.post('/job', post)

  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', (c) => (isDraining() ? c.json({ status: 'ending' }, 503) : c.json({ status: 'ready' })))
  app.get('/openapi.json', (c) => c.json(describe()))
  app.get('/metrics', async (c) => {
    if (apps.length > 0 && !isBearer(credentialsIn(c).bearer, monitorSha256))
      return c.json({ error: 'not let in' }, 401)
    return c.text(await metrics.text(), 200, { 'Content-Type': metrics.contentType })
  })

  /** The AppId of a GET, or the answer that refuses it. */
  const enter = (c: Context): { owner: string } | Response => {
    const url = new URL(c.req.url)
    const shown = {
      ...credentialsIn(c),
      token: undefined,
      appId: undefined,
      signedText: url.pathname + url.search,
    }
    const who = authenticate(shown, { apps, tokenMaxAgeS, nowMs: now() })
    if ('code' in who) return c.json({ error: who.message }, 401, { 'WWW-Authenticate': 'Bearer' })
    if (!limit.take(who.owner)) return c.json({ error: 'too many requests' }, 429, { 'Retry-After': '1' })
    return who
  }
  if (options.fleet) {
    const isOperator = (c: Context): boolean =>
      apps.length === 0 || isBearer(credentialsIn(c).bearer ?? passwordIn(c), operatorSha256)
    addFleetRoutes(app, { fleet: options.fleet, isOperator, enter })
  }
  const found = async (c: Context): Promise<{ ref: JobRef; job: ServedJob } | Response> => {
    const who = enter(c)
    if (who instanceof Response) return who
    const jobId = c.req.param('id') ?? ''
    const ref = { owner: who.owner, jobId }
    const job = JOB_ID.test(jobId) ? await store.settled(ref) : undefined
    return job ? { ref, job } : c.json({ error: 'there is no such job' }, 404)
  }

  app.get('/jobs', async (c) => {
    const who = enter(c)
    if (who instanceof Response) return who
    const most = Math.min(MOST_LISTED, Number(c.req.query('limit') ?? MOST_LISTED) || MOST_LISTED)
    const state = c.req.query('state')
    const jobs: { ref: JobRef; job: ServedJob }[] = []
    for (const ref of await store.list(who.owner)) {
      const job = await store.read(ref).catch(() => undefined)
      if (job && (state === undefined || job.state === state)) jobs.push({ ref, job })
    }
    const latest = jobs.toSorted((a, b) => b.job.acquiredAtMs - a.job.acquiredAtMs).slice(0, most)
    const shown = await Promise.all(latest.map(({ ref, job }) => summaryOf(ref, job)))
    return c.json({ jobs: shown, more: jobs.length - latest.length })
  })
  const summaryOf = async (ref: JobRef, job: ServedJob) => {
    const { jobId, appId, roomId, mode, channelType } = job
    return {
      JobId: jobId,
      AppId: appId,
      RoomId: roomId,
      Mode: mode,
      ChannelType: channelType,
      Status: await statusOf(store, { ref, job, localRoot: rulesOf(conf.serve, ref.owner).localRoot }),
    }
  }
  app.get('/jobs/:id', async (c) => {
    const one = await found(c)
    if (one instanceof Response) return one
    return c.json({ ...(await summaryOf(one.ref, one.job)), Data: starred(dataOf(one.job)) })
  })
  app.get('/jobs/:id/log', async (c) => {
    const one = await found(c)
    if (one instanceof Response) return one
    const places = store.places(one.ref)
    const path = jobFile({ logFolder: places.logFolder, jobId: one.ref.jobId }, 'log')
    const lines = Math.min(LOG_LINES, Number(c.req.query('lines') ?? LOG_LINES) || LOG_LINES)
    const text = await readLastLines(path, { lines, maxBytes: MOST_LOG_BYTES })
    return c.text(shownText(text, places), 200, { 'Content-Type': 'application/x-ndjson' })
  })
  app.get('/jobs/:id/events', async (c) => {
    const one = await found(c)
    if (one instanceof Response) return one
    const { ref } = one
    const places = store.places(ref)
    const last = c.req.header('last-event-id') ?? ''
    const from = /^\d{1,15}$/.test(last) ? Number(last) : 0
    const isOver = async (): Promise<boolean> => {
      const job = await store.settled(ref).catch(() => undefined)
      return !job || isEnded(job.state)
    }
    // An EventSource that has seen everything stops asking.
    if (isEnded(one.job.state) && !(await hasMore(places.eventsPath, from))) return c.body(null, 204)
    if (streams >= maxStreams)
      return c.json({ error: 'too many clients follow events' }, 503, { 'Retry-After': '5' })
    streams += 1
    metrics.following(1)
    return streamSSE(c, async (stream) => {
      const ending = new AbortController()
      const end = () => ending.abort()
      stream.onAbort(end)
      closing.addEventListener('abort', end, { once: true })
      if (closing.aborted) end()
      let saidMs = now()
      try {
        for await (const event of follow({ path: places.eventsPath, from, isOver, signal: ending.signal })) {
          if (event) {
            await stream.writeSSE({
              id: String(event.id),
              event: event.kind,
              data: shownText(event.data, places),
            })
            saidMs = now()
          } else if (now() - saidMs >= COMMENT_EVERY_MS) {
            await stream.write(': \n\n')
            saidMs = now()
          }
          if (ending.signal.aborted) break
        }
      } finally {
        closing.removeEventListener('abort', end)
        streams -= 1
        metrics.following(-1)
      }
    })
  })
  return app
}

/** The name of a route: ids would make a metric of their own each. */
function routeOf(path: string): string {
  const route = path.replace(/^\/jobs\/[^/]+/, '/jobs/:id').replace(/^\/queues(\/.*)?$/, '/queues')
  return /^\/(?:healthz|readyz|metrics|openapi\.json|fleet|queues|jobs(?:\/:id(?:\/log|\/events)?)?)$/.test(route)
    ? route
    : 'other'
}

function credentialsIn(c: Context): HeaderCredentials {
  const [, bearer] = /^Bearer\s+(\S+)\s*$/i.exec(c.req.header('authorization') ?? '') ?? []
  return {
    bearer,
    signature: c.req.header('x-owt-signature'),
    time: c.req.header('x-owt-time'),
    signer: c.req.header('x-owt-app-id'),
  }
}

/** The password with which a browser was let in. */
function passwordIn(c: Context): string | undefined {
  const [, encoded] = /^Basic\s+(\S+)\s*$/i.exec(c.req.header('authorization') ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

/** @returns undefined if the body is larger than allowed, or broke off */
async function bodyOf(request: Request, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > maxBytes) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}
