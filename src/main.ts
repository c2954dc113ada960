/** The process: which command runs, and its exit code. The only place that sets one. */
import { helpText } from './cli/help.ts'
import { readArguments } from './cli/parse.ts'
import { readSettings, workerVersion } from './deployment.ts'
import { EXIT, type ExitCode, asJobError } from './errors.ts'
import { speak } from './messages/index.ts'
import { chosenLanguage } from './messages/language.ts'
import { errorLine } from './messages/line.ts'
import type { Invocation } from './options.ts'

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  // A reader that goes away, of the result or of the progress, ends no job.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  speak(chosenLanguage({ argv, env: process.env }))
  try {
    return await carryOut(readArguments(argv))
  } catch (error) {
    return complain(error)
  }
}

/** Each command is loaded when it is wanted: most of the worker is not needed to say what version it is. */
async function carryOut(invocation: Invocation): Promise<ExitCode> {
  const { command } = invocation
  if (command === 'help') return print(helpText(invocation.about))
  if (command === 'version') return print(`${workerVersion()}\n`)
  const settings = readSettings(invocation)
  switch (command) {
    case 'run': {
      if (invocation.replayCallbacks) {
        const { replay } = await import('./commands/replay.ts')
        return replay(invocation, settings)
      }
      const { mix } = await import('./commands/mix.ts')
      return mix(invocation, settings)
    }
    case 'plan': {
      const { plan } = await import('./commands/plan.ts')
      return plan(invocation, settings)
    }
    case 'validate': {
      const { validate } = await import('./commands/validate.ts')
      return validate(invocation, settings)
    }
    case 'preview': {
      const { preview } = await import('./commands/preview.ts')
      return preview(invocation, settings)
    }
    case 'batch': {
      const { batch } = await import('./commands/batch.ts')
      return batch(invocation, settings)
    }
    case 'status': {
      const { status } = await import('./commands/status.ts')
      return status(invocation, settings)
    }
    case 'report': {
      const { report } = await import('./commands/report.ts')
      return report(invocation, settings)
    }
    case 'completion': {
      const { completion } = await import('./commands/completion.ts')
      return completion(invocation, settings)
    }
  }
}

function complain(thrown: unknown): ExitCode {
  const error = asJobError(thrown)
  process.stderr.write(`${errorLine(error.message)}\n`)
  return error.exitCode
}

function print(text: string): ExitCode {
  process.stdout.write(text)
  return EXIT.done
}
