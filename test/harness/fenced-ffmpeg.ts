/** The tests' ffmpeg with the fences of a job, for what is tested below one. */
import { fencesOf } from '../../src/plan/fences.ts'
import { foundFfmpeg } from './run-ffmpeg.ts'
import type { FencedFfmpeg } from '../../src/ffmpeg/types.ts'

export async function fencedFfmpeg(): Promise<FencedFfmpeg> {
  return {
    ...(await foundFfmpeg()),
    fences: fencesOf({
      budget: { cores: 2, memoryMb: 4096 },
      canvas: { width: 1280, height: 720, fps: 30 },
      kbps: 2000,
      ...{ atOnce: 2, probes: 2, filesPerGraph: 128 },
    }),
  }
}
