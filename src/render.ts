/** Carries out a render plan: picture and sound side by side, then both into one file. */
import type { LimitFunction } from 'p-limit'
import { runCommand } from './ffmpeg/run.ts'
import type { Logger } from './log.ts'
import { type Command, shellLine } from './model/command.ts'
import type { RenderPlan } from './plan/render.ts'
import type { Reporter } from './progress.ts'
import type { Steps } from './steps.ts'

export interface RenderTools {
  readonly steps: Steps
  readonly ffmpegPath: string
  /** A command that makes no progress for this long is ended. */
  readonly stallMs: number
  /** Lets as many commands make pictures at once as the machine has cores for. */
  readonly inTurn: LimitFunction
  readonly log: Logger
  readonly signal: AbortSignal
}

/**
 * Renders a plan. Steps that an earlier run has made are not made again.
 * @throws JobError of the first command that failed; the others are ended then
 */
export async function render(plan: RenderPlan, tools: RenderTools, reporter: Reporter): Promise<void> {
  const main = plan.video.length > 0 ? plan.video : plan.audio ? [plan.audio] : []
  const doneMs = new Map<Command, number>()
  const tell = (command: Command, outMs: number) => {
    if (!main.includes(command)) return
    doneMs.set(command, outMs)
    const totalMs = [...doneMs.values()].reduce((a, b) => a + b, 0)
    reporter.update('encode', totalMs, plan.durationMs)
  }
  // One failure ends the others: their work would be thrown away.
  const failed = new AbortController()
  const signal = AbortSignal.any([tools.signal, failed.signal])
  const run = async (command: Command) => {
    try {
      await runStep(command, { ...tools, signal }, (outMs) => tell(command, outMs))
      tell(command, command.durationMs)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  reporter.update('encode', 0, plan.durationMs)
  const outcomes = await Promise.allSettled([
    ...plan.video.map((command) => tools.inTurn(() => run(command))),
    ...(plan.audio ? [run(plan.audio)] : []),
  ])
  tools.signal.throwIfAborted()
  if (failed.signal.aborted) throw failed.signal.reason
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  if (refused) throw refused.reason
  await run(plan.mux)
}

/** Carries out one command as a step. */
export async function runStep(
  command: Command,
  tools: RenderTools,
  onOutMs: (outMs: number) => void = () => undefined,
): Promise<void> {
  const { steps, ffmpegPath, stallMs, signal } = tools
  const log = tools.log.child({ command: command.name })
  signal.throwIfAborted()
  const isMade = await steps.run(command, (step) =>
    runCommand(step, {
      ffmpegPath,
      stallMs,
      signal,
      onStart: () => log.info({ line: shellLine(ffmpegPath, step) }, 'ffmpeg starts'),
      onSaid: (line) => log.debug({ line }, 'ffmpeg says'),
      onProgress: ({ outMs }) => onOutMs(outMs),
    }),
  )
  log.info(isMade ? 'ffmpeg done' : 'made by an earlier run')
}
