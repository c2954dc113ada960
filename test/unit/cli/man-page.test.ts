import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { manPage } from '../../../src/cli/man-page.ts'
import { COMMANDS, ROWS } from '../../../src/options.ts'

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0

describe('the man page', () => {
  it('names every command and every option, each with what it is for', () => {
    const page = manPage()
    for (const name of Object.keys(COMMANDS)) expect(page).toContain(`\n.TP\n\\fB${name}\\fR\n`)
    for (const [name] of ROWS) expect(page).toContain(`\\fB\\-\\-${name.replaceAll('-', '\\-')}\\fR`)
    expect(page).not.toMatch(/undefined|\[object|\n\n/)
  })

  it.skipIf(!has('groff'))('is sound roff', () => {
    const { status, stderr, stdout } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], {
      input: manPage(),
    })
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
    const text = stdout.toString()
    expect(text).toContain('owt-main [run] [options] <cfg.json>')
    expect(text).toMatch(/--speed fast\|balanced\|quality/)
    expect(text).toContain("Send the job's undelivered callbacks")
  })

  it.skipIf(!has('man'))('is what man shows without a warning', () => {
    const shown = spawnSync('man', ['--warnings', '-l', '-'], {
      input: manPage(),
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    expect({ status: shown.status, stderr: shown.stderr.toString() }).toEqual({ status: 0, stderr: '' })
  })
})
