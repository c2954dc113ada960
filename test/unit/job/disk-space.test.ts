import { mkdtemp, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkDiskSpace, estimatedBytes } from '../../../src/job/disk-space.ts'
import type { Command } from '../../../src/model/command.ts'
import { WORK } from '../../../src/model/place.ts'
import type { Locations } from '../../../src/plan/locate.ts'
import type { RenderPlan } from '../../../src/plan/render.ts'
import { makeJob } from '../../harness/builders.ts'

let folder: string
let freeBytes: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-disk-'))
  const { bavail, bsize } = await statfs(folder)
  freeBytes = bavail * bsize
  return () => rm(folder, { recursive: true, force: true })
})

const commandOf = (name: string): Command => ({
  ...{ name, inputs: [], args: [], files: [], durationMs: 0 },
  output: `${WORK}/${name}.mp4`,
})

/** A plan whose finished file is estimated at a share of what is free. */
function planOf(share: number): RenderPlan {
  const durationMs = 3_600_000
  const kbps = (freeBytes * share) / estimatedBytes({ durationMs, kbps: 1 })
  return {
    ...{ frames: 1, durationMs, kbps, matrix: 'bt709', encoder: 'x264', covered: [] },
    video: [commandOf('video-1')],
    audio: commandOf('audio'),
    mux: commandOf('finished'),
    sidecars: [],
  }
}
const at = (): Locations => ({ work: folder, font: '', files: new Map() })
const onOneDisk = () => makeJob({ storage: { kind: 'local', folder, bucket: 'here' } })
const elsewhere = () =>
  makeJob({
    storage: {
      ...{ kind: 's3', vendor: 's3', bucket: 'b', region: 'r', endpoint: 'http://127.0.0.1:1' },
      pathStyle: true,
    },
  })

describe('the room that a job needs', () => {
  it('is its bit rates over its length, and some', () => {
    const bytes = estimatedBytes({ durationMs: 10_000, kbps: 800 })
    expect(bytes).toBeGreaterThan(1_000_000)
    expect(bytes).toBeLessThan(1_300_000)
  })

  it('is twice the file where the work is done, and once more where the bucket is on the same disk', async () => {
    await checkDiskSpace(planOf(0.4), elsewhere(), at())
    await expect(checkDiskSpace(planOf(0.6), elsewhere(), at())).rejects.toMatchObject({
      code: 'diskTooSmall',
    })
    await checkDiskSpace(planOf(0.25), onOneDisk(), at())
    await expect(checkDiskSpace(planOf(0.4), onOneDisk(), at())).rejects.toMatchObject({
      code: 'diskTooSmall',
      retryable: true,
      message: expect.stringContaining(folder) as string,
    })
  })

  it('is more by an HLS rendition, here and where the file goes', async () => {
    const withHls = (share: number) => ({
      ...planOf(share),
      sidecars: [{ kind: 'hls', commands: [commandOf('hls')] }] as const,
    })
    await checkDiskSpace(withHls(0.25), elsewhere(), at())
    await expect(checkDiskSpace(withHls(0.4), elsewhere(), at())).rejects.toMatchObject({
      code: 'diskTooSmall',
    })
    await expect(checkDiskSpace(withHls(0.25), onOneDisk(), at())).rejects.toMatchObject({
      code: 'diskTooSmall',
    })
  })

  it('is less by what an earlier run has made', async () => {
    const plan = planOf(0.6)
    await expect(checkDiskSpace(plan, elsewhere(), at())).rejects.toMatchObject({ code: 'diskTooSmall' })
    // A hole: as long, and takes no room.
    await writeFile(join(folder, 'video-1.mp4'), '')
    await truncate(join(folder, 'video-1.mp4'), Math.round(freeBytes * 0.5))
    await checkDiskSpace(plan, elsewhere(), at())
  })

  it('is not asked for where the disk cannot be asked', async () => {
    const plan = planOf(10)
    const mux = { ...plan.mux, output: `${WORK}/finished.mp4` } as const
    await checkDiskSpace({ ...plan, mux }, elsewhere(), { ...at(), work: join(folder, 'nowhere') })
  })
})
