/** Turns one output frame into the command that renders it as an image, with the graph that renders the video. */
import { filter, through } from '../graph/node.ts'
import { printGraph } from '../graph/print.ts'
import type { Command } from '../model/command.ts'
import type { WorkPlace } from '../model/place.ts'
import { type PictureOptions, pictureOf } from './video.ts'

/**
 * Decoding starts at the last keyframe that the frame needs and ends with the frame after it.
 * @param frame of the output, within the timeline
 * @param stem path of the PNG and its companion files, without the extension
 */
export function stillCommand(
  options: Omit<PictureOptions, 'shots'> & { frame: number; stem: WorkPlace },
): Command {
  const { timeline, matrix, frame, stem } = options
  const shots = timeline.shots
    .filter((shot) => shot.startFrame <= frame && frame < shot.endFrame)
    .map((shot) => ({ ...shot, startFrame: frame, endFrame: frame + 1 }))
  const { inputs, picture, files, frames } = pictureOf({ ...options, shots })
  const inRgb = through(picture, [
    filter('scale', {
      in_color_matrix: matrix,
      in_range: 'limited',
      out_range: 'full',
      flags: 'accurate_rnd',
    }),
    filter('format', { pix_fmts: 'rgb24' }),
  ])
  return {
    name: `picture of frame ${frame}`,
    inputs,
    graph: { path: `${stem}.graph`, text: printGraph({ out: inRgb }) },
    args: [
      ...['-map', '[out]', '-frames:v', '1', '-fps_mode', 'passthrough'],
      // Small enough; higher levels take longer than the picture itself.
      ...['-c:v', 'png', '-compression_level', '6', '-f', 'image2pipe'],
    ],
    output: `${stem}.png`,
    files,
    durationMs: 1000 / timeline.fps,
    frames,
  }
}
