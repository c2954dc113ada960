import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchJobs } from '../../../src/batch/status.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const CLEAR = '\r\x1b[2K'

function watch(options: { isTTY?: boolean; quiet?: boolean; term?: string }) {
  const { isTTY = false, quiet = false, term = 'xterm' } = options
  let written = ''
  const out = { write: (text: string) => (written += text), isTTY, columns: 60 }
  const status = watchJobs({ out, quiet, of: 3, now: () => Date.now(), term })
  return {
    status,
    out,
    written: () => {
      const text = written
      written = ''
      return text
    },
  }
}

it('on a terminal one line is redrawn, others stay above it', () => {
  const { status, out, written } = watch({ isTTY: true })
  const isOver = status.started('a')
  status.started('b')
  expect(written()).toBe(
    `0 of 3 ended, running: a (0.00 s)${CLEAR}0 of 3 ended, running: a (0.00 s), b (0.00 s)`,
  )
  vi.advanceTimersByTime(1000)
  expect(written()).toBe(`${CLEAR}0 of 3 ended, running: a (1.00 s), b (1.00 s)`)
  expect(isOver()).toBe(1)
  status.say('1/3 a: done', out)
  expect(written()).toBe(`${CLEAR}1/3 a: done\n1 of 3 ended, running: b (1.00 s)`)
  status.close()
  expect(written()).toBe(CLEAR)
  vi.advanceTimersByTime(5000)
  expect(written()).toBe('')
})

it('shows how far each job is', () => {
  let written = ''
  const out = { write: (text: string) => (written += text), isTTY: true, columns: 80 }
  const shareOf = (jobId: string) => ({ a: 0.354 })[jobId]
  const status = watchJobs({ out, quiet: false, of: 3, now: () => Date.now(), term: 'xterm', shareOf })
  status.started('a')
  status.started('b')
  status.close()
  expect(written).toContain('0 of 3 ended, running: a (35 %, 0.00 s), b (0.00 s)')
})

it.each([{}, { isTTY: true, term: 'dumb' }])('elsewhere only what stays is said: %j', (options) => {
  const { status, out, written } = watch(options)
  const isOver = status.started('a')
  vi.advanceTimersByTime(5000)
  status.note('note')
  expect(isOver()).toBe(1)
  status.say('1/3 a: done', out)
  status.close()
  expect(written()).toBe('note\n1/3 a: done\n')
})

it('quietly only the results', () => {
  const { status, out, written } = watch({ isTTY: true, quiet: true })
  status.started('a')
  vi.advanceTimersByTime(5000)
  status.note('note')
  status.say('1/3 a: done', out)
  status.close()
  expect(written()).toBe('1/3 a: done\n')
})
