/** Optional files made from the finished file and stored next to it: a poster, thumbnail sheets, HLS. */
import type { Command } from '../model/command.ts'
import type { Canvas } from '../model/job.ts'
import { type Place, WORK } from '../model/place.ts'
import { msOfFrame, seconds } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import { HLS_NAMES } from './output-keys.ts'
import { JPEG_COLOURS } from './poster.ts'
import type { OutputSettings } from './settings.ts'
import { type Thumbnails, cutSheets, thumbnailsOf } from './thumbnails.ts'

/** A sidecar, with the commands that make it. */
export type Sidecar =
  | { readonly kind: 'poster'; readonly commands: readonly [Command] }
  /** Each command makes one sheet. */
  | { readonly kind: 'thumbnails'; readonly commands: readonly Command[]; readonly thumbnails: Thumbnails }
  /** The command makes the playlist and its segments. */
  | { readonly kind: 'hls'; readonly commands: readonly [Command] }

/** An HLS segment starts at the first keyframe at least this long after the previous start. */
const SEGMENT_SECONDS = 6

/**
 * Without video there is no sheet.
 * @param poster makes the poster, if there is to be one
 * @param finished the finished file
 */
export function planSidecars(options: {
  timeline: Timeline
  canvas: Canvas
  hasPicture: boolean
  settings: Pick<OutputSettings, 'thumbnails' | 'hls'>
  poster: Command | undefined
  finished: Place
}): readonly Sidecar[] {
  const { timeline, canvas, hasPicture, settings, poster, finished } = options
  const durationMs = msOfFrame(timeline.frames, timeline.fps)
  const sidecars: Sidecar[] = []
  if (poster) sidecars.push({ kind: 'poster', commands: [poster] })
  if (settings.thumbnails && hasPicture) {
    const thumbnails = thumbnailsOf(durationMs, canvas)
    sidecars.push({ kind: 'thumbnails', commands: sheetCommands(thumbnails, finished), thumbnails })
  }
  if (settings.hls) {
    const { fps } = timeline
    sidecars.push({ kind: 'hls', commands: [hlsCommand({ finished, durationMs, fps, hasPicture })] })
  }
  return sidecars
}

/** Decodes keyframes only: each thumbnail shows the last keyframe before the middle of its interval. */
function sheetCommands(thumbnails: Thumbnails, finished: Place): readonly Command[] {
  const { everyMs, size } = thumbnails
  return cutSheets(thumbnails).map(({ first, count, columns, rows }, i) => ({
    name: `thumbnails ${i + 1}`,
    inputs: [
      {
        args: [
          ...[...OPEN, '-skip_frame', 'nokey'],
          ...(first > 0 ? ['-noaccurate_seek', '-ss', seconds(first * everyMs)] : []),
        ],
        path: finished,
      },
    ],
    args: [
      ...['-map', '0:V:0', '-frames:v', '1', '-vf'],
      [
        // Shifts by half an interval and rounds down, because rounding to nearest loses the last frame.
        `setpts=PTS+${everyMs / 2000}/TB,fps=fps=1000/${everyMs}:start_time=0:round=down:eof_action=pass`,
        // The last keyframe fills the rest.
        `tpad=stop=-1:stop_mode=clone,trim=end_frame=${count}`,
        `scale=${size.width}:${size.height}:flags=area:${JPEG_COLOURS},setsar=1,tile=${columns}x${rows}`,
      ].join(','),
      ...['-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2pipe'],
    ],
    output: `${WORK}/thumbnails-${i + 1}.jpg`,
    files: [],
    durationMs: count * everyMs,
  }))
}

/** Copies the packets into fragments that each start with a keyframe; without video, any packet can start one. */
function hlsCommand(options: {
  finished: Place
  durationMs: number
  fps: number
  hasPicture: boolean
}): Command {
  const { finished, durationMs, fps, hasPicture } = options
  return {
    name: 'hls',
    inputs: [{ args: OPEN, path: finished }],
    args: [
      ...['-map', '0:V:0?', '-map', '0:a:0?', '-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'],
      // Keeps the finished file's timestamps: an edit list covers what comes before 0.
      ...['-avoid_negative_ts', 'disabled'],
      ...(hasPicture ? ['-hls_segment_options', `video_track_timescale=${fps * 1000}`] : []),
      ...['-hls_time', String(SEGMENT_SECONDS), '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
      ...['-hls_flags', 'independent_segments', '-hls_fmp4_init_filename', HLS_NAMES.init],
      ...['-hls_segment_filename', '%05d.m4s', '-f', 'hls'],
    ],
    output: `${WORK}/hls/${HLS_NAMES.playlist}`,
    cwd: `${WORK}/hls`,
    files: [],
    durationMs,
  }
}

const OPEN = ['-protocol_whitelist', 'file', '-f', 'mov'] as const

/** How many copies of the finished file's packets are uploaded: an HLS rendition holds a second one. */
export function copiesOf(sidecars: readonly Sidecar[]): number {
  return sidecars.some(({ kind }) => kind === 'hls') ? 2 : 1
}
