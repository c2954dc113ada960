import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeReporter } from '../../../src/progress/reporter.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A reporter, and what it has written since it was last asked; the clock is the test's. */
function watch(
  options: {
    isTTY?: boolean
    quiet?: boolean
    columns?: number
    term?: string
    isBackground?: () => boolean
  } = {},
) {
  const { isTTY = false, quiet = false, columns = 120, term = 'xterm', isBackground = () => false } = options
  let written = ''
  const out = { write: (text: string) => (written += text), isTTY, columns }
  return {
    reporter: makeReporter({ out, quiet, now: () => performance.now(), isBackground, term }),
    later: (ms: number) => vi.advanceTimersByTime(ms),
    written: () => {
      const text = written
      written = ''
      return text
    },
  }
}

const CLEAR = '\r\x1b[2K'
const EMPTY = '.'.repeat(24)

describe('in the background of a terminal', () => {
  it('draws no bar and takes none away: the terminal belongs to another process', () => {
    let isBackground = false
    const { reporter, later, written } = watch({ isTTY: true, isBackground: () => isBackground })
    reporter.update('encode', 0, 60_000)
    expect(written()).toBe(`encoding [${EMPTY}] 0 %`)
    isBackground = true
    reporter.update('encode', 3000, 60_000)
    later(10_000)
    expect(written()).toMatch(/^encoding: 5 %[^\r\x1b]*\n$/)
    reporter.say('warning: one')
    reporter.end('encode')
    reporter.close()
    expect(written()).toMatch(/^warning: one\nencoding: done in .*\n$/)
  })
})

describe('on a terminal', () => {
  it('redraws one line, not more than four times a second', () => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.update('encode', 0, 60_000)
    expect(written()).toBe(`encoding [${EMPTY}] 0 %`)
    later(100)
    reporter.update('encode', 3000, 60_000)
    expect(written()).toBe('')
    later(150)
    expect(written()).toBe(`${CLEAR}encoding [#.......................] 5 %`)
    later(10)
    reporter.update('encode', 30_000, 60_000)
    expect(written()).toBe('')
    later(1740)
    expect(written().split(CLEAR).at(-1)).toMatch(
      /^encoding \[############\.{12}\] 50 %, [\d.]+x, \d+ s left$/,
    )
    reporter.end('encode')
    expect(written()).toBe(`${CLEAR}encoding: done in 2.00 s\n`)
    later(5000)
    expect(written()).toBe('')
  })

  it('redraws nothing where the terminal cannot', () => {
    const { reporter, later, written } = watch({ isTTY: true, term: 'dumb' })
    reporter.update('encode', 0, 60_000)
    later(1000)
    reporter.end('encode')
    expect(written()).toBe('encoding: started\nencoding: done in 1.00 s\n')
  })

  it('goes on drawing where nobody knows how much there is', () => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.update('check', 0, 0, { doing: { code: 'doingCheck', params: {} } })
    expect(written()).toBe('checking, comparing the finished file with the plan')
    later(3000)
    expect(written().split(CLEAR).at(-1)).toBe(
      'checking, 3 s so far, comparing the finished file with the plan',
    )
  })

  it('puts what is said above it', () => {
    const { reporter, written } = watch({ isTTY: true })
    reporter.say('first')
    expect(written()).toBe('first\n')
    reporter.update('fetch', 1, 4)
    written()
    reporter.say('warning: x')
    expect(written()).toBe(`${CLEAR}warning: x\nfetching [######..................] 25 %`)
  })

  it('shows the foremost of the phases that run, and each that has ended stays', () => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.update('fetch', 1, 2)
    reporter.update('probe', 1, 2)
    later(250)
    expect(written()).toBe(
      `fetching [############............] 50 %${CLEAR}fetching [############............] 50 %`,
    )
    reporter.end('fetch')
    expect(written()).toBe(`${CLEAR}fetching: done in 0.25 s\nprobing [############............] 50 %`)
  })

  it('leaves a clean line when it is closed, and can begin again', () => {
    const { reporter, later, written } = watch({ isTTY: true })
    reporter.update('probe', 1, 3)
    written()
    reporter.close()
    expect(written()).toBe(CLEAR)
    reporter.close()
    later(1000)
    expect(written()).toBe('')
    reporter.update('callback', 0, 2)
    later(250)
    expect(written()).toContain('callbacks [')
  })

  it('writes no line that is as wide as the terminal, however narrow that is', () => {
    for (const columns of [1, 8, 20, 33, 57, 81]) {
      const { reporter, later, written } = watch({ isTTY: true, columns })
      for (let done = 0; done <= 50; done += 1) {
        reporter.update('encode', done * 1000, 60_000, {
          doing: { code: 'doingRender', params: { chunks: [3, 4, 5], of: 12, sound: true } },
        })
        later(250)
      }
      reporter.end('encode')
      const lines = written().split(/\r\x1b\[2K|\n/)
      expect(lines.length).toBeGreaterThan(50)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns)
    }
  })
})

describe('in a pipe', () => {
  it('says a plain line at the start, every ten seconds and at the end, moving or not', () => {
    const { reporter, later, written } = watch()
    reporter.update('encode', 0, 100_000)
    expect(written()).toBe('encoding: started\n')
    later(1000)
    reporter.update('encode', 1000, 100_000)
    later(8750)
    reporter.update('encode', 9000, 100_000)
    expect(written()).toBe('')
    later(250)
    expect(written()).toMatch(/^encoding: 9 %, [\d.]+ times real time, (\d+ min )?\d+ s left\n$/)
    later(10_000)
    expect(written()).toMatch(/^encoding: 9 %, .*\n$/)
    reporter.end('encode')
    expect(written()).toBe('encoding: done in 20.0 s\n')
    reporter.close()
    expect(written()).toBe('')
  })

  it('a short phase has two lines, one that never began none', () => {
    const { reporter, later, written } = watch()
    reporter.update('upload', 1, 2)
    later(250)
    reporter.update('upload', 2, 2)
    reporter.end('upload')
    reporter.end('upload')
    reporter.end('check')
    expect(written()).toBe('uploading: started\nuploading: done in 0.25 s\n')
  })
})

it('quiet: only what must be said, and its state can be asked all the same', () => {
  for (const isTTY of [true, false]) {
    const { reporter, later, written } = watch({ isTTY, quiet: true })
    expect(reporter.state()).toBeUndefined()
    reporter.update('encode', 0, 10)
    later(60_000)
    reporter.update('encode', 5, 10)
    expect(reporter.state()).toMatchObject({ phase: 'encode', share: 0.5, elapsedMs: 60_000 })
    reporter.end('encode')
    expect(written()).toBe('')
    reporter.say('error: x')
    reporter.close()
    expect(written()).toBe('error: x\n')
  }
})
