/** A job that is held at the moment at which it would begin to encode. */
import { chmod, rm } from 'node:fs/promises'
import { ffmpegPath } from './run-ffmpeg.ts'
import { type Workplace, logged } from './run-worker.ts'

/** An ffmpeg that begins no picture before it is let. */
export async function heldFfmpeg(
  place: Workplace,
): Promise<{ env: Record<string, string>; letGo: () => Promise<void> }> {
  const hold = await place.write('hold', '')
  const wait = `case "$*" in *libx264*) while [ -e "${hold}" ]; do sleep 0.1; done;; esac`
  const path = await place.write('ffmpeg', `#!/bin/sh\n${wait}\nexec ${ffmpegPath()} "$@"\n`)
  await chmod(path, 0o755)
  return { env: { FFMPEG_PATH: path }, letGo: () => rm(hold) }
}

/** Waits until a job is at that moment. */
export const isEncoding = (place: Workplace): Promise<void> =>
  logged(place, ({ msg, command }) => msg === 'ffmpeg starts' && command === 'video 1/1')
