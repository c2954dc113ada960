/** Callbacks against a real receiver that fails, hangs, answers late, breaks, or is not there at all. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sleep } from '../../src/callback/deliver.ts'
import { type CallbackEvent, namesOf } from '../../src/callback/event.ts'
import { type CallbackOptions, openNotifier } from '../../src/callback/notifier.ts'
import { replayCallbacks } from '../../src/callback/replay.ts'
import { defaultConf } from '../../src/config/conf.ts'
import type { NotifyTarget } from '../../src/model/job.ts'
import {
  type Answer,
  type CallbackReceiver,
  type Received,
  startReceiver,
} from '../harness/callback-receiver.ts'
import { until } from '../harness/run-worker.ts'
import { FILE, SENDER, STORY } from '../unit/callback/story.ts'

const KEY = 'key-of-the-entry'
const TOKEN = 'token-of-the-entry'
const QUERY = 'hook=query-of-the-url'
const accepted: CallbackEvent = { kind: 'accepted' }
const started: CallbackEvent = { kind: 'started' }
const ended: CallbackEvent = { kind: 'ended' }
const warning = (message: string): CallbackEvent => ({ kind: 'warning', message })

let folder: string
const receivers: CallbackReceiver[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-callbacks-'))
})
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
  await rm(folder, { recursive: true, force: true })
})

async function receiver(
  answer?: (n: number, received: Received) => Answer | Promise<Answer>,
  port?: number,
): Promise<CallbackReceiver> {
  const one = await startReceiver({ ...(answer && { answer }), ...(port !== undefined && { port }) })
  receivers.push(one)
  return one
}

/** A port of loopback on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function target(url: string, changes: Partial<NotifyTarget> = {}): NotifyTarget {
  const base = { service: 'job.mixer', dialect: 'ucloud', token: TOKEN, key: KEY } as const
  return { ...base, url: `${url}/cb?${QUERY}`, ...changes }
}

interface Setup extends CallbackOptions {
  readonly folder: string
  /** What was asked of `sleep`, in s; the wait at the end is not in it. */
  readonly waits: number[]
  /** The log, as text. */
  readonly logged: () => string
}

/** Longer than anything a test waits for. */
const FINISH_S = 500_000
const NO_TIMEOUT = { connectTimeoutMs: 120_000, answerTimeoutMs: 120_000 }

/** The settings as they are, but for what a test names. A minute of waiting is 12 ms, a time-out what is named. */
function setup(
  targets: readonly NotifyTarget[],
  changes: Partial<Omit<CallbackOptions, 'settings'>> & {
    settings?: Partial<CallbackOptions['settings']>
  } = {},
): Setup {
  const waits: number[] = []
  const lines: string[] = []
  const sleep: Sleep = async (ms, signal) => {
    if (ms !== FINISH_S * 1000) waits.push(ms / 1000)
    await pause(ms / 5000, undefined, { signal }).catch(() => undefined)
  }
  const note = (...args: unknown[]) => void lines.push(JSON.stringify(args))
  return {
    sender: { ...SENDER, targets },
    sleep,
    log: { debug: note, info: note, warn: note },
    ...changes,
    settings: {
      ...defaultConf().callback,
      network: defaultConf().network,
      ...NO_TIMEOUT,
      finishSeconds: FINISH_S,
      ...changes.settings,
    },
    folder,
    waits,
    logged: () => lines.join('\n'),
  }
}

async function run(options: CallbackOptions, events: readonly CallbackEvent[]) {
  const notifier = await openNotifier(options)
  for (const event of events) notifier.tell(event)
  return notifier.finish()
}

const path = () => join(folder, 'job-1.undelivered.jsonl')
const isThere = () =>
  stat(path()).then(
    () => true,
    () => false,
  )
const data = ({ body }: Received) => body['Data'] as Record<string, unknown>
const statusOf = (received: Received) => data(received)['Status'] ?? data(received)['WarnMsg']

