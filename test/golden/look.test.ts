/** The check's look into recordings: what it sees has to be what the finished file shows. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import type { Tiny } from '../../src/model/tiny.ts'
import { recordingPictures } from '../../src/ffmpeg/inspect.ts'
import { probeRecording } from '../../src/ffmpeg/probe.ts'
import { makeRecording } from '../harness/builders.ts'
import { ffmpeg } from '../harness/frames.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'

/** Luma of red (200, 30, 40). */
const DUE = { bt601: 0.299 * 200 + 0.587 * 30 + 0.114 * 40, bt709: 0.2126 * 200 + 0.7152 * 30 + 0.0722 * 40 }

async function openLook(folder: string) {
  return {
    ffmpeg: await fencedFfmpeg(),
    folder,
    maxPixels: 1e6,
    codecs: defaultConf().ffmpeg.codecs,
    stallMs: 120_000,
    signal: new AbortController().signal,
  }
}

async function opened(look: Awaited<ReturnType<typeof openLook>>, path: string) {
  const probed = await probeRecording({ ...look, path })
  if (!('probe' in probed)) throw new Error(probed.unusable)
  return { ...makeRecording(), path, probe: probed.probe }
}

function meanLevel(picture: Tiny | undefined): number {
  const levels = [...(picture ?? [])]
  return levels.reduce((sum, level) => sum + level, 0) / levels.length
}

it('a saturated colour has the luma of the canvas’s matrix, not of the recording’s', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-look-'))
  const path = join(folder, 'red.webm')
  const red = ['-f', 'lavfi', '-i', 'color=0xC81E28:s=160x120:r=10:d=1,format=gbrp']
  await ffmpeg([...red, '-vf', 'scale=out_color_matrix=bt601:out_range=limited,format=yuv420p', path])
  const look = await openLook(folder)
  const recording = await opened(look, path)
  for (const matrix of ['bt601', 'bt709'] as const) {
    const [picture] = await recordingPictures(look, recording, { startMs: 0, endMs: 200, matrix })
    const mean = meanLevel(picture)
    expect(Math.abs(mean - DUE[matrix]), `${matrix}: ${mean}`).toBeLessThan(4)
  }
  await rm(folder, { recursive: true })
})

it('a picture of high dynamic range is seen tone-mapped, one that is transparent in places not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-look-'))
  const look = await openLook(folder)
  const stretch = { startMs: 0, endMs: 200, matrix: 'bt709' } as const
  const grey = [
    '-f',
    'lavfi',
    '-i',
    'color=black:s=160x120:r=10:d=1,format=yuv420p,geq=lum=143:cb=128:cr=128',
  ]
  const tags = 'setparams=range=tv:colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084'
  const pq = join(folder, 'pq.mp4')
  await ffmpeg([...grey, '-vf', tags, '-c:v', 'libx264', pq])
  const [white] = await recordingPictures(look, await opened(look, pq), stretch)
  // Without tone mapping it is at 148.
  expect(meanLevel(white)).toBeGreaterThan(190)
  const clear = join(folder, 'clear.webm')
  await ffmpeg([...grey, '-vf', 'format=yuva420p', '-c:v', 'libvpx', '-auto-alt-ref', '0', clear])
  const recording = await opened(look, clear)
  expect(recording.probe.video?.alpha).toBe('beside')
  expect(await recordingPictures(look, recording, stretch)).toEqual([])
  await rm(folder, { recursive: true })
})
