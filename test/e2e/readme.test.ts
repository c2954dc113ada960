/** What the README promises to somebody who follows it. */
import { execFile } from 'node:child_process'
import { copyFile, readFile, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { shellBlocksOf, textOf } from '../harness/pages.ts'
import { HOME, ROOM_START_MS, makeWorkplace } from '../harness/run-worker.ts'
import { makeSource } from '../harness/sources.ts'

/** The command of a page's section on own recordings. */
const ownRecordings = (page: string): string =>
  shellBlocksOf(textOf(page)).find((block) => block.includes('owt-main mix')) ?? ''

describe('the command for own recordings', () => {
  it('is one that works as it stands, and makes a film', async () => {
    const place = await makeWorkplace()
    try {
      for (const name of ['bin', 'conf']) await symlink(join(HOME, name), join(place.folder, name))
      for (const [i, user] of ['alice', 'bob'].entries()) {
        const source = await makeSource({
          id: i + 1,
          container: 'webm',
          durationMs: 1000,
          video: { codec: 'vp8', size: { width: 160, height: 120 }, fps: 10 },
          audio: { codec: 'opus' },
        })
        const content = await readFile(source.path)
        await place.write(`path/to/recordings/room_${user}_1_${ROOM_START_MS + i * 100}.webm`, content)
      }
      const git = async (...args: string[]) =>
        (await promisify(execFile)('git', args, { cwd: place.folder })).stdout
      await copyFile(join(HOME, '.gitignore'), join(place.folder, '.gitignore'))
      await git('init', '-q')
      await git('add', '-A')
      const script = ownRecordings('README.md')
      expect(script.trim().split('\n')).toHaveLength(1)
      const env = { ...process.env, OWT_LOGS_FOLDER: place.logDir, OWT_WORK_FOLDER: place.workDir }
      const shell = ['-e', '-u', '-o', 'pipefail', '-c', script.replace(' /path', ' path')]
      const { stdout } = await promisify(execFile)('bash', shell, { cwd: place.folder, env })
      expect(stdout).toMatch(/film\.mp4, 1\.1/)
      expect((await stat(join(place.folder, 'film.mp4'))).size).toBeGreaterThan(1000)
      // Film and poster, and what the README's other commands write, are not for git.
      expect(await git('ls-files', '--others', '--exclude-standard', 'film.*')).toBe('')
      const others = ['serve/jobs', 'logs/a.html', 'work/a', 'jobs/4711/cfg.json']
      expect((await git('check-ignore', ...others)).trim().split('\n')).toEqual(others)
    } finally {
      await place.remove()
    }
  })

  it('is the same in the Chinese guide', () => {
    expect(ownRecordings('docs/guide.zh.md')).toBe(ownRecordings('README.md'))
  })
})
