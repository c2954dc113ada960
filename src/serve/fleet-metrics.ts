/** Metrics of the fleet, as they are in Redis. No label names an AppId, a job or a machine. */
import { Counter, Gauge, type Registry } from 'prom-client'
import { type FleetFacts, fleetState } from '../fleet/state.ts'

const STATES = ['waiting', 'running', 'failed'] as const

/**
 * Adds them to a registry.
 * @returns to be called with what is known before the metrics are shown; undefined while the queue cannot be reached
 */
export function fleetMetrics(
  registry: Registry,
): (facts: FleetFacts | undefined, nowMs: number) => void {
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `owt_fleet_${name}`, help, labelNames: [...labelNames], registers })
  const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Counter({ name: `owt_fleet_${name}_total`, help, labelNames: [...labelNames], registers })
  const reachable = gauge('reachable', 'Whether the queue can be reached')
  const machines = gauge('machines', 'Machines that take tasks')
  const places = gauge('places', 'Tasks that all machines carry out at once')
  const jobs = gauge('jobs', 'Jobs that are run with the queue')
  const tasks = gauge('tasks', 'Tasks on the queue, by kind and state', ['kind', 'state'])
  const oldest = gauge('oldest_waiting_seconds', 'Age of the task that has waited longest')
  const ended = counter('tasks_ended', 'Tasks that have ended on a machine, by kind and outcome', [
    'kind',
    'outcome',
  ])
  const stalled = counter('tasks_stalled', 'Tasks that were lost with their machine')
  const output = counter('output_seconds', 'Output that was made')
  const fetched = counter('fetched_bytes', 'Bytes of recordings that machines have fetched for tasks')
  return (facts, nowMs) => {
    reachable.set(facts ? 1 : 0)
    // Counts that are not known are not shown as they were.
    for (const metric of [machines, places, jobs, tasks, oldest, ended, stalled, output, fetched])
      metric.reset()
    if (!facts) return
    const { totals } = facts
    const state = fleetState(facts, undefined)
    machines.set(state.machines.length)
    places.set(state.machines.reduce((sum, one) => sum + one.places, 0))
    jobs.set(facts.jobs.length)
    for (const of of state.tasks) for (const name of STATES) tasks.set({ kind: of.kind, state: name }, of[name])
    if (state.oldestWaiting !== null)
      oldest.set(Math.max(0, nowMs - Date.parse(state.oldestWaiting)) / 1000)
    for (const { kind, outcome, count } of totals.ended) ended.inc({ kind, outcome }, count)
    stalled.inc(totals.stalled)
    output.inc(totals.outMs / 1000)
    fetched.inc(totals.fetchedBytes)
  }
}