describe('a receiver that answers', () => {
  it('is told everything in order, each thing once, each signed', async () => {
    const { url, received } = await receiver()
    const told = Object.values(STORY).map(({ event }) => event)
    const options = setup([target(url), target(url, { service: 'job.oss', dialect: 'anyrtc' })])
    const summary = await run(options, told)
    expect(summary).toEqual({ delivered: received.length, undelivered: 0, withoutReceiver: 0 })
    expect(received.length).toBeGreaterThan(20)
    expect(received.map(({ sequence }) => sequence)).toEqual(received.map((_, n) => n))
    expect(new Set(received.map(({ id }) => id)).size).toBe(received.length)
    for (const one of received) {
      expect(one.id).toMatch(/^[0-9a-f]{32}$/)
      expect(one.path).toBe(`/cb?${QUERY}`)
      expect(one.contentType).toBe('application/json')
      expect(one.signature).toBe(`sha256=${createHmac('sha256', KEY).update(one.text).digest('hex')}`)
      if ('Token' in one.body) expect(one.body['Token']).toBe(TOKEN)
      if ('noticeId' in one.body) {
        const { noticeId, notifyMs, payload } = one.body as {
          noticeId: string
          notifyMs: number
          payload: object
        }
        expect({ noticeId, notifyMs }).toEqual({ noticeId: one.id, notifyMs: one.atMs })
        expect(payload).toMatchObject({ sequence: one.sequence, sendts: one.atMs })
      }
    }
    expect(await isThere()).toBe(false)
    expect(options.waits).toEqual([])
  })

  it('gets the request’s token where the entry has none, and no signature without a key', async () => {
    const { url, received } = await receiver()
    await run(setup([target(url, { token: '', key: '' })]), [started])
    expect(received.map(({ body, signature }) => [body['Token'], signature])).toEqual([
      ['request-token', undefined],
    ])
  })

  it('may take its time', async () => {
    const { url, received } = await receiver(() => pause(200).then(() => 204))
    const options = setup([target(url)])
    expect(await run(options, [accepted, started])).toMatchObject({ delivered: 2, undelivered: 0 })
    expect(received.map(statusOf)).toEqual([0, 1])
  })

  it('is not held up by another that is down', async () => {
    const { url } = await receiver()
    const down = target(`http://127.0.0.1:${await freePort()}`)
    const notifier = await openNotifier(setup([down, target(url, { service: 'job.record' })]))
    for (const event of [accepted, started, ended]) notifier.tell(event)
    await until('one of them has acknowledged all', () => Promise.resolve(notifier.waiting() === 3))
    expect(await notifier.finish({ withinMs: 0 })).toMatchObject({ delivered: 3, undelivered: 3 })
  })
})

