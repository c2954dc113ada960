import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { clearDeadTasks, openTaskFolder } from '../../../src/fleet/task-folder.ts'

it('folders of killed tasks are removed, and no others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-folders-'))
  try {
    const living = await openTaskFolder(folder)
    const tasks = join(folder, '.tasks')
    const [dead, lone] = [join(tasks, '0123456789abcdef'), join(tasks, 'fedcba9876543210')]
    const { pid } = spawnSync('true')
    await mkdir(dead)
    await writeFile(`${dead}.lock`, JSON.stringify({ pid, started: '1' }))
    await writeFile(join(dead, 'video-1.mp4'), 'half')
    await mkdir(lone)
    // A lock that another process is about to take.
    await writeFile(join(tasks, '00000000000000ff.lock.abcdef'), '{}')
    await clearDeadTasks(folder)
    expect([dead, `${dead}.lock`, lone].filter(existsSync)).toEqual([])
    expect(existsSync(living.path)).toBe(true)
    expect(await readdir(tasks)).toContain('00000000000000ff.lock.abcdef')
    await living.close()
    expect(await readdir(tasks)).toEqual(['00000000000000ff.lock.abcdef'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
