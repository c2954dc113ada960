/** Prints a job's state to stderr on SIGUSR1, even with `--quiet`. */
import type { Reporter } from '../progress/reporter.ts'
import { onStateAsked } from './signals.ts'
import { ffmpegsOf, memoryOf } from '../status/processes.ts'
import { runningLines } from '../status/text.ts'

/**
 * @param jobId returns the job ID as far as it is known
 * @returns a function that stops listening
 */
export function answerState(jobId: () => string, reporter: Reporter): () => void {
  const startedAt = performance.now()
  return onStateAsked(() => {
    const { pid } = process
    const lines = runningLines({
      jobId: jobId(),
      elapsedMs: performance.now() - startedAt,
      phase: reporter.state(),
      processes: { pid, bytes: memoryOf(pid) ?? process.memoryUsage.rss(), ffmpegs: ffmpegsOf(pid) },
    })
    reporter.say(lines.join('\n'))
  })
}