describe('a callback that is not acknowledged', () => {
  it.each<[string, Answer]>([
    ['answers 500', 500],
    ['answers 404', 404],
    ['never answers', 'hang'],
    ['breaks the connection', 'break'],
  ])('is sent again, the same byte for byte and before the next: the receiver %s', async (_, how) => {
    const { url, received } = await receiver((n) => (n < 2 ? how : 200))
    const settings = how === 'hang' ? { answerTimeoutMs: 3000 } : {}
    const options = setup([target(url)], { settings })
    expect(await run(options, [accepted, started])).toMatchObject({ delivered: 2, undelivered: 0 })
    expect(received.map(statusOf)).toEqual([0, 0, 0, 1])
    const [first, second, third] = received
    for (const again of [second, third]) expect(again).toEqual(first)
    expect(options.waits).toEqual([1, 3])
  })

  it('is tried seven times, then those after it', async () => {
    const { url, received } = await receiver((_, one) => (statusOf(one) === 'bad' ? 503 : 200))
    const options = setup([target(url)])
    const summary = await run(options, [accepted, warning('bad'), started])
    expect(received.map(statusOf)).toEqual([0, ...Array<string>(7).fill('bad'), 1])
    expect(options.waits).toEqual([1, 3, 10, 60, 60, 60])
    expect(summary).toMatchObject({ delivered: 2, undelivered: 1, file: path() })
  })

  it('of tencent is tried as its document says: three times more, 60 s apart, until a 200 comes', async () => {
    const { url, received } = await receiver((n) => [500, 204, 500, 200][n] ?? 200)
    const options = setup([target(url, { dialect: 'tencent', service: 'job.oss' })])
    const file = { ...FILE, sidecars: [] }
    expect(await run(options, [{ kind: 'uploaded', file }])).toMatchObject({ delivered: 1, undelivered: 0 })
    expect(received).toHaveLength(4)
    expect(options.waits).toEqual([60, 60, 60])
  })

  it('does not follow a redirect', async () => {
    const other = await receiver()
    const { url } = await receiver((n) => (n === 0 ? { redirect: `${other.url}/elsewhere` } : 200))
    expect(await run(setup([target(url)]), [started])).toMatchObject({ delivered: 1 })
    expect(other.received).toEqual([])
  })

  it('waits for a connection no longer than it may', async () => {
    // Takes connections and never says a word of TLS.
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const settings = { connectTimeoutMs: 200, retrySeconds: [] }
    const options = setup([target(`https://127.0.0.1:${(mute.address() as AddressInfo).port}`)], { settings })
    expect(await run(options, [started])).toMatchObject({ delivered: 0, undelivered: 1 })
    expect(options.logged()).toContain('CONNECT_TIMEOUT')
    mute.close()
  })

  it('names an unanswered one by its host only', async () => {
    const { url } = await receiver(() => 'hang')
    const options = setup([target(url)], { settings: { answerTimeoutMs: 200, retrySeconds: [1] } })
    await run(options, [started])
    expect(options.logged()).toContain('ANSWER_TIMEOUT')
    expect(options.logged()).toContain(new URL(url).host)
    for (const secret of [KEY, TOKEN, QUERY, '/cb']) expect(options.logged()).not.toContain(secret)
  })
})

