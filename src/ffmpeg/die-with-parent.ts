/** Children that end with this process, however it ends: `kill -9` gives nobody the time to end them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * The start of a command line under which a child gets a signal when this process is gone. Empty where the machine
 * has no `setpriv` (util-linux) that can do so. It replaces itself by the child: the process stays the same.
 */
export function dieWithParent(signal: 'SIGKILL' | 'SIGTERM'): Promise<readonly string[]> {
  return whereUsable(['setpriv', '--pdeathsig', signal.slice(3)])
}

/** @returns the start of a command line where it runs a command; else nothing */
export async function whereUsable(prefix: readonly [string, ...string[]]): Promise<readonly string[]> {
  const [file, ...args] = prefix
  return promisify(execFile)(file, [...args, 'true']).then(
    () => prefix,
    () => [],
  )
}
