/** A recorder whose clock was set back: all later timestamps of a made WebM are less by a constant. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Source, type SourceSpec, makeSource } from '../../harness/sources.ts'
import { simpleBlocks } from './blocks.ts'

/**
 * Makes a source and turns its clock back.
 * What is recorded twice is shown and heard as it was at first: nobody goes back in time.
 */
export async function turnedBack(
  spec: SourceSpec,
  { atMs, byMs }: { atMs: number; byMs: number },
): Promise<Source> {
  const source = await makeSource(spec)
  const bytes = await readFile(source.path)
  for (const block of simpleBlocks(bytes)) {
    if (block.timeMs >= atMs) bytes.writeInt16BE(bytes.readInt16BE(block.timeAt) - byMs, block.timeAt)
  }
  const path = join(await mkdtemp(join(tmpdir(), 'owt-main-test-back-')), `${randomUUID()}.${spec.container}`)
  await writeFile(path, bytes)
  const moved = <T>(list: readonly T[], msOf: (one: T) => number, put: (one: T, ms: number) => T) =>
    list.flatMap((one) => {
      const ms = msOf(one)
      if (ms < atMs) return [one]
      return ms - byMs >= atMs ? [put(one, ms - byMs)] : []
    })
  const { look, video, audio } = source.truth
  return {
    spec,
    path,
    truth: {
      look,
      ...(video && {
        video: {
          frames: moved(
            video.frames,
            (frame) => frame.fileMs,
            (frame, fileMs) => ({ ...frame, fileMs }),
          ),
          endMs: video.endMs - byMs,
        },
      }),
      ...(audio && {
        audio: {
          ...audio,
          burstsMs: moved(
            audio.burstsMs,
            (ms) => ms,
            (_, ms) => ms,
          ),
          endMs: audio.endMs - byMs,
        },
      }),
    },
  }
}
