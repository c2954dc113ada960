/** The finished pieces -> the command that puts them into one file. */
import type { Command } from '../model/command.ts'
import { msOfFrame } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import type { RenderPlaces } from './render.ts'

/** Copies picture and sound into one MP4 that plays while it loads. Nothing is encoded again. */
export function muxCommand(options: {
  timeline: Timeline
  places: RenderPlaces
  video: readonly Command[]
  audio?: Command
  durationMs: number
}): Command {
  const { timeline, places, video, audio, durationMs } = options
  const list = `${places.workFolder}/video.ffconcat`
  const [only, ...others] = video
  const picture =
    only === undefined
      ? []
      : others.length === 0
        ? [{ args: [], path: only.output }]
        : [{ args: ['-f', 'concat', '-safe', '0'], path: list }]
  const inputs = [...picture, ...(audio ? [{ args: [], path: audio.output }] : [])]
  return {
    name: 'mux',
    inputs,
    args: [
      ...inputs.flatMap((_, i) => ['-map', String(i)]),
      ...['-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'],
      ...['-metadata', `creation_time=${new Date(timeline.startMs).toISOString()}`],
      ...['-movflags', '+faststart', '-video_track_timescale', String(timeline.fps * 1000), '-f', 'mp4'],
    ],
    output: `${places.workFolder}/finished.mp4`,
    files: others.length === 0 ? [] : [{ path: list, text: concatList(video, timeline.fps) }],
    ...(others.length > 0 && { after: video.map((piece) => piece.output) }),
    durationMs,
    ...(video.length > 0 && { frames: timeline.frames }),
  }
}

/** Each piece with its exact length: the demuxer's own guess is off by part of a frame. */
function concatList(video: readonly Command[], fps: number): string {
  const lines = video.flatMap((piece) => [
    `file '${piece.output.replaceAll("'", "'\\''")}'`,
    `duration ${(msOfFrame(piece.frames ?? 0, fps) / 1000).toFixed(9)}`,
  ])
  return ['ffconcat version 1.0', ...lines, ''].join('\n')
}
