/** Command lines of running processes, as the system reports them. */
import { basename } from 'node:path'

/**
 * Whether these arguments start ffmpeg. It comes first, or after its launcher: a shell, a loader with its own
 * libraries, or a sandbox, whose options start with two dashes; ffmpeg's own start with one.
 * @param args the program and its arguments
 */
export function startsFfmpeg(args: readonly string[]): boolean {
  const options = args.findIndex((arg) => /^-[^-]/.test(arg))
  return options > 0 && args.slice(0, options).some((arg) => basename(arg).startsWith('ffmpeg'))
}

/** Whether the process is the sandbox itself; the program in it is another process. */
export function isSandbox([program = '']: readonly string[]): boolean {
  return basename(program) === 'bwrap'
}
