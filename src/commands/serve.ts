/** `serve`: the vendor's API over HTTP, and the jobs that come in. */
import { join, resolve } from 'node:path'
import type { Invocation } from '../cli/invocation.ts'
import { type Settings, servePlaceOf } from '../cli/settings.ts'
import { stopOnSignals } from '../cli/signals.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import { dieWithParent } from '../ffmpeg/die-with-parent.ts'
import { PACKAGE, workerVersion } from '../host/package.ts'
import { machineBudget } from '../job/machine.ts'
import { currentLanguage, say } from '../messages/index.ts'
import { warningLine } from '../messages/line.ts'
import { openStderrLog } from '../records/log.ts'
import { queueSettings } from './queue-settings.ts'

/**
 * Runs until a signal: then takes no more jobs and waits for those that are running. A second signal interrupts them.
 * @returns the exit code
 * @throws JobError if the settings are invalid or the service cannot start
 */
export async function serve(invocation: Invocation, { conf, error, warnings }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { host = conf.serve.host, port = conf.serve.port } = invocation
  const log = openStderrLog(conf.logs.level)
  const queue = queueSettings(invocation, conf)
  const stopping = stopOnSignals()
  const { openService } = await import('../serve/service.ts')
  const service = await openService({
    conf,
    folder: servePlaceOf(conf),
    host,
    port,
    budget: await machineBudget(conf.limits),
    // If the service is killed, each job is told to stop and ends cleanly; it continues when the service runs again.
    // A job on another machine goes on, and is followed again.
    program: [
      ...(await dieWithParent(queue ? 'SIGKILL' : 'SIGTERM')),
      process.execPath,
      join(PACKAGE, 'bin/owt-main'),
    ],
    args: [
      `--lang=${currentLanguage()}`,
      ...(invocation.conf === undefined ? [] : [`--conf=${resolve(invocation.conf)}`]),
    ],
    // Not among the arguments, which other users of the machine see.
    env: queue ? { ...process.env, OWT_FLEET_QUEUE: queue.url } : process.env,
    workerVersion: workerVersion(),
    queue: queue && { ...queue, log },
    note: (facts, text) => ('err' in facts ? log.error(facts, text) : log.info(facts, text)),
  })
  for (const warning of warnings) process.stderr.write(`${warningLine(warning)}\n`)
  const url = `http://${service.host.includes(':') ? `[${service.host}]` : service.host}:${service.port}`
  process.stderr.write(`${say({ code: 'serveListens', params: { url, jobs: service.places } })}\n`)
  await new Promise<void>((done) => {
    if (stopping.signal.aborted) done()
    else stopping.signal.addEventListener('abort', () => done(), { once: true })
  })
  process.stderr.write(`${say({ code: 'serveDrains', params: { seconds: conf.serve.drainMs / 1000 } })}\n`)
  stopping.stop()
  const again = stopOnSignals()
  again.signal.addEventListener('abort', service.interrupt, { once: true })
  await service.drain()
  again.stop()
  return EXIT.done
}
