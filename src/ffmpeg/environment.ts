/** What ffmpeg may know of the environment: it opens files nobody chose, and needs no credentials for that. */
const HARMLESS = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'FONTCONFIG_PATH',
  'FONTCONFIG_FILE',
]

/** The environment of every ffmpeg that is started. */
export function harmlessEnvironment(): Record<string, string> {
  const pairs = HARMLESS.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}
