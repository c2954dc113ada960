import { describe, expect, it } from 'vitest'
import { chosenLanguage, localeOf } from '../../../src/messages/language.ts'

const inEnv = (env: Record<string, string>) => chosenLanguage({ argv: ['cfg.json'], env })

describe('the language', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'en'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'zh' }, 'zh'],
    [{ LANG: 'zh-Hans' }, 'zh'],
    [{ LANG: 'ZH_TW' }, 'zh'],
    [{ LANG: 'zha_CN' }, 'en'],
    [{ LANG: 'C' }, 'en'],
    [{ LANG: 'POSIX' }, 'en'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    // The first that is set and not empty decides, whatever it says.
    [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
    [{ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'en_GB' }, 'zh'],
    [{ LC_ALL: 'zh_CN', LC_MESSAGES: 'en_GB', LANG: 'en_GB' }, 'zh'],
    [{ LC_MESSAGES: 'en_GB', LANG: 'zh_CN' }, 'en'],
    // Dates and numbers are not messages.
    [{ LC_TIME: 'zh_CN', LC_CTYPE: 'zh_CN' }, 'en'],
  ])('of %j is %s', (env, language) => {
    expect(inEnv(env)).toBe(language)
  })

  it.each<[string[], string]>([
    [['--lang', 'zh', 'cfg.json'], 'zh'],
    [['validate', 'cfg.json', '--lang=zh'], 'zh'],
    [['--lang', 'en', '--lang', 'zh'], 'zh'],
    // What is wrong with it is said by whoever reads the arguments.
    [['--lang', 'fr'], 'en'],
    [['--lang'], 'en'],
    [['--lang='], 'en'],
    // A file may be called so.
    [['--', '--lang=zh'], 'en'],
  ])('of %j is %s', (argv, language) => {
    expect(chosenLanguage({ argv, env: {} })).toBe(language)
  })

  it('asked for counts over the environment', () => {
    const env = { LC_ALL: 'zh_CN.UTF-8' }
    expect(chosenLanguage({ argv: ['--lang', 'en'], env })).toBe('en')
    expect(chosenLanguage({ argv: ['--lang', 'fr'], env })).toBe('zh')
  })
})

it.each<[Record<string, string>, string]>([
  [{ LC_CTYPE: 'C.UTF-8', LC_MESSAGES: 'zh_CN', LANG: 'en_GB' }, 'C.UTF-8'],
  [{ LC_ALL: 'C', LC_CTYPE: 'C.UTF-8' }, 'C'],
  [{ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'en_GB' }, 'en_GB'],
  [{}, ''],
])('the locale of letters, of %j, is %s', (env, locale) => {
  expect(localeOf(env, 'LC_CTYPE')).toBe(locale)
})
