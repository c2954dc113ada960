/** What the README promises to somebody who follows it. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { shellBlocksOf, textOf } from '../harness/pages.ts'
import { HOME, ROOM_START_MS, cfgOf, makeWorkplace, usePlace } from '../harness/run-worker.ts'
import { makeSource } from '../harness/sources.ts'

const DEMO = join(HOME, 'mixer/bucket')

/** The commands of a page's section on own recordings, as one shell script. */
const ownRecordings = (page: string): string =>
  shellBlocksOf(textOf(page)).find((block) => block.includes('make-index')) ?? ''

describe('the commands for own recordings', () => {
  it('work as they stand, and make a film', async () => {
    const place = await makeWorkplace()
    try {
      for (const name of ['bin', 'conf', 'mixer', 'scripts']) {
        await symlink(join(HOME, name), join(place.folder, name))
      }
      for (const [i, user] of ['alice', 'bob'].entries()) {
        const source = await makeSource({
          id: i + 1,
          container: 'webm',
          durationMs: 1000,
          video: { codec: 'vp8', size: { width: 160, height: 120 }, fps: 10 },
          audio: { codec: 'opus' },
        })
        const content = await readFile(source.path)
        await place.write(`mine/room_${user}_1_${ROOM_START_MS + i * 100}.webm`, content)
      }
      const script = ownRecordings('README.md').replace('/path/to/', 'mine/')
      const env = {
        ...process.env,
        OWT_LOGS_FOLDER: place.logDir,
        OWT_WORK_FOLDER: place.workDir,
      }
      const shell = ['-e', '-u', '-o', 'pipefail', '-c', script]
      const { stdout } = await promisify(execFile)('bash', shell, { cwd: place.folder, env })
      expect(stdout).toContain('jobs/4711/bucket/output/4711.mp4')
      const { status, streams, warnings } = await place.result('4711')
      expect({ status, warnings }).toEqual({ status: 'ok', warnings: [] })
      expect(streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'bob_1'])
      const made = ['4711.preview.png', 'jobs/4711/bucket/output/4711.mp4']
      for (const path of made) expect((await stat(join(place.folder, path))).size).toBeGreaterThan(1000)
    } finally {
      await place.remove()
    }
  })

  it('are the same in the Chinese guide', () => {
    const typed = (script: string) => script.replaceAll(/ +# .*$/gm, '')
    expect(typed(ownRecordings('docs/guide.zh.md'))).toBe(typed(ownRecordings('README.md')))
  })
})

describe('an index of own recordings', () => {
  const place = usePlace()
  beforeEach(async () => {
    await mkdir(join(place.bucket, 'rec'))
  })
  const makeIndex = async (): Promise<{ text: string; files: [string, string, number][] }> => {
    const script = join(HOME, 'scripts/make-index.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'own', place.bucket, 'rec'])
    const { Files } = JSON.parse(stdout) as { Files: { StreamId: string; Name: string; StartTime: number }[] }
    return { text: stdout, files: Files.map((one) => [one.StreamId, one.Name, one.StartTime]) }
  }

  it('is read off the names that recorders give, and is that of the bundled room', async () => {
    const root = join(DEMO, 'urtc/demo4711')
    for (const name of await readdir(root)) await copyFile(join(root, name), join(place.bucket, 'rec', name))
    const { files } = await makeIndex()
    const bundled = JSON.parse(await readFile(join(DEMO, 'job-demo-20261122-0001.json'), 'utf8')) as {
      Files: { StreamId: string; Name: string; StartTime: number }[]
    }
    const due = bundled.Files.map((one) => [one.StreamId, one.Name, one.StartTime])
    expect(files).toEqual(due.toSorted(([, a], [, b]) => (String(a) < String(b) ? -1 : 1)))
  })

  it('has files of other names beginning together, and is one that the worker takes', async () => {
    for (const name of ['李雷.mp4', 'notes.txt', `room_a_b_2_${ROOM_START_MS}.webm`]) {
      await place.write(`bucket/rec/${name}`, 'nothing to be read')
    }
    const { text, files } = await makeIndex()
    expect(files).toEqual([
      ['a_b_2', `room_a_b_2_${ROOM_START_MS}.webm`, ROOM_START_MS],
      ['李雷_1', '李雷.mp4', ROOM_START_MS],
    ])
    await place.write('own.json', text)
    const cfg = await place.write('cfg.json', cfgOf({ Internal: { JobId: 'own' } }))
    expect(await place.run(['validate', cfg])).toMatchObject({ code: 0 })
    const preview = await place.run(['preview', '--quiet', '--mock', '--json', cfg])
    expect(preview).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(preview.stdout)).toMatchObject({ segments: 1, pictures: [{ segment: 'A' }] })
  })

  it('is not made of nothing', async () => {
    await expect(makeIndex()).rejects.toThrow(/there is no \.webm and no \.mp4 in it/)
  })
})
