/** Metrics of the service in Prometheus' format. No label names an AppId or a job. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { FleetFacts } from '../fleet/state.ts'
import { fleetMetrics } from './fleet-metrics.ts'
import { type ServedJob, isEnded } from './served-job.ts'

const SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400]
const QUICK = [0.001, 0.005, 0.02, 0.1, 0.5, 2]

export interface Metrics {
  readonly contentType: string
  readonly text: () => Promise<string>
  readonly requested: (of: { action: string; code: number; seconds: number }) => void
  /** A GET that was answered. */
  readonly got: (of: { path: string; status: number }) => void
  readonly changed: (job: ServedJob) => void
  readonly following: (change: 1 | -1) => void
}

/**
 * @param counts of jobs that have a place and that wait for one
 * @param readFleet what is known of the fleet; absent without a queue
 */
export function openMetrics(
  counts: () => { running: number; waiting: number },
  readFleet?: () => Promise<FleetFacts | undefined>,
): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'owt_serve_requests_total',
    help: 'Requests by action and RetCode',
    labelNames: ['action', 'code'],
    registers,
  })
  const gets = new Counter({
    name: 'owt_serve_gets_total',
    help: 'GETs by route and status',
    labelNames: ['route', 'status'],
    registers,
  })
  const took = new Histogram({
    name: 'owt_serve_request_seconds',
    help: 'Time to answer a request',
    buckets: QUICK,
    registers,
  })
  const ended = new Counter({
    name: 'owt_serve_jobs_ended_total',
    help: 'Jobs that have ended, by state and exit code',
    labelNames: ['state', 'exit_code'],
    registers,
  })
  const ran = new Histogram({
    name: 'owt_serve_job_seconds',
    help: 'Time from start to end of a job',
    buckets: SECONDS,
    registers,
  })
  const waited = new Histogram({
    name: 'owt_serve_wait_seconds',
    help: 'Time a job waited for its turn',
    buckets: SECONDS,
    registers,
  })
  const crashed = new Counter({
    name: 'owt_serve_job_crashes_total',
    help: 'Processes of jobs that ended without a result',
    registers,
  })
  const streams = new Gauge({ name: 'owt_serve_streams', help: 'Clients that follow events', registers })
  const gauge = (name: string, help: string, of: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(of())
      },
    })
  gauge('owt_serve_jobs_running', 'Jobs that have a place', () => counts().running)
  gauge('owt_serve_jobs_waiting', 'Jobs that wait for their turn', () => counts().waiting)
  const showFleet = readFleet && fleetMetrics(registry)
  const crashes = new WeakSet<ServedJob>()
  return {
    contentType: registry.contentType,
    async text() {
      showFleet?.(await readFleet?.(), Date.now())
      return registry.metrics()
    },
    requested({ action, code, seconds }) {
      requests.inc({ action, code: String(code) })
      took.observe(seconds)
    },
    got: ({ path, status }) => gets.inc({ route: path, status: String(status) }),
    changed(job) {
      const { state, exitCode, queuedAtMs, startedAtMs, endedAtMs } = job
      if (state === 'queued' && job.crashes > 0 && !crashes.has(job)) {
        crashes.add(job)
        crashed.inc()
      }
      if (state === 'running' && queuedAtMs !== undefined && startedAtMs !== undefined)
        waited.observe(Math.max(0, startedAtMs - queuedAtMs) / 1000)
      if (!isEnded(state)) return
      ended.inc({ state, exit_code: String(exitCode ?? '') })
      if (startedAtMs !== undefined && endedAtMs !== undefined) ran.observe((endedAtMs - startedAtMs) / 1000)
    },
    following: (change) => streams.inc(change),
  }
}
