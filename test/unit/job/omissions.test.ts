import { expect, it } from 'vitest'
import { collectFindings } from '../../../src/events/findings.ts'
import { noteOmissions } from '../../../src/job/omissions.ts'
import type { Warning } from '../../../src/messages/index.ts'
import type { Skipped } from '../../../src/model/room.ts'

it('notes as many as there are: an index may list a hundred thousand', () => {
  const findings = collectFindings()
  const { warn, skip } = noteOmissions({ strict: false, emit: (event) => findings.take(event) })
  const warning: Warning = { code: 'seekIndexWrong', params: { name: 'a.webm' } }
  warn(Array<Warning>(150_000).fill(warning))
  skip(Array<Skipped>(150_000).fill({ streamId: 'a_1', name: 'a.webm', reason: 'x' }))
  const versions = { worker: '1', node: '20' }
  const { skipped, warnings } = findings.resultOf({ jobId: 'j', error: undefined, totalMs: 1, versions })
  expect(skipped).toHaveLength(150_000)
  expect(warnings).toHaveLength(300_000)
})
