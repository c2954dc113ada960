/** The state of a job and the events that tell it, when the service is killed between the two. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendEvent } from '../../../src/records/events-file.ts'
import type { ServedJob, ServedState } from '../../../src/serve/served-job.ts'
import { appendState } from '../../../src/serve/state-event.ts'
import { openStore } from '../../../src/serve/store.ts'
import { type TestApp, makeServeApp, requestOf, startData } from '../../harness/serve-app.ts'

const REF = { owner: '', jobId: 'job-1' }
const as = (state: ServedState) => ({ jobId: 'job-1', state }) as ServedJob

let folder: string
let app: TestApp | undefined
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'owt-events-'))))
afterEach(async () => {
  await app?.close()
  await rm(folder, { recursive: true, force: true })
})

async function statesIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return [...text.matchAll(/"state":"(\w+)"/g)].map(([, state = '']) => state)
}

/** A store of a service that is killed when it has stored a state and is about to append it. */
const openKilled = (place: string) =>
  openStore(place, () => {
    throw new Error('killed')
  })

describe('a state', () => {
  it('stands among the events once', async () => {
    const path = join(folder, 'events.jsonl')
    const states = ['queued', 'running', 'running', 'done', 'done', 'queued', 'running', 'done'] as const
    for (const state of states) await appendState(path, as(state), 0)
    expect(await statesIn(path)).toEqual(['queued', 'running', 'done', 'queued', 'running', 'done'])
  })

  it('is stored before it is told, and told by the next service if that was killed in between', async () => {
    const place = join(folder, 'serve')
    const store = await openStore(place, () => 0)
    const { eventsPath } = store.places(REF)
    expect(await store.write(REF, as('queued'))).toBe(true)
    expect(await store.write(REF, as('queued'))).toBe(false)
    for (const [state, before] of [
      ['running', ['queued']],
      ['done', ['queued', 'running']],
      ['queued', ['queued', 'running', 'done']],
    ] as const) {
      await (await openKilled(place)).write(REF, as(state)).catch(() => undefined)
      expect(await store.read(REF)).toMatchObject({ state })
      expect(await statesIn(eventsPath)).toEqual(before)
      for (let starts = 0; starts < 2; starts += 1)
        for (const stored of await store.readAll()) await store.tell(stored)
      expect(await statesIn(eventsPath)).toEqual([...before, state])
    }
  })

  it('of a job whose process has written much since is not told again', async () => {
    const store = await openStore(join(folder, 'serve'), () => 0)
    const { eventsPath } = store.places(REF)
    for (const state of ['queued', 'running'] as const) await store.write(REF, as(state))
    for (let n = 0; n < 200; n += 1) appendEvent(eventsPath, { kind: 'progress', done: n })
    await store.tell({ ref: REF, job: as('running') })
    expect(await statesIn(eventsPath)).toEqual(['queued', 'running'])
    await store.tell({ ref: REF, job: as('done') })
    expect(await statesIn(eventsPath)).toEqual(['queued', 'running', 'done'])
  })

  it('is waited for by those who follow: they never end without the last one', async () => {
    app = await makeServeApp()
    const { store, get, post, folder: place } = app
    await post(requestOf('job.start', 'job-1', startData(), { AppId: 'app-a', RoomId: 'room' }))
    let tell: () => void = () => undefined
    const isTime = new Promise<void>((done) => (tell = done))
    const changing = store.locked(REF, async () => {
      const job = await store.read(REF)
      const killed = await openKilled(join(place, 'serve'))
      await killed.write(REF, { ...job, ...as('done') }).catch(() => undefined)
      await isTime
      await store.tell({ ref: REF, job: as('done') })
    })
    const { eventsPath } = store.places(REF)
    const from = String((await readFile(eventsPath)).length)
    const followed = [
      get('/jobs/job-1/events').then((response) => response.text()),
      get('/jobs/job-1/events', { 'Last-Event-ID': from }).then((response) => response.text()),
    ]
    setTimeout(tell, 500)
    await changing
    for (const text of await Promise.all(followed)) expect(text).toContain('"state":"done"')
  })
})
