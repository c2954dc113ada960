import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { type Message, openOutbox } from '../../../src/callback/outbox.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-outbox-'))
  path = join(folder, 'job.undelivered.jsonl')
  return () => rm(folder, { recursive: true, force: true })
})

const open = (newRun = 'run-2') =>
  openOutbox({ path, newRun, onTrouble: (code) => expect.fail(`trouble: ${code}`) })
const message = (id: string): Message => ({
  ...{ id, target: 'job.mixer/ucloud', sequence: 1, atMs: 1, event: 'begun', body: {} },
})
const lines = (...all: object[]) => all.map((line) => `${JSON.stringify(line)}\n`).join('')

it('a last line that was torn costs itself alone, and nothing that comes after it', async () => {
  const torn = JSON.stringify(message('torn')).slice(0, -9)
  await writeFile(path, lines({ run: 'run-1' }, message('one')) + torn)
  const outbox = open()
  expect(outbox).toMatchObject({ run: 'run-1', isResumed: true, left: [message('one')] })
  expect(outbox.has('torn')).toBe(false)
  outbox.add(message('two'))
  // As it is when the process is killed now.
  const next = open()
  expect(next.left.map(({ id }) => id)).toEqual(['one', 'two'])
  next.close()
})

it('a file that was torn at its only line is a new run', async () => {
  await writeFile(path, '{"run":"ru')
  const outbox = open()
  expect(outbox).toMatchObject({ run: 'run-2', isResumed: false, left: [] })
  outbox.add(message('one'))
  expect(open()).toMatchObject({ run: 'run-2', isResumed: true, left: [message('one')] })
})
