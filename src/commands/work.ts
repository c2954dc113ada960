/** `work`: takes tasks of jobs from a queue, and carries out as many at once as this machine has cores. */
import { hostname } from 'node:os'
import type { Invocation } from '../cli/invocation.ts'
import { type Settings, fontOf, placesOf } from '../cli/settings.ts'
import { stopOnSignals } from '../cli/signals.ts'
import { EXIT, type ExitCode, JobError } from '../errors.ts'
import { carryOutTask, readPlan } from '../fleet/carry-out.ts'
import { counted } from '../fleet/count.ts'
import { openFleetMachine } from '../fleet/fleet-machine.ts'
import { openRecordingCache } from '../fleet/recording-cache.ts'
import { connect, weaknesses } from '../fleet/redis.ts'
import { openTally } from '../fleet/totals.ts'
import { clearDeadTasks } from '../fleet/task-folder.ts'
import { type QueuedTask, jobsQueueName, queueName } from '../fleet/queue.ts'
import type { QueuedJob } from '../fleet/queued-job.ts'
import { runQueuedJob } from '../fleet/run-queued.ts'
import { openTaskWorker } from '../fleet/task-worker.ts'
import { workerVersion } from '../host/package.ts'
import { say } from '../messages/index.ts'
import { warningLine } from '../messages/line.ts'
import { openStderrLog } from '../records/log.ts'
import { queueSettings } from './queue-settings.ts'

/**
 * Runs until a signal: then takes no more tasks, and hands those under way back.
 * @returns the exit code
 * @throws JobError if the settings are invalid, no queue is named or there is no usable ffmpeg
 */
export async function work(invocation: Invocation, { conf, error }: Settings): Promise<ExitCode> {
  if (error) throw error
  const queue = queueSettings(invocation, conf)
  if (!queue) throw new JobError({ code: 'queueUnset', params: {} }, { fault: 'config' })
  const stopping = stopOnSignals()
  const { signal } = stopping
  const { workFolder } = placesOf(invocation, conf)
  const log = openStderrLog(conf.logs.level)
  const settings = { ...queue, log }
  const places = { workFolder, fontFile: fontOf(conf), workerVersion: workerVersion() }
  try {
    await clearDeadTasks(workFolder)
    const machine = await openFleetMachine({ ...places, conf, env: process.env, signal })
    const concurrency = conf.fleet.tasks || machine.budget.cores
    const redis = await connect(settings, { withinMs: Infinity, signal })
    const tally = openTally(redis, settings.prefix)
    const onFetched = (bytes: number) => tally.add('fetchedBytes', bytes)
    const cache = await openRecordingCache({ workFolder, maxMb: conf.fleet.cacheMb, onFetched })
    for (const warning of await weaknesses(redis)) process.stderr.write(`${warningLine(warning)}\n`)
    const onStalled = () => tally.add('stalled', 1)
    const tasks = await openTaskWorker<QueuedTask>(redis, settings, {
      name: queueName(machine.makers),
      concurrency,
      ffmpeg: machine.ffmpeg.version,
      onStalled,
      async carryOut({ plan: at, name, number }, how) {
        const { moved, signal } = how
        let durationMs = 0
        const carryOut = async () => {
          const read = await readPlan(at, machine, signal)
          durationMs = read.plan.tasks[number - 1]?.command.durationMs ?? 0
          const doing = { ...read, number, machine, cache, isAlone: concurrency === 1, log }
          return carryOutTask({ ...doing, moved, signal })
        }
        await counted(tally, { name, durationMs: () => durationMs, signal, carryOut })
      },
    })
    const running = { machine, workerVersion: places.workerVersion, env: process.env, settings }
    // Places of their own: a job that waits for its tasks takes none of theirs.
    const jobs =
      conf.fleet.jobs === 0
        ? undefined
        : await openTaskWorker<QueuedJob>(redis, settings, {
            name: jobsQueueName(places.workerVersion),
            concurrency: conf.fleet.jobs,
            onStalled,
            carryOut: (job, how) => runQueuedJob(redis, running, job, how),
          })
    const params = { machine: hostname(), tasks: concurrency }
    process.stderr.write(`${say({ code: 'workTakes', params })}\n`)
    await new Promise<void>((done) => {
      if (signal.aborted) done()
      else signal.addEventListener('abort', () => done(), { once: true })
    })
    await Promise.all([jobs?.handBack(), tasks.handBack()])
    redis.disconnect()
    return EXIT.done
  } catch (thrown) {
    const stopped = stopping.stoppedBy()
    if (!stopped) throw thrown
    return EXIT.done
  } finally {
    stopping.stop()
  }
}
