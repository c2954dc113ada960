/** Cues that do not lead where they say, as tools write them that make a WebM seekable and count wrongly. */

const CUES = Buffer.from([0x1c, 0x53, 0xbb, 0x6b])
const CLUSTER_POSITION = 0xf1

/**
 * Moves every cluster position in the Cues of a WebM file that ffmpeg has written.
 * @param by in bytes; what comes out is as long as before
 */
export function withWrongCues(webm: Buffer, by: number): Buffer {
  const moved = Buffer.from(webm)
  let count = 0
  for (let at = moved.lastIndexOf(CUES) + CUES.length; at < moved.length - 2; at++) {
    const bytes = (moved[at + 1] ?? 0) & 0x7f
    if (moved[at] !== CLUSTER_POSITION || (moved[at + 1] ?? 0) < 0x81 || bytes > 4) continue
    const most = 2 ** (8 * bytes) - 1
    moved.writeUIntBE(Math.min(most, moved.readUIntBE(at + 2, bytes) + by), at + 2, bytes)
    at += 1 + bytes
    count++
  }
  if (count === 0) throw new Error('no Cues to be moved')
  return moved
}
