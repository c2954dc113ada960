/** Being told to stop. */
import { EXIT, JobError } from './errors.ts'

export /** SIGINT and SIGTERM end the job in order: children first, then the work folder. */
function stopOnSignals() {
  const controller = new AbortController()
  let by: 'SIGINT' | 'SIGTERM' | undefined
  const handle = (signal: 'SIGINT' | 'SIGTERM') => {
    by ??= signal
    controller.abort(new Error(`stopped by ${signal}`))
  }
  process.on('SIGINT', handle).on('SIGTERM', handle)
  return {
    signal: controller.signal,
    stop: () => void process.off('SIGINT', handle).off('SIGTERM', handle),
    stoppedBy: () =>
      by &&
      new JobError(
        { code: 'stopped', params: { signal: by } },
        { exitCode: by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated },
      ),
  }
}
