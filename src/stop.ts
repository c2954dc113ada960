/** Being told to stop, and being asked. */
import { EXIT, JobError } from './errors.ts'

/** SIGINT and SIGTERM end the job in order: children first, then the work folder. */
export function stopOnSignals() {
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
    by: () => by,
    stoppedBy: () =>
      by &&
      new JobError(
        { code: 'stopped', params: { signal: by } },
        { exitCode: by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated },
      ),
  }
}

/**
 * SIGUSR1 asks how it is going, and changes nothing.
 * @returns ends that
 */
export function onStateAsked(tell: () => void): () => void {
  process.on('SIGUSR1', tell)
  return () => void process.off('SIGUSR1', tell)
}
