/** Events of a job for those who come late or come back. */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendEvent, eventsFile } from '../../../src/records/events-file.ts'
import { follow, hasMore } from '../../../src/serve/follow.ts'
import { type TestApp, makeServeApp, requestOf, startData } from '../../harness/serve-app.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'owt-follow-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const path = () => join(folder, 'events.jsonl')
const signal = () => new AbortController().signal
const over = () => Promise.resolve(true)

async function all(from: number, isOver = over): Promise<{ id: number; kind: string }[]> {
  const found: { id: number; kind: string }[] = []
  for await (const one of follow({ path: path(), from, isOver, signal: signal() }))
    if (one) found.push({ id: one.id, kind: one.kind })
  return found
}

describe('events of a file', () => {
  it('are given from the beginning, from any of them, and never by half', async () => {
    await writeFile(path(), '{"kind":"a"}\n{"kind":"b"}\n{"kind":"c')
    expect(await all(0)).toEqual([
      { id: 13, kind: 'a' },
      { id: 26, kind: 'b' },
    ])
    expect(await all(13)).toEqual([{ id: 26, kind: 'b' }])
    expect(await all(5)).toEqual([{ id: 26, kind: 'b' }])
    expect(await all(26)).toEqual([])
    expect(await all(9999)).toEqual([])
    expect(await hasMore(path(), 13)).toBe(true)
    expect(await hasMore(path(), 26)).toBe(false)
    expect(await hasMore(join(folder, 'none'), 0)).toBe(false)
  })

  it('are given as they come', async () => {
    let isOver = false
    let waits = 0
    const found: string[] = []
    const events = follow({ path: path(), from: 0, isOver: () => Promise.resolve(isOver), signal: signal() })
    for await (const one of events) {
      if (one) found.push(one.kind)
      else if ((waits += 1) === 1) await appendFile(path(), '{"kind":"late"}\n')
      else isOver = true
    }
    expect(found).toEqual(['late'])
  })

  it('larger than what is read at once', async () => {
    await writeFile(path(), `{"kind":"long","x":"${'x'.repeat(200_000)}"}\n{"kind":"b"}\nno json\n`)
    expect((await all(0)).map(({ kind }) => kind)).toEqual(['long', 'b', 'message'])
  })
})

describe('the file of a run', () => {
  it('has progress at most once a second for a phase, and no internals', async () => {
    let nowMs = 0
    const emit = eventsFile(path(), () => nowMs)
    const progress = (phase: 'fetch' | 'encode', done: number) =>
      emit({ kind: 'progress', phase, done, total: 10, details: {} } as never)
    for (const [at, phase, done] of [
      [0, 'fetch', 1],
      [500, 'fetch', 2],
      [600, 'encode', 3],
      [1700, 'encode', 4],
    ] as const) {
      nowMs = at
      progress(phase, done)
    }
    emit({ kind: 'note', level: 'info', facts: {}, text: 'internal' })
    emit({ kind: 'accepted', jobId: 'job-1' })
    appendEvent(path(), { kind: 'state', name: 'a\u001b[2J' })
    const text: string[] = []
    for await (const one of follow({ path: path(), from: 0, isOver: over, signal: signal() }))
      if (one) text.push(one.data)
    expect(text.map((line) => JSON.parse(line) as object)).toMatchObject([
      { kind: 'progress', phase: 'fetch', done: 1 },
      { kind: 'progress', phase: 'encode', done: 3 },
      { kind: 'progress', phase: 'encode', done: 4 },
      { kind: 'accepted', jobId: 'job-1' },
      { kind: 'state' },
    ])
    expect(text.join('')).not.toContain('\u001b')
  })
})

describe('GET /jobs/{id}/events', () => {
  let one: TestApp
  beforeEach(async () => void (one = await makeServeApp()))
  afterEach(() => one.close())
  const ref = { owner: '', jobId: 'job-1' }

  it('gives what was missed, ends with the job, and then says that there is nothing more', async () => {
    await one.post(requestOf('job.start', 'job-1', startData(), { AppId: 'a', RoomId: 'r' }))
    const { eventsPath } = one.store.places(ref)
    appendEvent(eventsPath, { kind: 'accepted', jobId: 'job-1' })
    await one.become(ref, { state: 'done', exitCode: 0 })
    const first = await one.get('/jobs/job-1/events')
    expect(first.headers.get('content-type')).toContain('text/event-stream')
    const text = await first.text()
    expect(text).toMatch(
      /^event: state\ndata: \{"at":"[^"]+","kind":"state","state":"queued"\}\nid: \d+\n\nevent: accepted\n/,
    )
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id = '']) => id)
    const second = await (await one.get('/jobs/job-1/events', { 'Last-Event-ID': ids[0] ?? '' })).text()
    expect(second).toMatch(/^event: accepted\n[^]*"state":"done"/)
    expect((await one.get('/jobs/job-1/events', { 'Last-Event-ID': ids[2] ?? '' })).status).toBe(204)
  })
})

describe('the other GETs', () => {
  it('list jobs and show one, its log, the metrics and the description', async () => {
    const one = await makeServeApp({ isDraining: () => true })
    try {
      const acquire = requestOf('job.start', 'job-1', startData(), { AppId: 'a', RoomId: 'r', Mode: 0 })
      await one.post(acquire)
      expect((await one.get('/readyz')).status).toBe(503)
      const waiting = await makeServeApp()
      await waiting.post(acquire)
      const list = (await (await waiting.get('/jobs?state=acquired&limit=1')).json()) as { jobs: object[] }
      expect(list).toMatchObject({
        jobs: [{ JobId: 'job-1', AppId: 'a', Status: { State: 'acquired' } }],
        more: 0,
      })
      expect(await (await waiting.get('/jobs/job-1')).json()).toMatchObject({
        Data: { MixerConfig: { MixedVideoLayout: 1 } },
      })
      expect(await (await waiting.get('/jobs/job-1/log')).text()).toBe('')
      expect((await waiting.get('/readyz')).status).toBe(200)
      const metrics = await (await waiting.get('/metrics')).text()
      expect(metrics).toContain('owt_serve_requests_total{action="job.start",code="0"} 1')
      expect(metrics).toContain('owt_serve_jobs_waiting 0')
      expect(metrics).not.toContain('job-1')
      expect((await waiting.get('/nothing')).status).toBe(404)
      await waiting.close()
    } finally {
      await one.close()
    }
  })
})
