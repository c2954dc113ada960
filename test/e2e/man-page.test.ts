/** The man page, as the programs that show it have it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasProgram } from '../harness/programs.ts'
import { HOME } from '../harness/run-worker.ts'

const PAGE = join(HOME, 'docs/owt-main.1')

describe('the man page', () => {
  it.skipIf(!hasProgram('groff'))('is sound roff', () => {
    const { status, stderr, stdout } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], {
      input: readFileSync(PAGE),
    })
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
    // Lines are justified.
    const text = stdout.toString().replaceAll(/ +/g, ' ')
    expect(text).toContain('owt-main [run] [options] <cfg.json>')
    expect(text).toMatch(/--speed fast\|balanced\|quality/)
    expect(text).toContain("Send the job's undelivered callbacks")
  })

  it.skipIf(!hasProgram('man'))('is what man shows without a warning', () => {
    const shown = spawnSync('man', ['--warnings', '-l', PAGE], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    expect({ status: shown.status, stderr: shown.stderr.toString() }).toEqual({ status: 0, stderr: '' })
  })
})
