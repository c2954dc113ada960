/** What the README promises to somebody who follows it. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { HOME, ROOM_START_MS, type Workplace, cfgOf, makeWorkplace } from '../harness/run-worker.ts'

const MOST_BYTES = 600_000
const DEMO = join(HOME, 'mixer/bucket')

it('leads nowhere that is not there', async () => {
  const text = await readFile(join(HOME, 'README.md'), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link ?? '')
  expect(links.length).toBeGreaterThan(10)
  expect(links.filter((link) => !existsSync(join(HOME, link)))).toEqual([])
})

it('has pictures that are quick to load, all of them shown', async () => {
  const folder = join(HOME, 'docs/pictures')
  const [names, text] = [await readdir(folder), await readFile(join(HOME, 'README.md'), 'utf8')]
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(MOST_BYTES)
  expect(names.filter((name) => !text.includes(`docs/pictures/${name}`))).toEqual([])
})

describe('an index of own recordings', () => {
  let place: Workplace
  beforeEach(async () => {
    place = await makeWorkplace()
    await mkdir(join(place.bucket, 'rec'))
    return () => place.remove()
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
