/** Places, order, stops, restarts and recovery of jobs, with processes that are none. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { jobFile } from '../../../src/records/job-files.ts'
import type { RunEnd } from '../../../src/serve/after-run.ts'
import { type Runner, openRunner } from '../../../src/serve/runner.ts'
import type { JobRef, ServedJob, ServedState } from '../../../src/serve/served-job.ts'
import { type Store, openStore } from '../../../src/serve/store.ts'

let folder: string
let store: Store
let runs: { jobId: string; end: (how?: RunEnd) => Promise<void>; stop: ReturnType<typeof vi.fn> }[]
let states: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-runner-'))
  store = await openStore(join(folder, 'serve'), Date.now)
  runs = []
  states = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const refOf = (jobId: string): JobRef => ({ owner: '', jobId })

async function put(
  jobId: string,
  state: ServedState,
  more: Partial<ServedJob> = {},
): Promise<{ ref: JobRef; job: ServedJob }> {
  const base = {
    appId: 'a',
    roomId: 'r',
    mode: 1,
    channelType: 0,
    requestId: '0',
    sections: {},
    updates: [],
  } as const
  const job: ServedJob = {
    version: 1,
    ...base,
    jobId,
    state,
    isForced: false,
    crashes: 0,
    acquiredAtMs: 1,
    ...more,
  }
  await store.write(refOf(jobId), job)
  return { ref: refOf(jobId), job }
}

async function result(jobId: string, exitCode: number, error?: string): Promise<void> {
  const { logFolder } = store.places(refOf(jobId))
  await mkdir(logFolder, { recursive: true })
  const content = {
    exitCode,
    warnings: [],
    skipped: [],
    timings: { totalMs: 1 },
    ...(error && { error: { code: error, message: error } }),
  }
  await writeFile(jobFile({ logFolder, jobId }, 'result'), JSON.stringify(content))
}

function open(places = 1, isRemote = false): Runner {
  return openRunner({
    store,
    places,
    isRemote,
    weightOf: () => 1,
    now: Date.now,
    startRun(ref) {
      let settle: (how: RunEnd) => void = () => undefined
      const ended = new Promise<RunEnd>((done) => (settle = done))
      const end = async (how: RunEnd = { exitCode: 0 }) => {
        if (how.signal === undefined) await result(ref.jobId, how.exitCode)
        settle(how)
      }
      const stop = vi.fn(() => void end({ exitCode: 143 }))
      runs.push({ jobId: ref.jobId, end, stop })
      return Promise.resolve({ ended, stop, interrupt: stop })
    },
    onState: (ref, job) => void states.push(`${ref.jobId} ${job.state}`),
    onTrouble(error) {
      throw error
    },
  })
}

const seen = (text: string) => vi.waitFor(() => expect(states).toContain(text), 20_000)
const started = (count: number) => vi.waitFor(() => expect(runs).toHaveLength(count), 20_000)
const stateOf = async (jobId: string) => (await store.read(refOf(jobId)))?.state

describe('a runner', () => {
  it('runs as many at once as there are places, each once', async () => {
    const runner = open(2)
    for (const jobId of ['j1', 'j2', 'j3']) runner.add((await put(jobId, 'queued')).ref)
    await started(2)
    expect(runner.counts()).toEqual({ running: 2, waiting: 1 })
    expect(runner.running('')).toEqual(['j1', 'j2'])
    expect(runner.running('other')).toEqual([])
    await runs[0]?.end()
    await started(3)
    await runs[1]?.end()
    await runs[2]?.end({ exitCode: 0 })
    await seen('j3 done')
    expect(await stateOf('j1')).toBe('done')
    expect(runs).toHaveLength(3)
  })

  it('drops what is no longer wanted', async () => {
    const runner = open()
    for (const jobId of ['j1', 'j2']) runner.add((await put(jobId, 'queued')).ref)
    await started(1)
    runner.drop(refOf('j2'))
    await runs[0]?.end()
    await seen('j1 done')
    expect(runner.counts()).toEqual({ running: 0, waiting: 0 })
    expect(await stateOf('j2')).toBe('queued')
  })

  it('stops, and restarts', async () => {
    const runner = open()
    const { ref, job } = await put('j1', 'queued')
    runner.add(ref)
    await seen('j1 running')
    await started(1)
    await store.write(ref, { ...job, state: 'running', startedAtMs: 1, asked: 'restart' })
    runner.stop(ref)
    await started(2)
    await store.write(ref, { ...job, state: 'running', startedAtMs: 1, asked: 'stop' })
    runner.stop(ref)
    await seen('j1 stopped')
    expect(states).toEqual(['j1 running', 'j1 queued', 'j1 running', 'j1 stopped'])
  })

  it('waits for running jobs when it drains, then interrupts them: they are queued again', async () => {
    const runner = open()
    for (const jobId of ['j1', 'j2']) runner.add((await put(jobId, 'queued')).ref)
    await started(1)
    const drained = runner.drain(60_000)
    runner.interrupt()
    await drained
    expect([await stateOf('j1'), await stateOf('j2')]).toEqual(['queued', 'queued'])
    expect(runs.map(({ stop }) => stop.mock.calls.length)).toEqual([1])
    await expect(open().drain(0)).resolves.toBeUndefined()
  })

  it('lets a job end that ends while it drains', async () => {
    const runner = open()
    runner.add((await put('j1', 'queued')).ref)
    await started(1)
    const drained = runner.drain(60_000)
    await runs[0]?.end()
    await drained
    expect(await stateOf('j1')).toBe('done')
  })

  it('goes on after a kill: what was running first, what has ended meanwhile is not done again', async () => {
    const startedAtMs = Date.now() - 1000
    await result('ended', 0)
    await result('refused', 4, 'configInvalid')
    await result('interrupted', 143)
    const jobs = [
      await put('waiting', 'queued', { queuedAtMs: 1 }),
      await put('ended', 'running', { startedAtMs }),
      await put('refused', 'running', { startedAtMs }),
      await put('interrupted', 'running', { startedAtMs }),
      await put('killed', 'running', { startedAtMs }),
      await put('told to stop', 'running', { startedAtMs, asked: 'stop' }),
      await put('acquired', 'acquired'),
      await put('old', 'done'),
    ]
    // A result from before this run says nothing about it.
    await result('again', 0)
    jobs.push(await put('again', 'running', { startedAtMs: Date.now() + 60_000 }))
    open(1).recover(jobs)
    for (let n = 1; n <= 4; n += 1) {
      await started(n)
      await runs[n - 1]?.end()
    }
    await seen('waiting done')
    expect(runs.map(({ jobId }) => jobId)).toEqual(['interrupted', 'killed', 'again', 'waiting'])
    const all = ['ended', 'refused', 'told to stop', 'acquired', 'old']
    expect(await Promise.all(all.map(stateOf))).toEqual(['done', 'failed', 'stopped', 'acquired', 'done'])
  })

  it('follows what other machines run after a kill, and never queues it: what is stopped has to be told there', async () => {
    const jobs = [
      await put('running', 'running', { startedAtMs: 1 }),
      await put('told to stop', 'running', { startedAtMs: 1, asked: 'stop' }),
      await put('told to restart', 'running', { startedAtMs: 1, asked: 'restart' }),
    ]
    open(3, true).recover(jobs)
    await seen('told to stop stopped')
    await started(4)
    const ofRunning = runs.find(({ jobId }) => jobId === 'running')
    expect(ofRunning?.stop).not.toHaveBeenCalled()
    await ofRunning?.end()
    await seen('running done')
    expect(states).not.toContain('running queued')
    expect(runs.filter(({ stop }) => stop.mock.calls.length === 1).map(({ jobId }) => jobId).toSorted()).toEqual([
      'told to restart',
      'told to stop',
    ])
  })
})
