/** Where the worker's own files are: below its deployment or, if its user may not write there, in the XDG folders. */
import { accessSync, constants } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** What an XDG folder is for. https://specifications.freedesktop.org/basedir/ */
const XDG = {
  logs: { variable: 'XDG_STATE_HOME', below: '.local/state' },
  work: { variable: 'XDG_CACHE_HOME', below: '.cache' },
  conf: { variable: 'XDG_CONFIG_HOME', below: '.config' },
} as const

interface Deployment {
  /** Absolute path of its folder. */
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly canWrite: (folder: string) => boolean
}

/** @returns the absolute path of one of the worker's folders */
export function ownFolder(kind: keyof typeof XDG, { home, env, canWrite }: Deployment): string {
  const own = join(home, kind)
  const { variable, below } = XDG[kind]
  const userHome = env['HOME']
  // Relative paths in the variables are invalid and to be ignored.
  const base = env[variable]?.startsWith('/') ? env[variable] : userHome && join(userHome, below)
  return canWrite(own) || !base ? own : join(base, 'owt-main', kind === 'conf' ? '' : kind)
}

/** Whether this user may write into a folder or, if it does not exist, create it. */
export function canWrite(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      accessSync(at, constants.W_OK)
      return true
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isMissing || dirname(at) === at) return false
    }
  }
}
