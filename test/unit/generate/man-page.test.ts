import { describe, expect, it } from 'vitest'
import { manPage } from '../../../src/generate/man-page.ts'
import { COMMANDS } from '../../../src/cli/commands.ts'
import { ROWS } from '../../../src/cli/options.ts'

describe('the man page', () => {
  it('names every command and every option, each with what it is for', () => {
    const page = manPage()
    for (const name of Object.keys(COMMANDS)) expect(page).toContain(`\n.TP\n\\fB${name}\\fR\n`)
    for (const [name] of ROWS) expect(page).toContain(`\\fB\\-\\-${name.replaceAll('-', '\\-')}\\fR`)
    expect(page).not.toMatch(/undefined|\[object|\n\n/)
  })
})
