/** The service without a socket and without processes of jobs: its routes over a folder of its own. */
import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { type Conf, resolveConf } from '../../src/config/conf.ts'
import type { QueueSettings } from '../../src/fleet/redis.ts'
import { openServedFleet } from '../../src/serve/fleet.ts'
import { type Reply, liveJobs, openHandler } from '../../src/serve/handler.ts'
import { openApp } from '../../src/serve/http.ts'
import { rateLimit } from '../../src/serve/limits.ts'
import { openMetrics } from '../../src/serve/metrics.ts'
import { openApi } from '../../src/serve/openapi.ts'
import { type JobRef, type ServedJob, isEnded } from '../../src/serve/served-job.ts'
import { type Store, openStore } from '../../src/serve/store.ts'

export interface TestApp {
  readonly app: Hono
  readonly store: Store
  readonly folder: string
  /** Jobs that were queued, dropped and stopped, in order. */
  readonly done: { readonly what: 'add' | 'drop' | 'stop'; readonly ref: JobRef }[]
  readonly notes: string[]
  /** Posts a request; text is sent as it is. */
  readonly post: (body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Reply>
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>
  /** Changes a stored job, as its process would. */
  readonly become: (ref: JobRef, changes: Partial<ServedJob>) => Promise<void>
  readonly close: () => Promise<void>
}

export interface TestAppOptions {
  readonly settings?: object
  readonly isDraining?: () => boolean
  readonly now?: () => number
  readonly queue?: QueueSettings
}

export async function makeServeApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { settings = {}, isDraining = () => false, now = Date.now } = options
  const folder = await mkdtemp(join(tmpdir(), 'owt-serve-'))
  const layers = [{ file: 'settings', text: JSON.stringify(settings) }]
  const { conf }: { conf: Conf } = resolveConf({ layers, env: {} })
  const store = await openStore(join(folder, 'serve'), now)
  const done: TestApp['done'] = []
  const notes: string[] = []
  const live = liveJobs()
  const closing = new AbortController()
  const note = (what: 'add' | 'drop' | 'stop') => (ref: JobRef) => void done.push({ what, ref })
  const limit = rateLimit(conf.serve.requestsPerSecond, now)
  const fleet = options.queue && openServedFleet(options.queue)
  const metrics = openMetrics(() => ({ running: 0, waiting: done.length }), fleet?.read)
  const handler = openHandler({
    conf,
    store,
    runner: { add: note('add'), drop: note('drop'), stop: note('stop'), running: () => ['running-job'] },
    limit,
    live,

    isDraining,
    now,
    address: () => ({ host: '127.0.0.1', port: 8600 }),
    onState(ref, job) {
      if (isEnded(job.state)) live.remove(ref)
      else live.add(ref)
      metrics.changed(job)
    },
    onGone: live.remove,
  })
  const app = openApp({
    conf,
    store,
    handler,
    metrics,
    fleet,
    limit,
    isDraining,
    closing: closing.signal,
    now,
    describe: () => openApi('0.0.0'),
    note: (facts, text) => void notes.push(`${text} ${JSON.stringify(facts)}`),
  })
  const host = { Host: '127.0.0.1:8600' }
  return {
    app,
    store,
    folder,
    done,
    notes,
    async post(body, headers = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await app.request('/', {
        method: 'POST',
        body: text,
        headers: { ...host, ...headers },
      })
      if (response.status !== 200) throw new Error(`HTTP ${response.status}`)
      return (await response.json()) as Reply
    },
    get: async (path, headers = {}) => app.request(path, { headers: { ...host, ...headers } }),
    async become(ref, changes) {
      const job = await store.read(ref)
      if (!job) throw new Error('there is no such job')
      await store.write(ref, { ...job, ...changes })
    },
    async close() {
      closing.abort()
      fleet?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A Token as the vendor's page describes it. */
export function vendorToken(of: {
  appId: string
  key: string
  atS?: number
  header?: Readonly<Record<string, unknown>>
}): string {
  const { appId, key, atS = Math.floor(Date.now() / 1000), header = {} } = of
  const [user, room, rand] = ['user1', 'room1', '0a1b2c3d']
  const json = JSON.stringify({ user_id: user, room_id: room, app_id: appId, ...header })
  const signature = createHmac('sha1', key).update(`${user}${appId}${atS}${rand}${room}`).digest('hex')
  return `${Buffer.from(json).toString('base64')}.${signature}${atS}${rand}`
}

const SAMPLES = join(import.meta.dirname, '../fixtures/api')

/** A request of the vendor's documents as it stands there. */
export const sampleText = (name: string): Promise<string> => readFile(join(SAMPLES, `${name}.json`), 'utf8')

/** The same with one of the alternatives chosen where the document leaves a choice, and with another JobId and AppId. */
export async function chosenSample(name: string, of: { jobId: string; appId?: string }): Promise<string> {
  const text = await sampleText(name)
  return (
    text
      .replaceAll(/("MixedVideoLayout": *)\d(?:\/\d)+/g, '$11')
      .replaceAll(/(: *)(\d)(?:\/\d)+/g, '$1$2')
      // Prose behind a value, and commas that are missing.
      .replaceAll(/, *1 加流.*$/gm, ',')
      .replaceAll(/(["\w])(\n *")/g, '$1,$2')
      .replaceAll(/("JobId": *)"[^"]*"/g, `$1"${of.jobId}"`)
      .replaceAll(/("AppId": *)"[^"]*"/g, `$1"${of.appId ?? 'app-a'}"`)
  )
}

/** Data of a job that can be run. */
export const startData = (more: Readonly<Record<string, unknown>> = {}) => ({
  TranscodingConfig: {
    Video: { Codec: 'h264', Width: 160, Height: 120, Fps: 10, BitRate: 100, Profile: 'high' },
    Audio: { Codec: 'aac', SampleRate: 48000 },
  },
  MixerConfig: { MixedVideoLayout: 1, ResizeMode: 2 },
  RecordingConfig: {
    MediaChannel: 3,
    FileType: ['mp4'],
    StorageConfig: {
      Vendor: 'ucloud',
      PublicKey: 'public-key-in-clear',
      SecretKey: 'secret-key-in-clear',
      Region: 'cn-bj',
      Bucket: 'rooms',
      FileNamePrefix: 'out/$Jobid.mp4',
    },
  },
  ...more,
})

/** A request about a job. */
export const requestOf = (
  action: string,
  jobId: string | undefined,
  data: unknown = {},
  internal: object = {},
) => ({
  Version: '1.0',
  Action: action,
  Internal: { RequestId: '7', ...(jobId !== undefined && { JobId: jobId }), ...internal },
  Data: data,
})
