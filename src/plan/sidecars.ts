/** What lies beside the finished file when it is asked for, made from that file: a poster, thumbnail sheets, HLS. */
import type { Command } from '../model/command.ts'
import type { Canvas } from '../model/job.ts'
import { type Place, WORK } from '../model/place.ts'
import { msOfFrame, seconds } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import { HLS_NAMES } from './output-keys.ts'
import type { OutputSettings } from './settings.ts'
import { type Thumbnails, cutSheets, thumbnailsOf } from './thumbnails.ts'

/** Something that lies beside the finished file, with the commands that make it. */
export type Sidecar =
  | { readonly kind: 'poster'; readonly commands: readonly [Command] }
  /** Each command makes one sheet. */
  | { readonly kind: 'thumbnails'; readonly commands: readonly Command[]; readonly thumbnails: Thumbnails }
  /** The command makes the playlist, and the segments it lists beside it. */
  | { readonly kind: 'hls'; readonly commands: readonly [Command] }

/** A layout that lasts no longer than this says little about a room. */
const LEAST_POSTER_MS = 2000
/** HLS segments begin at keyframes, the first that comes this long after the last. */
const SEGMENT_SECONDS = 6

/** JPEG knows one matrix and range only, whatever the canvas has. */
const JPEG_COLOURS = 'out_color_matrix=bt601:out_range=full,format=yuvj420p'

/** Without a picture there is neither poster nor sheet. @param finished the finished file */
export function planSidecars(options: {
  timeline: Timeline
  canvas: Canvas
  hasPicture: boolean
  settings: OutputSettings
  finished: Place
}): readonly Sidecar[] {
  const { timeline, canvas, hasPicture, settings, finished } = options
  const durationMs = msOfFrame(timeline.frames, timeline.fps)
  const sidecars: Sidecar[] = []
  if (settings.poster && hasPicture) {
    sidecars.push({ kind: 'poster', commands: [posterCommand(posterMs(timeline), finished)] })
  }
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

/** The middle of the stretch that shows most people, the longest of those. */
export function posterMs({ shots, fps }: Timeline): number {
  const isLong = shots.filter((shot) => msOfFrame(shot.endFrame - shot.startFrame, fps) >= LEAST_POSTER_MS)
  const [best] = (isLong.length > 0 ? isLong : shots).toSorted(
    (a, b) => b.tiles.length - a.tiles.length || b.endFrame - b.startFrame - (a.endFrame - a.startFrame),
  )
  return best ? msOfFrame(Math.floor((best.startFrame + best.endFrame) / 2), fps) : 0
}

function posterCommand(atMs: number, finished: Place): Command {
  return {
    name: 'poster',
    // Half a frame's rounding aside, so that the frame itself is not passed over.
    inputs: [{ args: [...OPEN, '-ss', seconds(Math.max(0, atMs - 0.5))], path: finished }],
    args: [
      ...['-map', '0:V:0', '-vf', `scale=${JPEG_COLOURS}`, '-frames:v', '1'],
      ...['-c:v', 'mjpeg', '-q:v', '2', '-f', 'image2pipe'],
    ],
    output: `${WORK}/poster.jpg`,
    files: [],
    durationMs: 0,
  }
}

/** Only keyframes are decoded: the last one before the middle of each thumbnail's stretch is shown. */
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
        // Half a stretch later and rounded down, for rounding to the nearest loses the last one.
        `setpts=PTS+${everyMs / 2000}/TB,fps=fps=1000/${everyMs}:start_time=0:round=down:eof_action=pass`,
        // The last keyframe stands for what is left.
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

/** The packets as they are, in fragments that each begin with a keyframe. Where no track has one, any packet will do. */
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
      // Times stay what they are in the finished file: an edit list tells what comes before 0.
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

/** How many times the packets of the finished file are put into the bucket: an HLS rendition holds them once more. */
export function copiesOf(sidecars: readonly Sidecar[]): number {
  return sidecars.some(({ kind }) => kind === 'hls') ? 2 : 1
}
