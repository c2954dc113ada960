import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeResult } from '../../../src/report/result.ts'
import { writePage } from '../../../src/reporting/files.ts'

const result = makeResult({
  ...{ jobId: 'job-1', exitCode: 0, skipped: [], warnings: [] },
  timings: { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 0 },
  versions: { worker: '1', ffmpeg: '7', node: 'v20' },
})

describe('a page', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'owt-page-'))
    return () => rm(folder, { recursive: true, force: true })
  })

  it('comes into a folder that is not there yet', async () => {
    const path = join(folder, 'pages', 'a.html')
    await writePage(path, result, {})
    expect(await readFile(path, 'utf8')).toContain('job-1')
  })

  it('goes through a link such as /dev/stdout and leaves it there', async () => {
    const [link, behind] = [join(folder, 'link'), join(folder, 'behind')]
    await writeFile(behind, '')
    await symlink(behind, link)
    await writePage(link, result, {})
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await readFile(behind, 'utf8')).toContain('job-1')
  })
})
