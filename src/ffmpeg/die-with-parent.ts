/** Children that end with this process, however it ends: after `kill -9` it cannot end them itself. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * A command prefix under which a child receives a signal when this process ends. Empty where the machine has no
 * suitable `setpriv` (util-linux). `setpriv` execs the child, so the process id stays the same.
 */
export function dieWithParent(signal: 'SIGKILL' | 'SIGTERM'): Promise<readonly string[]> {
  return whereUsable(['setpriv', '--pdeathsig', signal.slice(3)])
}

/** @returns the prefix if it can run a command; otherwise an empty list */
export async function whereUsable(prefix: readonly [string, ...string[]]): Promise<readonly string[]> {
  const [file, ...args] = prefix
  return promisify(execFile)(file, [...args, 'true']).then(
    () => prefix,
    () => [],
  )
}
