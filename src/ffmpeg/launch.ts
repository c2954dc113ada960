/** The command prefix of every ffmpeg process. */
import { dieWithParent, whereUsable } from './die-with-parent.ts'

const found = new Map<boolean, Promise<readonly string[]>>()

/**
 * The command prefix before ffmpeg's own path:
 * - `nohup`: when a terminal closes, the shell sends SIGHUP to all processes of a job. The worker decides whether the
 *   job continues, but ffmpeg would end. In a sandbox `setsid`, which keeps away every signal of a terminal: one that
 *   ends the sandbox during its setup leaves an ffmpeg behind.
 * - `setpriv --pdeathsig`: ffmpeg ends with the worker, however that ends.
 * Programs that the machine lacks are left out. Each execs the next, and together they take 1 ms. Determined once per
 * process.
 */
export function launcher({ isBoxed }: { isBoxed: boolean }): Promise<readonly string[]> {
  const known = found.get(isBoxed)
  if (known) return known
  const apart = whereUsable([isBoxed ? 'setsid' : 'nohup'])
  const parts = Promise.all([apart, dieWithParent('SIGKILL')]).then((lists) => lists.flat())
  found.set(isBoxed, parts)
  return parts
}