describe('what is not delivered', () => {
  /** Tells a job's whole life to nobody. */
  async function toNobody(events: readonly CallbackEvent[], changes: Partial<NotifyTarget> = {}) {
    const options = setup([target(`http://127.0.0.1:${await freePort()}`, changes)])
    return { options, summary: await run(options, events) }
  }

  it('is kept without a secret, for its user only, and is sent first by the next run', async () => {
    const { options, summary } = await toNobody([accepted, started, ended])
    expect(summary).toEqual({ delivered: 0, undelivered: 3, withoutReceiver: 0, file: path() })
    const text = await readFile(path(), 'utf8')
    const lines = text.trimEnd().split('\n')
    const kept = lines.map((line) => JSON.parse(line) as { id: string; sequence: number; event: string })
    expect(kept.map(({ event }) => event)).toEqual(Array(3).fill('ucloud_mixer_status_update'))
    for (const secret of [KEY, TOKEN, QUERY]) expect(text + options.logged()).not.toContain(secret)
    expect((await stat(path())).mode & 0o777).toBe(0o600)

    const { url, received } = await receiver()
    const next = await run(setup([target(url)]), [accepted])
    expect(next).toEqual({ delivered: 4, undelivered: 0, withoutReceiver: 0 })
    expect(received.slice(0, 3).map(({ id }) => id)).toEqual(kept.map(({ id }) => id))
    expect(received.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 0])
    expect(received.every(({ body }) => body['Token'] === TOKEN)).toBe(true)
    expect(kept.map(({ id }) => id)).not.toContain(received[3]?.id)
    expect(await isThere()).toBe(false)
  })

  it('is signed anew when it is sent at last', async () => {
    let nowMs = 1_795_320_600_000
    const now = () => nowMs
    const tencent = { dialect: 'tencent', service: 'job.oss' } as const
    const nobody = setup([target(`http://127.0.0.1:${await freePort()}`, tencent)], { now })
    await run(nobody, [{ kind: 'uploaded', file: { ...FILE, sidecars: [] } }])
    nowMs += 86_400_000
    const { url, received } = await receiver()
    await run(setup([target(url, tencent)], { now }), [])
    expect(received.map(({ body }) => body['t'])).toEqual([nowMs / 1000 + 600])
  })

  it('stays where it is while its entry is closed', async () => {
    await toNobody([accepted])
    const { url, received } = await receiver()
    const options = setup([target(url, { service: 'job.oss' })])
    expect(await run(options, [])).toEqual({ delivered: 0, undelivered: 1, withoutReceiver: 1, file: path() })
    expect(received).toEqual([])
    expect(await isThere()).toBe(true)
  })

  it('is sent by hand', async () => {
    const { summary } = await toNobody([accepted, started, ended])
    const { url, received } = await receiver((_, one) => (one.sequence === 1 ? 500 : 200))
    const by = setup([target(url)])
    expect(await replayCallbacks(by)).toEqual({
      delivered: 2,
      undelivered: 1,
      withoutReceiver: 0,
      file: summary.file,
    })
    const better = await receiver()
    expect(await replayCallbacks(setup([target(better.url)]))).toEqual({
      delivered: 1,
      undelivered: 0,
      withoutReceiver: 0,
    })
    expect(received.map(({ id }) => id)).toContain(better.received[0]?.id)
    expect(better.received.map(({ sequence }) => sequence)).toEqual([1])
    expect(await isThere()).toBe(false)
    expect(await replayCallbacks(by)).toEqual({ delivered: 0, undelivered: 0, withoutReceiver: 0 })
  })

  it('does not keep a job longer than it may', async () => {
    const { url, reached } = await receiver(() => 'hang')
    const settings = { answerTimeoutMs: 600_000, finishSeconds: 1 }
    const notifier = await openNotifier(setup([target(url)], { settings }))
    notifier.tell(started)
    await reached(1)
    expect(await notifier.finish()).toMatchObject({ delivered: 0, undelivered: 1 })
  })

  it('does not keep a job that is told to stop', async () => {
    const { url, reached } = await receiver(() => 'hang')
    const notifier = await openNotifier(setup([target(url)], { settings: { answerTimeoutMs: 600_000 } }))
    notifier.tell(started)
    await reached(1)
    const stop = new AbortController()
    const finished = notifier.finish({ signal: stop.signal })
    stop.abort()
    expect(await finished).toMatchObject({ delivered: 0, undelivered: 1 })
  })

  it('costs nothing but itself where nothing can be kept', async () => {
    const { url, received } = await receiver()
    await writeFile(join(folder, 'file'), '')
    const options = setup([target(url), target(`http://127.0.0.1:${await freePort()}`)])
    const summary = await run({ ...options, folder: join(folder, 'file/logs') }, [accepted, started])
    expect(summary).toEqual({ delivered: 2, undelivered: 2, withoutReceiver: 0 })
    expect(received.map(statusOf)).toEqual([0, 1])
    expect(options.logged()).toContain('callbacks cannot be kept')
  })

  it('is nothing where nobody is to be told', async () => {
    expect(await run(setup([]), [accepted, ended])).toEqual({
      delivered: 0,
      undelivered: 0,
      withoutReceiver: 0,
    })
    expect(await isThere()).toBe(false)
  })
})

describe('a run whose process is killed', () => {
  /** As kill -9 leaves it: nothing is ended, no queue goes on. */
  async function killed(events: readonly CallbackEvent[], answered: number) {
    const dying = await receiver((n) => (n < answered ? 200 : 500))
    const notifier = await openNotifier(
      setup([target(dying.url)], { sleep: () => new Promise(() => undefined) }),
    )
    for (const event of events) notifier.tell(event)
    await dying.reached(answered + 1)
    return dying.received
  }

  it('is gone on with: what was delivered is not said again, the rest under the same ids', async () => {
    const before = await killed([accepted, warning('a'), started], 1)
    const { url, received } = await receiver()
    // As it may be cut in mid line.
    await writeFile(path(), '{"id":"torn","tar', { flag: 'a' })
    const summary = await run(setup([target(url)]), [accepted, warning('a'), started, ended])
    const goesOn = ['the process of this job was killed; the job goes on', 0]
    expect(received.map(statusOf)).toEqual(['a', 1, ...goesOn, 2])
    expect(received[0]?.id).toBe(before[1]?.id)
    expect(received.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5])
    expect(summary).toMatchObject({ delivered: 5, undelivered: 0 })
    expect(await isThere()).toBe(false)
  })

  it('is over once it has told its end: the next is another run', async () => {
    await killed([started, ended], 1)
    const { url, received } = await receiver()
    await run(setup([target(url)]), [started])
    expect(received.map(statusOf)).toEqual([2, 1])
    expect(new Set(received.map(({ id }) => id)).size).toBe(2)
  })

  it('can be gone on with after its callbacks were sent by hand', async () => {
    await killed([accepted, started], 1)
    const byHand = await receiver()
    expect(await replayCallbacks(setup([target(byHand.url)]))).toMatchObject({ delivered: 1, undelivered: 0 })
    const { url, received } = await receiver()
    await run(setup([target(url)]), [accepted, started, ended])
    expect(received.map(statusOf)).toEqual(['the process of this job was killed; the job goes on', 0, 2])
  })
})

