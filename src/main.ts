/** The process: which command runs, and its exit code. The only place that sets one. */
import { readSettings, workerVersion } from './deployment.ts'
import { EXIT, type ExitCode, asJobError } from './errors.ts'
import { type Invocation, helpText, readArguments } from './options.ts'

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  // A reader that goes away, of the result or of the progress, ends no job.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  try {
    return await carryOut(readArguments(argv))
  } catch (error) {
    return complain(error)
  }
}

/** Each command is loaded when it is wanted: most of the worker is not needed to say what version it is. */
async function carryOut(invocation: Invocation): Promise<ExitCode> {
  if (invocation.command === 'help') return print(helpText())
  if (invocation.command === 'version') return print(`${workerVersion()}\n`)
  const settings = readSettings(invocation.conf)
  if (invocation.replayCallbacks) {
    const { replay } = await import('./commands/replay.ts')
    return replay(invocation, settings)
  }
  if (invocation.command === 'validate') {
    const { validate } = await import('./commands/validate.ts')
    return validate(invocation, settings)
  }
  if (invocation.command === 'batch') {
    const { batch } = await import('./commands/batch.ts')
    return batch(invocation, settings)
  }
  const { mix } = await import('./commands/mix.ts')
  return mix(invocation, settings)
}

function complain(thrown: unknown): ExitCode {
  const error = asJobError(thrown)
  process.stderr.write(`error: ${error.message}\n`)
  return error.exitCode
}

function print(text: string): ExitCode {
  process.stdout.write(text)
  return EXIT.done
}
