/** `task`: does one task of a plan and exits, for Kubernetes and batch services. */
import { basename, dirname, resolve } from 'node:path'
import type { Invocation } from '../cli/invocation.ts'
import { type Settings, fontOf, placesOf } from '../cli/settings.ts'
import { stopOnSignals } from '../cli/signals.ts'
import { EXIT, type ExitCode, JobError, asJobError } from '../errors.ts'
import { carryOutTask, readPlan } from '../fleet/carry-out.ts'
import { openFleetMachine } from '../fleet/fleet-machine.ts'
import { openRecordingCache } from '../fleet/recording-cache.ts'
import { clearDeadTasks } from '../fleet/task-folder.ts'
import { parseAddress } from '../fleet/task.ts'
import { workerVersion } from '../host/package.ts'
import { say } from '../messages/index.ts'
import { errorLine } from '../messages/line.ts'
import { openStderrLog } from '../records/log.ts'

/** @returns the exit code; `EXIT.tryAgain` if the task may succeed when it is started again, perhaps elsewhere */
export async function task(invocation: Invocation, { conf, error }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { plan: address = '', number = 0, quiet } = invocation
  const stopping = stopOnSignals()
  const { signal } = stopping
  const { workFolder } = placesOf(invocation, conf)
  try {
    const places = { workFolder, fontFile: fontOf(conf), workerVersion: workerVersion() }
    await clearDeadTasks(workFolder)
    const machine = await openFleetMachine({ ...places, conf, env: process.env, signal })
    const cache = await openRecordingCache({ workFolder, maxMb: conf.fleet.cacheMb })
    const read = await readPlan(addressed(address), machine, signal)
    const log = openStderrLog(conf.logs.level)
    const doing = { ...read, number, machine, cache, isAlone: true, log, signal }
    const isMade = await carryOutTask({ ...doing, moved: () => undefined })
    const name = read.plan.tasks[number - 1]?.command.name ?? ''
    const params = { name, number, of: read.plan.tasks.length, isMade }
    if (!quiet) process.stdout.write(`${say({ code: 'taskDone', params })}\n`)
    return EXIT.done
  } catch (thrown) {
    const failure = stopping.stoppedBy() ?? asJobError(thrown)
    process.stderr.write(`${errorLine(failure.message)}\n`)
    return failure.retryable ? EXIT.tryAgain : failure.exitCode
  } finally {
    stopping.stop()
  }
}

/** A plan in a remote bucket by its address, one in a folder by its path. */
function addressed(address: string): Parameters<typeof readPlan>[0] {
  const remote = parseAddress(address)
  if (remote) return { bucket: remote.target, key: remote.key }
  if (address.startsWith('s3:'))
    throw new JobError({ code: 'taskPlanMissing', params: { plan: address } }, { fault: 'config' })
  const path = resolve(address)
  const folder = dirname(path)
  return { bucket: { kind: 'local', folder, bucket: folder }, key: basename(path) }
}
