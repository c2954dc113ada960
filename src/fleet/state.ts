/** The state of a fleet. Its format is a contract, described in docs/fleet.md. Pure. */
import { groupBy } from '../model/collect.ts'
import { type Machine, type RunningJob, machineName } from './machines.ts'
import type { Totals } from './totals.ts'

export interface TaskOnQueue {
  readonly jobId: string
  readonly appId: string
  /** "video 3/6" */
  readonly name: string
  readonly kind: string
  readonly state: 'waiting' | 'running' | 'failed'
  /** Unix times in ms. */
  readonly addedMs: number
  readonly startedMs: number | undefined
  /** The name of the machine that carries it out. */
  readonly by: string | undefined
  /** Progress in ms of output. */
  readonly outMs: number | undefined
}

/** What is found in Redis. */
export interface FleetFacts {
  readonly machines: readonly Machine[]
  readonly jobs: readonly RunningJob[]
  readonly tasks: readonly TaskOnQueue[]
  readonly totals: Totals
}

type Counts = Record<TaskOnQueue['state'], number>

export interface FleetState {
  /** Version of this format. */
  readonly version: 1
  readonly machines: readonly {
    readonly host: string
    readonly pid: number
    readonly ffmpeg: string | null
    /** ISO 8601, UTC. */
    readonly since: string
    /** How many tasks it carries out at most, and at the moment. */
    readonly places: number
    readonly busy: number
    readonly doing: readonly {
      readonly jobId: string
      readonly task: string
      readonly since: string
      /** Output that has been made. */
      readonly seconds: number | null
    }[]
  }[]
  readonly tasks: readonly ({ readonly kind: string } & Counts)[]
  /** Since when the task that has waited longest waits. */
  readonly oldestWaiting: string | null
  readonly jobs: readonly ({
    readonly jobId: string
    readonly appId: string
    /** The machine that runs it; null if none does, and others have left its tasks. */
    readonly host: string | null
    readonly since: string | null
    /** Tasks, and how many are done. */
    readonly tasks: number | null
    readonly done: number | null
  } & Counts)[]
}

/** @param appId whose jobs are shown; those of all if undefined */
export function fleetState(facts: FleetFacts, appId: string | undefined): FleetState {
  const isShown = (of: { readonly appId: string }) => appId === undefined || of.appId === appId
  const [tasks, jobs] = [facts.tasks.filter(isShown), facts.jobs.filter(isShown)]
  const waiting = tasks.filter(({ state }) => state === 'waiting')
  const kinds = [...new Set(tasks.map(({ kind }) => kind))].toSorted()
  return {
    version: 1,
    machines: machinesOf(facts, isShown),
    tasks: kinds.map((kind) => ({ kind, ...countsOf(tasks.filter((task) => task.kind === kind)) })),
    oldestWaiting: waiting.length === 0 ? null : iso(Math.min(...waiting.map(({ addedMs }) => addedMs))),
    jobs: jobsOf(jobs, tasks),
  }
}

/** A process may take tasks from several queues, with places of its own for each. */
function machinesOf(
  { machines, tasks }: FleetFacts,
  isShown: (task: TaskOnQueue) => boolean,
): FleetState['machines'] {
  const byName = groupBy(machines, machineName)
  const shown = [...byName].map(([name, all]) => {
    const running = tasks.filter(({ state, by }) => state === 'running' && by === name)
    const [{ host, pid }] = all as [Machine]
    return {
      host,
      pid,
      ffmpeg: all.map(({ ffmpeg }) => ffmpeg).find((ffmpeg) => ffmpeg !== undefined) ?? null,
      since: iso(Math.min(...all.map(({ sinceMs }) => sinceMs))),
      places: all.reduce((sum, one) => sum + one.tasks, 0),
      busy: running.length,
      doing: running.filter(isShown).map(({ jobId, name: task, startedMs, addedMs, outMs }) => ({
        jobId,
        task,
        since: iso(startedMs ?? addedMs),
        seconds: outMs === undefined ? null : outMs / 1000,
      })),
    }
  })
  return shown.toSorted((a, b) => (a.host === b.host ? a.pid - b.pid : a.host < b.host ? -1 : 1))
}

/** Different AppIds may have jobs with the same id. */
const idOf = ({ appId, jobId }: { appId: string; jobId: string }): string => JSON.stringify([appId, jobId])

function jobsOf(jobs: readonly RunningJob[], tasks: readonly TaskOnQueue[]): FleetState['jobs'] {
  const running = new Map(jobs.map((job) => [idOf(job), job]))
  const left = new Map(tasks.map((task) => [idOf(task), task]))
  const tasksOf = groupBy(tasks, idOf)
  return [...new Map<string, RunningJob | TaskOnQueue>([...left, ...running])].map(
    ([id, { jobId, appId }]) => {
      const job = running.get(id)
      return {
        jobId,
        appId,
        host: job?.host ?? null,
        since: job ? iso(job.sinceMs) : null,
        tasks: job?.tasks ?? null,
        done: job?.done ?? null,
        ...countsOf(tasksOf.get(id) ?? []),
      }
    },
  )
}

function countsOf(tasks: readonly TaskOnQueue[]): Counts {
  const count = (wanted: TaskOnQueue['state']) => tasks.filter(({ state }) => state === wanted).length
  return { waiting: count('waiting'), running: count('running'), failed: count('failed') }
}

const iso = (ms: number): string => new Date(ms).toISOString()
