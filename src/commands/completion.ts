/** `completion`: prints a completion script for the shell. */
import { bashCompletion } from '../cli/bash.ts'
import { zshCompletion } from '../cli/zsh.ts'
import { type Settings, placesOf } from '../cli/settings.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import type { Invocation } from '../cli/invocation.ts'

/** @returns the exit code */
export function completion(invocation: Invocation, { conf }: Settings): ExitCode {
  const { logFolder } = placesOf(invocation, conf)
  process.stdout.write(invocation.shell === 'zsh' ? zshCompletion(logFolder) : bashCompletion(logFolder))
  return EXIT.done
}
