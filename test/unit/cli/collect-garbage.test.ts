import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openTerminal } from '../../../src/commands/terminal.ts'
import { readArguments } from '../../../src/cli/parse.ts'

it('what probing has used is given back before ffmpeg needs the memory', async () => {
  const host = openTerminal(readArguments(['--quiet', 'cfg.json']))
  try {
    const packets = new WeakRef(new Float64Array(1_000_000))
    await nextTurn()
    host.emit({ kind: 'phaseEnded', phase: 'fetch' })
    await nextTurn()
    expect(packets.deref()).toBeDefined()
    await nextTurn()
    host.emit({ kind: 'phaseEnded', phase: 'probe' })
    expect(packets.deref()).toBeUndefined()
  } finally {
    host.close()
  }
})
