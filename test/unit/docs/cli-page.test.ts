/** docs/cli.md against the table of options and the exit codes. */
import { describe, expect, it } from 'vitest'
import { usageOf } from '../../../src/cli/help.ts'
import { flagsOf } from '../../../src/cli/flags.ts'
import { EXIT } from '../../../src/errors.ts'
import { COMMAND_NAMES } from '../../../src/cli/commands.ts'
import { ROWS, valueText } from '../../../src/cli/options.ts'
import { plainBlocksOf, textOf } from '../../harness/pages.ts'

const page = textOf('docs/cli.md')

/** Rows of the table below a heading, a cell each. */
function rowsBelow(heading: string): string[][] {
  const [section = ''] = page.slice(page.indexOf(`\n## ${heading}\n`) + 1).split(/\n(?=## )/)
  return [...section.matchAll(/^\| (.*) \|$/gm)].slice(2).map(([, row = '']) => row.split(/ (?<!\\)\| /))
}

describe('docs/cli.md', () => {
  it('shows how each command is used, in the order of the help', () => {
    const [block = ''] = plainBlocksOf(page)
    const shown = [...block.matchAll(/^(owt-main .*?) {2,}/gm)].map(([, usage]) => usage)
    expect(shown).toEqual(COMMAND_NAMES.map(usageOf))
  })

  it('has every option, its value and the commands that take it', () => {
    const due = ROWS.map(([name, option]) => {
      const [last, ...before] = flagsOf(name, option).toReversed()
      const value = option.value ? ` ${valueText(option.value).replaceAll('|', '\\|')}` : ''
      const flags = [...before.toReversed().map((flag) => `\`${flag}\``), `\`${last}${value}\``].join(', ')
      const of = option.commands.length === COMMAND_NAMES.length ? ['all'] : option.commands
      return [flags, of.toSorted()]
    })
    const shown = rowsBelow('Options').map(([flags, , of = '']) => [flags, of.split(', ').toSorted()])
    expect(shown).toEqual(due)
  })

  it('has every exit code', () => {
    const shown = rowsBelow('Exit codes').flatMap(([codes = '']) => codes.split(', ').map(Number))
    expect(shown).toEqual(Object.values(EXIT))
  })
})
