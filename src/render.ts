/** Carries out a render plan: picture and sound side by side, then both into one file. */
import pLimit from 'p-limit'
import { runCommand } from './ffmpeg/run.ts'
import type { Logger } from './log.ts'
import { type Command, shellLine } from './model/command.ts'
import type { RenderPlan } from './plan/render.ts'
import type { Reporter } from './progress.ts'

/**
 * Renders a plan.
 * @param stallMs a command that makes no progress for this long is ended
 * @throws JobError of the first command that failed; the others are ended then
 */
export async function render(options: {
  plan: RenderPlan
  ffmpegPath: string
  stallMs: number
  log: Logger
  reporter: Reporter
  signal: AbortSignal
}): Promise<void> {
  const { plan, ffmpegPath, stallMs, log, reporter } = options
  const main = plan.video.length > 0 ? plan.video : plan.audio ? [plan.audio] : []
  const doneMs = new Map<Command, number>()
  // One failure ends the others: their work would be thrown away.
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const run = async (command: Command) => {
    const logged = log.child({ command: command.name })
    try {
      await runCommand(command, {
        ffmpegPath,
        stallMs,
        signal,
        onStart: () => logged.info({ line: shellLine(ffmpegPath, command) }, 'ffmpeg starts'),
        onSaid: (line) => logged.debug({ line }, 'ffmpeg says'),
        onProgress: ({ outMs }) => {
          if (!main.includes(command)) return
          doneMs.set(command, outMs)
          const totalMs = [...doneMs.values()].reduce((a, b) => a + b, 0)
          reporter.update('encode', totalMs, plan.durationMs)
        },
      })
      logged.info('ffmpeg done')
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  reporter.update('encode', 0, plan.durationMs)
  const inTurn = pLimit(plan.atOnce)
  const outcomes = await Promise.allSettled([
    ...plan.video.map((command) => inTurn(() => run(command))),
    ...(plan.audio ? [run(plan.audio)] : []),
  ])
  options.signal.throwIfAborted()
  if (failed.signal.aborted) throw failed.signal.reason
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  if (refused) throw refused.reason
  await run(plan.mux)
}
