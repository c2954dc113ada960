import { describe, expect, it } from 'vitest'
import { makeReporter } from '../../src/progress.ts'

/** A reporter with a clock that is set by hand, and what it has written since it was last asked. */
function watch(options: { isTTY?: boolean; quiet?: boolean } = {}) {
  let at = 1000
  let written = ''
  const out = { write: (text: string) => (written += text), isTTY: options.isTTY ?? false }
  return {
    reporter: makeReporter({ out, quiet: options.quiet ?? false, now: () => at }),
    later: (ms: number) => (at += ms),
    written: () => {
      const text = written
      written = ''
      return text
    },
  }
}

const CLEAR = '\r\x1b[2K'
const EMPTY = '.'.repeat(24)

describe('on a terminal', () => {
  it('redraws one line, not more than ten times a second', () => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.update('encode', 0, 60_000)
    expect(written()).toBe(`encoding [${EMPTY}] 0 %`)
    later(99)
    reporter.update('encode', 3000, 60_000)
    expect(written()).toBe('')
    later(901)
    reporter.update('encode', 30_000, 60_000)
    expect(written()).toBe(
      `${CLEAR}encoding [############............] 50 %, 30.0 times real time, 1.00 s left`,
    )
    later(1000)
    reporter.end('encode')
    expect(written()).toBe(`${CLEAR}encoding: done in 2.00 s\n`)
  })

  it('puts what is said above it', () => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.say('first')
    expect(written()).toBe('first\n')
    reporter.update('fetch', 1, 4)
    written()
    reporter.say('warning: x')
    expect(written()).toBe(`${CLEAR}warning: x\n`)
    reporter.say('warning: y')
    expect(written()).toBe('warning: y\n')
    later(200)
    reporter.update('fetch', 2, 4)
    expect(written()).toBe('fetching [############............] 50 %')
  })

  it('leaves a clean line when it is closed', () => {
    const { reporter, written } = watch({ isTTY: true })
    reporter.update('probe', 1, 3)
    written()
    reporter.close()
    expect(written()).toBe(CLEAR)
    reporter.close()
    expect(written()).toBe('')
  })

  it('shares the line between phases that run at once', () => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.update('fetch', 1, 2)
    later(100)
    reporter.update('probe', 1, 2)
    expect(written()).toBe(
      `fetching [############............] 50 %${CLEAR}probing [############............] 50 %`,
    )
  })
})

describe('in a pipe', () => {
  it('says a plain line every ten seconds', () => {
    const { reporter, later, written } = watch()
    reporter.update('encode', 0, 100_000)
    later(9999)
    reporter.update('encode', 5000, 100_000)
    expect(written()).toBe('')
    later(1)
    reporter.update('encode', 10_000, 100_000)
    expect(written()).toBe('encoding [##......................] 10 %, 1.0 times real time, 1 min 30 s left\n')
    later(5000)
    reporter.update('encode', 12_000, 100_000)
    expect(written()).toBe('')
    later(5000)
    reporter.end('encode')
    expect(written()).toBe('encoding: done in 20.0 s\n')
    reporter.close()
    expect(written()).toBe('')
  })

  it('a short phase has one line', () => {
    const { reporter, later, written } = watch()
    reporter.update('upload', 1, 2)
    later(250)
    reporter.update('upload', 2, 2)
    reporter.end('upload')
    reporter.end('upload')
    expect(written()).toBe('uploading: done in 0.25 s\n')
  })

  it('a phase that never began has none', () => {
    const { reporter, written } = watch()
    reporter.end('upload')
    expect(written()).toBe('')
  })
})

describe('how far', () => {
  const lineAt = (done: number, total: number, afterMs = 0) => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.update('upload', 0, total)
    written()
    later(Math.max(afterMs, 100))
    reporter.update('upload', done, total)
    return written().replace(CLEAR, '')
  }

  it('never more than all, and nothing of nothing', () => {
    expect(lineAt(12, 10)).toBe(`uploading [${'#'.repeat(24)}] 100 %`)
    expect(lineAt(0, 0)).toBe(`uploading [${EMPTY}] 0 %`)
    expect(lineAt(999, 1000)).toBe(`uploading [${'#'.repeat(24)}] 99 %`)
  })

  it('what is left is said once it can be told', () => {
    expect(lineAt(2, 100, 5000)).toBe(`uploading [${EMPTY}] 2 %`)
    expect(lineAt(50, 100, 500)).toBe('uploading [############............] 50 %')
    expect(lineAt(50, 100, 501)).toBe('uploading [############............] 50 %, 0.50 s left')
  })
})

it('quiet: only what must be said', () => {
  for (const isTTY of [true, false]) {
    const { reporter, later, written } = watch({ isTTY, quiet: true })
    reporter.update('encode', 0, 10)
    later(60_000)
    reporter.update('encode', 5, 10)
    reporter.end('encode')
    expect(written()).toBe('')
    reporter.say('error: x')
    reporter.close()
    expect(written()).toBe('error: x\n')
  }
})
