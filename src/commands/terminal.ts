/** A host for a terminal: progress and warnings on stderr; signals stop the job, SIGUSR1 prints its state. */
import { answerState } from '../cli/answer-state.ts'
import { collectMuchGarbage } from '../cli/collect-garbage.ts'
import type { Invocation } from '../cli/invocation.ts'
import { type Settings, fontOf, placesOf } from '../cli/settings.ts'
import { stopOnSignals } from '../cli/signals.ts'
import { watchTerminal } from '../cli/terminal.ts'
import { workerVersion } from '../host/package.ts'
import type { JobEvent } from '../events/job-event.ts'
import type { Host } from '../job/host.ts'
import { jobIdOf } from '../config/job-id.ts'
import { currentLanguage } from '../messages/index.ts'
import { errorLine, warningLine } from '../messages/line.ts'
import { makeReporter } from '../progress/reporter.ts'

export interface TerminalHost extends Host {
  /** Stops listening to signals. */
  readonly close: () => void
}

export function openTerminal({ quiet, cfgPath }: Invocation): TerminalHost {
  const terminal = watchTerminal()
  const stopping = stopOnSignals(terminal)
  const reporter = makeReporter({
    out: process.stderr,
    quiet,
    now: () => performance.now(),
    isBackground: terminal.isBackground,
  })
  let jobId = jobIdOf(undefined, cfgPath)
  const stopAnswering = answerState(() => jobId, reporter)
  const emit = (event: JobEvent): void => {
    if (event.kind === 'accepted') jobId = event.jobId
    if (event.kind === 'progress') reporter.update(event.phase, event.done, event.total, event.details)
    if (event.kind === 'phaseEnded') reporter.end(event.phase)
    if (event.kind === 'phaseEnded' && event.phase === 'probe') collectMuchGarbage()
    // At once: what will be missing in the film should be known before it is made.
    if (event.kind === 'warning' && !quiet) reporter.say(warningLine(event.warning))
    if (event.kind === 'ended') {
      reporter.close()
      if (event.error) reporter.say(errorLine(event.error.message))
    }
  }
  return {
    emit,
    signal: stopping.signal,
    language: currentLanguage(),
    env: process.env,
    close() {
      stopAnswering()
      stopping.stop()
    },
  }
}

/** The request of a job from the command line and the settings. */
export function requestOf(invocation: Invocation, settings: Settings) {
  const { index, updates, strict, keepWork, force } = invocation
  const { conf, warnings: settingsWarnings, error: settingsError } = settings
  return {
    ...placesOf(invocation, conf),
    index,
    updates,
    conf,
    settingsWarnings,
    settingsError,
    strict,
    keepWork,
    force,
    fontFile: fontOf(conf),
    workerVersion: workerVersion(),
  }
}
