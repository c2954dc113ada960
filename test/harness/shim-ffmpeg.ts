/** An ffmpeg with a shell script before it. */
import { chmod } from 'node:fs/promises'
import { ffmpegPath } from './run-ffmpeg.ts'
import type { Workplace } from './run-worker.ts'

/**
 * @param script of a POSIX shell, in which `REAL` is the real ffmpeg
 * @returns the environment in which a worker runs it
 */
export async function shimFfmpeg(place: Workplace, script: string): Promise<{ FFMPEG_PATH: string }> {
  const path = await place.write('ffmpeg', `#!/bin/sh\n${script.replaceAll('REAL', ffmpegPath())}\n`)
  await chmod(path, 0o755)
  return { FFMPEG_PATH: path }
}
