/** What ffmpeg may know of the environment: it opens files nobody chose, and needs no credentials for that. */
const HARMLESS = ['PATH', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE']

/** Folders that are not there in a sandbox. */
const OUTSIDE = ['HOME', 'TMPDIR']

/**
 * The environment of every ffmpeg that is started.
 * @param options.isBoxed it runs in a sandbox
 */
export function harmlessEnvironment({ isBoxed = false } = {}): Record<string, string> {
  const pairs = [...HARMLESS, ...(isBoxed ? [] : OUTSIDE)].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}
