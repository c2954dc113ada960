import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { appendState } from '../../../src/serve/state-event.ts'
import type { ServedJob } from '../../../src/serve/served-job.ts'

it('a state that is written again after a crash stands among the events once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-events-'))
  try {
    const path = join(folder, 'events.jsonl')
    const states = ['queued', 'running', 'running', 'done', 'done', 'queued', 'running', 'done'] as const
    for (const state of states) await appendState(path, { state } as ServedJob, 0)
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { state: string }).state)).toEqual([
      'queued',
      'running',
      'done',
      'queued',
      'running',
      'done',
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})
