/** The process: selects the command to run and the exit code. */
import { helpText } from './cli/help.ts'
import { readArguments } from './cli/parse.ts'
import { type Settings, readSettings } from './cli/settings.ts'
import { EXIT, type ExitCode, asJobError } from './errors.ts'
import { workerVersion } from './host/package.ts'
import { inLanguage } from './messages/index.ts'
import { chosenLanguage } from './messages/language.ts'
import { errorLine } from './messages/line.ts'
import type { CommandName } from './cli/commands.ts'
import type { Invocation } from './cli/invocation.ts'

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  // A closed stdout or stderr does not end the job.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return inLanguage(chosenLanguage({ argv, env: process.env }), async () => {
    try {
      return await carryOut(readArguments(argv))
    } catch (error) {
      return complain(error)
    }
  })
}

/** @returns the exit code */
type Run = (invocation: Invocation, settings: Settings) => ExitCode | Promise<ExitCode>

/** Each command is loaded on demand: `--version` does not need most of the worker. */
const LOADERS: Readonly<Record<Exclude<CommandName, 'help'>, () => Promise<Run>>> = {
  run: async () => (await import('./commands/run.ts')).run,
  mix: async () => (await import('./commands/mix.ts')).mix,
  init: async () => (await import('./commands/init.ts')).init,
  plan: async () => (await import('./commands/plan.ts')).plan,
  validate: async () => (await import('./commands/validate.ts')).validate,
  preview: async () => (await import('./commands/preview.ts')).preview,
  batch: async () => (await import('./commands/batch.ts')).batch,
  serve: async () => (await import('./commands/serve.ts')).serve,
  split: async () => (await import('./commands/split.ts')).split,
  task: async () => (await import('./commands/task.ts')).task,
  work: async () => (await import('./commands/work.ts')).work,
  status: async () => (await import('./commands/status.ts')).status,
  report: async () => (await import('./commands/report.ts')).report,
  completion: async () => (await import('./commands/completion.ts')).completion,
}
const loadReplay = async (): Promise<Run> => (await import('./commands/replay.ts')).replay

async function carryOut(invocation: Invocation): Promise<ExitCode> {
  const { command, about, replayCallbacks } = invocation
  if (command === 'help') return print(helpText(about))
  if (command === 'version') return print(`${workerVersion()}\n`)
  const settings = readSettings(invocation)
  const run = await (replayCallbacks ? loadReplay : LOADERS[command])()
  return run(invocation, settings)
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
