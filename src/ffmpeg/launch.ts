/** What every ffmpeg is started under. */
import { dieWithParent, whereUsable } from './die-with-parent.ts'

let found: Promise<readonly string[]> | undefined

/**
 * The start of a command line, before ffmpeg's own path:
 * - `nohup`: the shell sends SIGHUP to all processes of a job when its terminal is closed. Whether the job goes on
 *   then is the worker's decision, and ffmpeg would die of it.
 * - `setpriv --pdeathsig`: ffmpeg ends with the worker, however that ends.
 * What the machine does not have is left out. Both replace themselves by what they start, and take 1 ms together.
 * Found out once in the life of a process.
 */
export function launcher(): Promise<readonly string[]> {
  found ??= Promise.all([whereUsable(['nohup']), dieWithParent('SIGKILL')]).then((parts) => parts.flat())
  return found
}
