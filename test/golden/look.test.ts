/** The check's look into recordings: what it sees has to be what the finished file shows. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { recordingPictures } from '../../src/ffmpeg/look.ts'
import { probeRecording } from '../../src/ffmpeg/probe.ts'
import { makeRecording } from '../harness/builders.ts'
import { ffmpeg } from '../harness/frames.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'

/** Luma of red (200, 30, 40). */
const DUE = { bt601: 0.299 * 200 + 0.587 * 30 + 0.114 * 40, bt709: 0.2126 * 200 + 0.7152 * 30 + 0.0722 * 40 }

it('a saturated colour has the luma of the canvas’s matrix, not of the recording’s', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-look-'))
  const path = join(folder, 'red.webm')
  const red = ['-f', 'lavfi', '-i', 'color=0xC81E28:s=160x120:r=10:d=1,format=gbrp']
  await ffmpeg([...red, '-vf', 'scale=out_color_matrix=bt601:out_range=limited,format=yuv420p', path])
  const look = {
    ffmpeg: await fencedFfmpeg(),
    folder,
    maxPixels: 1e6,
    stallMs: 120_000,
    signal: new AbortController().signal,
  }
  const probed = await probeRecording({ ...look, path })
  if (!('probe' in probed)) throw new Error(probed.unusable)
  const recording = { ...makeRecording(), path, probe: probed.probe }
  for (const matrix of ['bt601', 'bt709'] as const) {
    const [picture] = await recordingPictures(look, recording, { startMs: 0, endMs: 200, matrix })
    const levels = [...(picture ?? [])]
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
    expect(Math.abs(mean - DUE[matrix]), `${matrix}: ${mean}`).toBeLessThan(4)
  }
  await rm(folder, { recursive: true })
})
