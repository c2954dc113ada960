/** Which language is spoken: asked for with `--lang`, else that of the environment. */

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const isLanguage = (name: string | undefined): name is Language =>
  name !== undefined && (LANGUAGES as readonly string[]).includes(name)

/**
 * The language of a command line. It is read before the arguments are, so that what is wrong with them is said
 * in it too; a value of `--lang` that is no language is left to whoever reads the arguments.
 */
export function chosenLanguage(options: { argv: readonly string[]; env: Environment }): Language {
  const asked = askedFor(options.argv)
  return isLanguage(asked) ? asked : languageOf(options.env)
}

type Environment = Readonly<Record<string, string | undefined>>

/** The locale of a category; empty where none is set. POSIX: the first that is set decides, also when it says `C`. */
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
