/** What a job makes on its way is known by the same keys wherever it is made: another machine can take it over. */
import { copyFile, link, mkdir, readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { HOME, JOB_ID, type Workplace, cfgOf, makeWorkplace } from '../harness/run-worker.ts'
import { CHUNKED, furnishShort, packetsHash, shortIndex } from '../harness/short-job.ts'

const WATERMARKS = [
  { Type: 1, X: 4, Y: 100, Alpha: 1 },
  { Type: 2, X: 80, Y: 4, Alpha: 0.5, Image: 'logo.png' },
  { Type: 3, X: 4, Y: 4, Alpha: 1, Text: "it's {work}" },
]

/** The keys of everything that a job has made, by the name of what they stand for. */
async function keysOf(place: Workplace): Promise<Record<string, string>> {
  const folder = join(place.workDir, JOB_ID)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.key'))
  const keys = names.map(async (name) => [basename(name, '.key'), await readFile(join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(keys)) as Record<string, string>
}

it('a job has the same keys and packets in other folders and with other names of its recordings', async () => {
  const [here, there] = [await makeWorkplace(), await makeWorkplace("owt-it's [there]; %d #1 ")]
  try {
    await furnishShort(here)
    const renamed = (name: string) => `of {work} ${name}`
    // The same files: what tells one content from another is then the same, as it is for objects of a service.
    await mkdir(join(there.bucket, 'rec'))
    for (const name of await readdir(join(here.bucket, 'rec')))
      await link(join(here.bucket, 'rec', name), join(there.bucket, 'rec', renamed(name)))
    const index = shortIndex() as { Files: readonly { Name: string }[] }
    const Files = index.Files.map((file) => ({ ...file, Name: renamed(file.Name) }))
    await there.write(`bucket/${JOB_ID}.json`, { ...index, Files })
    for (const place of [here, there]) {
      await copyFile(join(HOME, 'mixer/gallery/logo.png'), join(place.folder, 'logo.png'))
      const cfg = await place.write('cfg.json', cfgOf({ Data: { MixerConfig: { WaterMark: WATERMARKS } } }))
      expect(await place.run(['--quiet', '--keep-work', cfg], { env: CHUNKED })).toMatchObject({
        ...{ code: 0, stderr: '' },
      })
    }
    const keys = await keysOf(here)
    expect(Object.keys(keys)).toEqual(
      expect.arrayContaining(['audio.m4a', 'finished.mp4', 'video-1.mp4', 'video-3.mp4']),
    )
    expect(await keysOf(there)).toEqual(keys)
    const [made, again] = await Promise.all(
      [here, there].map(async (place) => packetsHash((await place.result()).output?.path ?? '', place)),
    )
    expect(again).toBe(made)
  } finally {
    await Promise.all([here.remove(), there.remove()])
  }
})