describe('receivers that change during the run', () => {
  /** A run of two events of which the first waits for another attempt. */
  async function waiting(changes: { last?: (n: number) => number } = {}) {
    const old = await receiver(changes.last ?? (() => 503))
    const is = { targets: [target(old.url)] as readonly NotifyTarget[] }
    let wake: () => void = () => undefined
    const options = setup(is.targets, {
      receivers: () => is.targets,
      sleep: (_, signal) =>
        new Promise((done) => {
          wake = done
          signal.addEventListener('abort', () => done(), { once: true })
        }),
    })
    const notifier = await openNotifier(options)
    notifier.tell(accepted)
    notifier.tell(warning('a'))
    await old.reached(1)
    return { is, options, notifier, old, wake: () => wake() }
  }

  it('get what is undelivered first, with the same ids, and everything from then on', async () => {
    const { is, notifier, old } = await waiting()
    const next = await receiver()
    is.targets = [target(next.url)]
    notifier.tell(started)
    await next.reached(3)
    notifier.tell(ended)
    await next.reached(4)
    expect(old.received).toHaveLength(1)
    expect(next.received.map(statusOf)).toEqual([0, 'a', 1, 2])
    expect(next.received[0]?.id).toBe(old.received[0]?.id)
    expect(next.received.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3])
    // The wait at the end of a run is over although the queues were replaced.
    expect(await notifier.finish()).toEqual({ delivered: 4, undelivered: 0, withoutReceiver: 0 })
    expect(await isThere()).toBe(false)
  })

  it('get the next attempt, at the end of a run too', async () => {
    const { is, notifier, old, wake } = await waiting()
    const next = await receiver()
    notifier.tell(ended)
    const finished = notifier.finish()
    is.targets = [target(next.url)]
    wake()
    await next.reached(3)
    expect(await finished).toMatchObject({ delivered: 3, undelivered: 0 })
    expect(old.received).toHaveLength(1)
  })

  it('may be none: what is undelivered is kept, and sent when there is one again', async () => {
    const { is, options, notifier, old } = await waiting()
    is.targets = []
    notifier.tell(started)
    notifier.tell(ended)
    const summary = await notifier.finish()
    expect(summary).toEqual({ delivered: 0, undelivered: 2, withoutReceiver: 2, file: path() })
    expect(old.received).toHaveLength(1)
    // The run is over, and none of it is told again.
    const none = await openNotifier({ ...options, receivers: () => [] })
    none.tell(accepted)
    expect(await none.finish()).toMatchObject({ undelivered: 2, withoutReceiver: 2 })
    const next = await receiver()
    await run({ ...options, receivers: () => [target(next.url)] }, [started, ended])
    expect(next.received.map(statusOf)).toEqual([0, 'a', 1, 2])
    expect(await isThere()).toBe(false)
  })

  it('may come to a run that had none, which leaves no file', async () => {
    const next = await receiver()
    const is = { targets: [] as readonly NotifyTarget[] }
    const notifier = await openNotifier(setup([], { receivers: () => is.targets }))
    notifier.tell(accepted)
    is.targets = [target(next.url)]
    notifier.tell(started)
    notifier.tell(ended)
    expect(await notifier.finish()).toEqual({ delivered: 2, undelivered: 0, withoutReceiver: 0 })
    expect(next.received.map(statusOf)).toEqual([1, 2])
    expect(await isThere()).toBe(false)
  })

  it('are those of a run whose process was killed: it goes on with none', async () => {
    const { is } = await waiting()
    is.targets = []
    const next = await openNotifier(setup([], { receivers: () => is.targets }))
    next.tell(started)
    next.tell(ended)
    expect(await next.finish()).toMatchObject({ delivered: 0, undelivered: 2, withoutReceiver: 2 })
    const later = await receiver()
    await run(setup([target(later.url)]), [started, ended])
    // Another run: the one before is over.
    expect(later.received.map(statusOf)).toEqual([0, 'a', 1, 2])
  })
})

