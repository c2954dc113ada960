import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { watchedReceivers } from '../../../src/callback/receivers.ts'

it('receivers are those of cfg.json as it is now; one that cannot be read changes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-receivers-'))
  try {
    const path = join(folder, 'cfg.json')
    const put = async (...urls: string[]) => {
      const NotifyConfig = urls.map((NotifyUrl) => ({ ServiceType: 'job.mixer', Status: 'open', NotifyUrl }))
      await writeFile(`${path}.part`, JSON.stringify({ Action: 'job.start', Data: { NotifyConfig } }))
      await rename(`${path}.part`, path)
    }
    const current = watchedReceivers(path, [])
    expect(current()).toEqual([])
    await put('https://a.example/cb')
    const first = current()
    expect(first.map(({ url }) => url)).toEqual(['https://a.example/cb'])
    expect(current()).toBe(first)
    await put('https://b.example/cb')
    expect(current().map(({ url }) => url)).toEqual(['https://b.example/cb'])
    await rm(path)
    expect(current().map(({ url }) => url)).toEqual(['https://b.example/cb'])
    await put()
    expect(current()).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})
