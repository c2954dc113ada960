import { expect, it } from 'vitest'
import { noteLeftOut } from '../../../src/job/omissions.ts'
import type { Warning } from '../../../src/messages/index.ts'
import type { Skipped } from '../../../src/model/room.ts'

it('notes as many as there are: an index may list a hundred thousand', () => {
  const into: { skipped: Skipped[]; warnings: Warning[] } = { skipped: [], warnings: [] }
  const { warn, skip } = noteLeftOut({ strict: false, tell: () => undefined, into })
  const warning: Warning = { code: 'seekIndexWrong', params: { name: 'a.webm' } }
  warn(Array<Warning>(300_000).fill(warning))
  skip(Array<Skipped>(300_000).fill({ streamId: 'a_1', name: 'a.webm', reason: 'x' }))
  expect(into.skipped).toHaveLength(300_000)
  expect(into.warnings).toHaveLength(600_000)
})
