/** The language of messages: `--lang` if given, otherwise the environment's locale. */

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const isLanguage = (name: string | undefined): name is Language =>
  name !== undefined && (LANGUAGES as readonly string[]).includes(name)

/**
 * The language of a command line. Read before the arguments are parsed, so that errors in them use it too; the argument
 * parser rejects an unknown value of `--lang`.
 */
export function chosenLanguage(options: { argv: readonly string[]; env: Environment }): Language {
  const asked = askedFor(options.argv)
  return isLanguage(asked) ? asked : languageOf(options.env)
}

type Environment = Readonly<Record<string, string | undefined>>

/** The locale of a category; empty if none is set. As in POSIX, the first variable set decides, even if it is `C`. */
export function localeOf(env: Environment, category: 'LC_CTYPE' | 'LC_MESSAGES'): string {
  return [env['LC_ALL'], env[category], env['LANG']].find(Boolean) ?? ''
}

function languageOf(env: Environment): Language {
  return /^zh(?![a-z])/i.test(localeOf(env, 'LC_MESSAGES')) ? 'zh' : 'en'
}

function askedFor(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  return words
    .map((word, at) => (word === '--lang' ? words[at + 1] : /^--lang=(.*)$/.exec(word)?.[1]))
    .findLast((value) => value !== undefined)
}
