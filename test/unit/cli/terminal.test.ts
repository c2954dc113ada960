import { expect, it } from 'vitest'
import { watchTerminal } from '../../../src/cli/terminal.ts'

/** A line of /proc/self/stat. */
const stat = (of: { group: number; terminal: number; foregroundGroup: number }) =>
  `4711 (a) b (c) S 1 ${of.group} 4000 ${of.terminal} ${of.foregroundGroup} 4194304 100`

const IN_FRONT = stat({ group: 4711, terminal: 34816, foregroundGroup: 4711 })
const BEHIND = stat({ group: 4711, terminal: 34816, foregroundGroup: 4000 })
const NO_TERMINAL = stat({ group: 4711, terminal: 0, foregroundGroup: -1 })

function watch(first: string) {
  let line = first
  const terminal = watchTerminal(() => line)
  return { terminal, now: (next: string) => (line = next) }
}

it.each([
  ['in the foreground', IN_FRONT, false],
  ['in the background', BEHIND, true],
  ['without a terminal', NO_TERMINAL, false],
])('knows a process %s', (_, line, isBackground) => {
  expect(watch(line).terminal.isBackground()).toBe(isBackground)
})

it('notices that the process was sent to the background, or fetched from there', () => {
  const { terminal, now } = watch(IN_FRONT)
  now(BEHIND)
  expect(terminal.isBackground()).toBe(true)
  now(IN_FRONT)
  expect(terminal.isBackground()).toBe(false)
})

it.each([
  ['in the background', BEHIND, true],
  ['in the foreground', IN_FRONT, false],
])('remembers that it was %s when the terminal is gone', (_, line, isBackground) => {
  const { terminal, now } = watch(line)
  now(NO_TERMINAL)
  expect(terminal.isBackground()).toBe(isBackground)
})

it('takes a system that does not tell for one with the process in the foreground', () => {
  const terminal = watchTerminal(() => {
    throw new Error('ENOENT')
  })
  expect(terminal.isBackground()).toBe(false)
})
