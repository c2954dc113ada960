/** What every ffmpeg is started under. */
import { dieWithParent, whereUsable } from './die-with-parent.ts'

const found = new Map<boolean, Promise<readonly string[]>>()

/**
 * The start of a command line, before ffmpeg's own path:
 * - `nohup`: the shell sends SIGHUP to all processes of a job when its terminal is closed. Whether the job goes on
 *   then is the worker's decision, and ffmpeg would die of it. In a sandbox `setsid`, which keeps every signal of a
 *   terminal away: one that ends the sandbox while it is being made leaves an ffmpeg behind.
 * - `setpriv --pdeathsig`: ffmpeg ends with the worker, however that ends.
 * What the machine does not have is left out. Both replace themselves by what they start, and take 1 ms together.
 * Found out once in the life of a process.
 */
export function launcher({ isBoxed }: { isBoxed: boolean }): Promise<readonly string[]> {
  const known = found.get(isBoxed)
  if (known) return known
  const apart = whereUsable([isBoxed ? 'setsid' : 'nohup'])
  const parts = Promise.all([apart, dieWithParent('SIGKILL')]).then((lists) => lists.flat())
  found.set(isBoxed, parts)
  return parts
}
