/** SIGUSR1: whoever asks a process how its job is going is told at once, on stderr, quiet or not. */
import type { Reporter } from '../progress/reporter.ts'
import { onStateAsked } from './signals.ts'
import { ffmpegsOf, memoryOf } from '../status/processes.ts'
import { runningLines } from '../status/text.ts'

/**
 * @param jobId as far as it is known by then
 * @returns ends that
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
