/** Environment variables that ffmpeg may see: it opens untrusted files, and needs no credentials. */
const HARMLESS = ['PATH', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE']

/** Variables that refer to folders outside the sandbox. */
const OUTSIDE = ['HOME', 'TMPDIR']

/**
 * How long a program may take to say something about itself, in ms. Ends a hang, and nothing else: on a busy machine,
 * the first start of a program whose libraries are not in memory takes a while.
 */
export const ANSWER_MS = 120_000

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
