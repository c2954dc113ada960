/** The poster: a picture of the film at a moment when most people are on it. Also the cover inside the MP4. */
import type { Command } from '../model/command.ts'
import { WORK } from '../model/place.ts'
import { msOfFrame, seconds } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'

/** A layout shorter than this is not representative of a room. */
const LEAST_POSTER_MS = 2000

/** JPEG supports a single matrix and range, whatever the canvas has. */
export const JPEG_COLOURS = 'out_color_matrix=bt601:out_range=full,format=yuvj420p'

/** The middle of the shot with the most tiles; among equals, of the longest. */
export function posterFrame({ shots, fps }: Pick<Timeline, 'shots' | 'fps'>): number {
  const isLong = shots.filter((shot) => msOfFrame(shot.endFrame - shot.startFrame, fps) >= LEAST_POSTER_MS)
  const [best] = (isLong.length > 0 ? isLong : shots).toSorted(
    (a, b) => b.tiles.length - a.tiles.length || b.endFrame - b.startFrame - (a.endFrame - a.startFrame),
  )
  return best ? Math.floor((best.startFrame + best.endFrame) / 2) : 0
}

/**
 * Takes the picture from the chunk that has it, so that it is there before the film is put together.
 * @param video the chunks in order; undefined is returned if there are none
 */
export function posterCommand(timeline: Timeline, video: readonly Command[]): Command | undefined {
  let frame = posterFrame(timeline)
  for (const { output, frames = 0 } of video) {
    if (frame < frames) return commandOf(output, msOfFrame(frame, timeline.fps))
    frame -= frames
  }
  return undefined
}

function commandOf(piece: Command['output'], atMs: number): Command {
  return {
    name: 'poster',
    inputs: [
      {
        // Seeks slightly early, so that rounding does not skip the frame itself.
        args: ['-protocol_whitelist', 'file', '-f', 'mov', '-ss', seconds(Math.max(0, atMs - 0.5))],
        path: piece,
      },
    ],
    args: [
      ...['-map', '0:V:0', '-vf', `scale=${JPEG_COLOURS}`, '-frames:v', '1'],
      ...['-c:v', 'mjpeg', '-q:v', '2', '-f', 'image2pipe'],
    ],
    output: `${WORK}/poster.jpg`,
    files: [],
    durationMs: 0,
  }
}
