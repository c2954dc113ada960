/** Every command that the pages show is one that can be typed. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readArguments } from '../../../src/cli/parse.ts'
import { COMMANDS } from '../../../src/cli/commands.ts'
import { OPTIONS } from '../../../src/cli/options.ts'
import { PAGES, shellBlocksOf, spansOf, textOf } from '../../harness/pages.ts'

const HOME = join(import.meta.dirname, '../../..')
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }

/** Commands of the shell blocks, one each. */
const typed = (page: string): string[] =>
  shellBlocksOf(textOf(page))
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => line.replace(/(?:^|\s)#\s.*$/, '').split(' && '))
    .map((command) => command.trim())
    .filter((command) => command !== '')

/** The same, and what is named in the text. */
const named = (page: string): string[] => [...typed(page), ...spansOf(textOf(page))]

const npmScripts = (text: string): string[] =>
  [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name)

describe.each(PAGES)('%s', (page) => {
  it('shows command lines that the worker understands', () => {
    for (const command of typed(page)) {
      const [, line] = /^(?:\.\/bin\/)?owt-main (.*)$/.exec(command) ?? []
      if (line === undefined) continue
      const argv = (line.split(' > ')[0] ?? '').split(' ').map((word) => word.replaceAll("'", ''))
      expect(readArguments(argv), command).toBeTruthy()
    }
  })

  it('names commands and options that exist', () => {
    for (const span of spansOf(textOf(page))) {
      const [, command] = /^owt-main ([a-z]+)/.exec(span) ?? []
      if (command !== undefined) expect(Object.keys(COMMANDS), span).toContain(command)
      if (!/^(?:owt-main|--)/.test(span)) continue
      for (const [, option = ''] of span.matchAll(/--([a-z][a-z-]*)/g)) {
        expect(Object.keys(OPTIONS), span).toContain(option)
      }
    }
  })

  it('names npm scripts that exist', () => {
    const names = named(page).flatMap(npmScripts)
    expect(names.filter((name) => !(name in scripts))).toEqual([])
  })

  it('names files of the repository that exist', () => {
    const paths = named(page)
      .flatMap((text) => text.split(/[\s'"]+/))
      .filter((word) => /^(?:src|test|scripts|mixer|conf|bin)\/[\w./-]+\.\w+$/.test(word))
      // Of each user's own, or made by a run.
      .filter((word) => word !== 'conf/local.json' && !word.startsWith('mixer/bucket/output/'))
    expect(paths.filter((path) => !existsSync(join(HOME, path)))).toEqual([])
  })
})