describe('progress', () => {
  it('is passed on once a minute, from 0 to 10000', async () => {
    const { url, received } = await receiver()
    let nowMs = 0
    const targets = (['anyrtc', 'volcengine'] as const).map((dialect) =>
      target(url, { dialect, service: 'job.oss' }),
    )
    const notifier = await openNotifier(setup(targets, { now: () => nowMs }))
    const phase = (name: 'mix' | 'upload', seconds: number) => {
      for (let s = 0; s <= seconds; s += 0.5) {
        notifier.tell({ kind: 'progress', phase: name, share: s / seconds })
        nowMs += 500
      }
    }
    notifier.tell(started)
    phase('mix', 150)
    notifier.tell({ kind: 'finished', file: FILE })
    notifier.tell({ kind: 'uploadStarted' })
    phase('upload', 80)
    notifier.tell({ kind: 'uploaded', file: FILE })
    await notifier.finish()
    const said = received.map(({ body, atMs }) => {
      const details = (body['payload'] as { details: { progress?: number } } | undefined)?.details
      const event = JSON.parse((body['EventData'] as string | undefined) ?? '{}') as { Progress?: number }
      return [atMs / 1000, body['eventType'] ?? body['EventType'], details?.progress ?? event.Progress]
    })
    expect(said.filter(([, , progress]) => progress !== undefined)).toEqual([
      [0, 33, 0],
      [60, 33, 3600],
      [120, 33, 7200],
      [210.5, 33, 9750],
      [210.5, 'RecordUploadProcessing', 7500],
      [231, 33, 10_000],
    ])
  })
})

describe('a job that fails while it uploads', () => {
  const denied = { ErrorCode: 1, ErrorMsg: 'us3://b: access denied' }

  it('tells of the upload first', async () => {
    const { url, received } = await receiver()
    const options = setup([target(url), target(url, { service: 'job.oss' })])
    const failed = {
      kind: 'failed',
      exitCode: 1,
      message: 'us3://b: access denied',
      isStopped: false,
      uploadFault: 'bucket',
    } as const
    await run(options, [started, { kind: 'finished', file: FILE }, { kind: 'uploadStarted' }, failed])
    expect(received.map(({ body }) => [body['EventType'], data({ body } as Received)])).toEqual([
      ['ucloud_mixer_status_update', { Status: 1, ErrorCode: 0, ErrorMsg: '' }],
      ['ucloud_upload_status', { Status: 1, FileList: namesOf(FILE), ...denied }],
      ['ucloud_mixer_error', denied],
      ['ucloud_mixer_status_update', { Status: 3, ...denied }],
    ])
  })
})

describe('a path of this machine', () => {
  it('is in no body', async () => {
    const { url, received } = await receiver()
    const kinds = (['ucloud', 'anyrtc', 'volcengine'] as const).map((dialect) => target(url, { dialect }))
    const options = { ...setup(kinds), hidden: ['/srv/the jobs'] }
    const message = '/srv/the jobs/cfg.json:3:4: no; kept as /var/lib/owt/job-1/finished.mp4'
    const failed = { kind: 'failed', exitCode: 1, isStopped: false, uploadFault: 'file', message } as const
    await run(options, [started, warning(message), failed])
    const texts = received.map(({ text }) => text)
    expect(texts.filter((text) => text.includes('cfg.json:3:4: no; kept as finished.mp4')).length).toBe(6)
    expect(texts.filter((text) => /srv|var/.test(text))).toEqual([])
  })
})
