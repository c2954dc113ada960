/** A recorder whose clock was set back: all later timestamps of a made WebM are less by a constant. */
import { readFile } from 'node:fs/promises'
import { type Source, type SourceSpec, makeSource } from '../../harness/sources.ts'
import { simpleBlocks } from './blocks.ts'
import { keptFile } from './kept-file.ts'

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
  const path = await keptFile({ source, change: { atMs, byMs }, bytes })
  const { look, video, audio } = source.truth
  // The last frame before has not been shown yet when the clock is turned back.
  const lastMs = video?.frames.findLast(({ fileMs }) => fileMs < atMs)?.fileMs ?? atMs
  return {
    spec,
    path,
    truth: {
      look,
      ...(video && {
        video: {
          frames: [
            ...video.frames.filter(({ fileMs }) => fileMs < lastMs),
            ...video.frames
              .map((frame) => ({ ...frame, fileMs: frame.fileMs - byMs }))
              .filter(({ fileMs }) => fileMs >= lastMs),
          ],
          endMs: video.endMs - byMs,
        },
      }),
      ...(audio && {
        audio: {
          ...audio,
          burstsMs: [
            ...audio.burstsMs.filter((ms) => ms < atMs),
            ...audio.burstsMs.map((ms) => ms - byMs).filter((ms) => ms >= atMs),
          ],
          endMs: audio.endMs - byMs,
        },
      }),
    },
  }
}
