/** Environment variables that ffmpeg may see: it opens untrusted files, and needs no credentials. */
const HARMLESS = ['PATH', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE']

/** Variables that refer to folders outside the sandbox. */
const OUTSIDE = ['HOME', 'TMPDIR']

/**
 * The environment of every ffmpeg process.
 * @param options.isBoxed whether it runs in a sandbox
 */
export function harmlessEnvironment({ isBoxed = false } = {}): Record<string, string> {
  const pairs = [...HARMLESS, ...(isBoxed ? [] : OUTSIDE)].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}
