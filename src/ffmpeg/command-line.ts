/** Command lines of running processes, as the system shows them. */
import { basename } from 'node:path'

/**
 * Whether ffmpeg is started by these words. It stands first, or behind what it is started with: a shell, a loader with
 * libraries of its own, or a sandbox, whose options begin with two dashes; ffmpeg's own have one.
 * @param args the program and its arguments
 */
export function startsFfmpeg(args: readonly string[]): boolean {
  const options = args.findIndex((arg) => /^-[^-]/.test(arg))
  return options > 0 && args.slice(0, options).some((arg) => basename(arg).startsWith('ffmpeg'))
}

/** Whether it is the sandbox, in which the program is another process. */
export function isSandbox([program = '']: readonly string[]): boolean {
  return basename(program) === 'bwrap'
}
