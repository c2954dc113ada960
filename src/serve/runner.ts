/** Runs waiting jobs, as many at once as there are places, and carries on after a restart of the service. */
import { setTimeout as pause } from 'node:timers/promises'
import { isStop } from '../errors.ts'
import { isLocked } from '../records/job-lock.ts'
import { type JobRecord, readJobRecord } from '../status/read.ts'
import { type RunEnd, afterRun } from './after-run.ts'
import type { Child } from './child.ts'
import { fairQueue } from './fair.ts'
import type { JobRef, ServedJob } from './served-job.ts'
import type { Store } from './store.ts'

/** How long a process of an earlier service is given to end before it is looked at again. */
const LOOK_EVERY_MS = 500
/** Pause before a job is tried again whose lock another process holds, or whose process died. */
const AGAIN_MS = 1000

export interface RunnerOptions {
  readonly store: Store
  /** How many jobs run at once. */
  readonly places: number
  readonly weightOf: (owner: string) => number
  readonly startRun: (ref: JobRef, job: ServedJob) => Promise<Child>
  /** Whether jobs run on other machines, where they go on if the service ends. */
  readonly isRemote?: boolean
  readonly now: () => number
  /** Told of every change of a job's state. */
  readonly onState: (ref: JobRef, job: ServedJob) => void
  /** Told of what must not happen. */
  readonly onTrouble: (error: unknown, ref: JobRef) => void
}

export interface Runner {
  /** Takes up what was accepted before the service was started. */
  readonly recover: (jobs: readonly { ref: JobRef; job: ServedJob }[]) => void
  /** Adds a queued job. */
  readonly add: (ref: JobRef) => void
  /** Forgets a job that is waiting. */
  readonly drop: (ref: JobRef) => void
  /** Tells the process of a job to stop. */
  readonly stop: (ref: JobRef) => void
  readonly running: (owner: string) => readonly string[]
  readonly counts: () => { readonly running: number; readonly waiting: number }
  /** Starts nothing any more; jobs may run on for a while, then they are interrupted. Ends when none is running. */
  readonly drain: (ms: number) => Promise<void>
  /** Interrupts at once what is left while draining. */
  readonly interrupt: () => void
}

interface Active {
  readonly ref: JobRef
  child: Child | undefined
  isStopped: boolean
}

export function openRunner(options: RunnerOptions): Runner {
  const { store, places, weightOf, startRun, isRemote = false, now, onState, onTrouble } = options
  const queue = fairQueue(weightOf)
  const active = new Map<string, Active>()
  const recovering: JobRef[] = []
  let isDraining = false
  let isInterrupted = false
  let onIdle: (() => void) | undefined
  const keyOf = ({ owner, jobId }: JobRef): string => `${owner}\n${jobId}`

  const fill = (): void => {
    while (!isDraining && active.size < places) {
      const resumed = recovering.shift()
      const ref = resumed ?? queue.next()
      if (!ref) break
      begin(ref, resumed !== undefined)
    }
    if (active.size === 0) onIdle?.()
  }

  const begin = (ref: JobRef, isResumed: boolean): void => {
    const one: Active = { ref, child: undefined, isStopped: false }
    active.set(keyOf(ref), one)
    const work = isResumed ? resume(ref, one) : runOne(ref, one)
    void work
      .catch((error: unknown) => onTrouble(error, ref))
      .finally(() => {
        // It may have been started again already.
        if (active.get(keyOf(ref)) === one) active.delete(keyOf(ref))
        fill()
      })
  }

  /** Changes a job under its lock. @returns the new state; undefined if it was not changed */
  const change = (
    ref: JobRef,
    to: (job: ServedJob) => ServedJob | undefined,
  ): Promise<ServedJob | undefined> =>
    store.locked(ref, async () => {
      const before = await store.read(ref)
      const after = before && to(before)
      if (!after) return undefined
      if (await store.write(ref, after)) onState(ref, after)
      return after
    })

  async function runOne(ref: JobRef, one: Active): Promise<void> {
    const job = await change(ref, (before) =>
      before.state === 'queued' ? { ...before, state: 'running', startedAtMs: now() } : undefined,
    )
    if (!job) return
    await runChild(ref, one, job)
  }

  async function runChild(ref: JobRef, one: Active, job: ServedJob): Promise<void> {
    const child = await startRun(ref, job)
    one.child = child
    // It may have been told to stop while it was being started.
    if (one.isStopped) child.stop()
    if (isInterrupted) child.interrupt()
    const end = await child.ended
    // It goes on, and is followed by the next service.
    if (isRemote && isInterrupted && end.signal === 'SIGKILL') return
    await settle(ref, end, job.startedAtMs ?? 0)
  }

  /** A job that was running when an earlier service ended: its process may still be ending, or have ended since. */
  async function resume(ref: JobRef, one: Active): Promise<void> {
    const { workFolder } = store.places(ref)
    while (!isDraining && (await isLocked({ workFolder, jobId: ref.jobId }).catch(() => false)))
      await pause(LOOK_EVERY_MS)
    if (isDraining) return
    const job = await store.read(ref)
    if (!job) return
    const record = await freshRecord(ref, job.startedAtMs ?? 0)
    if (record?.exitCode !== undefined && !isStop(record.exitCode)) {
      await settle(ref, { exitCode: record.exitCode }, job.startedAtMs ?? 0)
      return
    }
    if (isRemote) {
      // It may be running on its machine, which has to be told if the job is stopped: never back to the queue.
      one.isStopped ||= job.asked !== undefined
      await runChild(ref, one, job)
      return
    }
    const next = await change(ref, ({ asked, ...rest }) =>
      asked === 'stop'
        ? { ...rest, state: 'stopped', endedAtMs: now(), exitCode: 143 }
        : { ...rest, state: 'queued' },
    )
    if (next?.state === 'queued') await runOne(ref, one)
  }

  async function settle(ref: JobRef, end: RunEnd, startedAtMs: number): Promise<void> {
    const record = await freshRecord(ref, startedAtMs)
    const next = await change(ref, (job) => afterRun(job, { end, record, isDraining, nowMs: now() }))
    if (next?.state !== 'queued' || isDraining) return
    // Not at once, in case it is the machine that is at fault; its place stays taken meanwhile.
    if (end.exitCode !== 0 && !isStop(end.exitCode)) await pause(AGAIN_MS)
    queue.add(ref, true)
  }

  /** What the job wrote about a run; undefined if that is of an earlier one. */
  async function freshRecord(ref: JobRef, startedAtMs: number): Promise<JobRecord | undefined> {
    const record = await readJobRecord(store.places(ref).logFolder, ref.jobId)
    // Times of files may be a little coarser than clocks.
    const isFresh = record?.exitCode !== undefined && Date.parse(record.at) >= startedAtMs - 20
    return isFresh ? record : undefined
  }

  return {
    recover(jobs) {
      const ordered = jobs.toSorted((a, b) => (a.job.queuedAtMs ?? 0) - (b.job.queuedAtMs ?? 0))
      for (const { ref, job } of ordered) {
        if (job.state === 'running') recovering.push(ref)
        if (job.state === 'queued') queue.add(ref)
      }
      fill()
    },
    add(ref) {
      queue.add(ref)
      fill()
    },
    drop: (ref) => void queue.remove(ref),
    stop(ref) {
      const one = active.get(keyOf(ref))
      if (!one) return
      one.isStopped = true
      one.child?.stop()
    },
    running: (owner) =>
      [...active.values()].filter(({ ref }) => ref.owner === owner).map(({ ref }) => ref.jobId),
    counts: () => ({ running: active.size, waiting: queue.size() + recovering.length }),
    async drain(ms) {
      isDraining = true
      if (active.size === 0) return
      const idle = new Promise<void>((done) => (onIdle = done))
      const timer = setTimeout(interrupt, ms)
      await idle
      clearTimeout(timer)
    },
    interrupt,
  }

  function interrupt(): void {
    isInterrupted = true
    for (const { child } of active.values()) child?.interrupt()
  }
}
