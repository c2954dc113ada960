/** Turns the finished pieces into the command that muxes them into one file. */
import type { Command } from '../model/command.ts'
import type { Job } from '../model/job.ts'
import { WORK, type WorkPlace } from '../model/place.ts'
import { msOfFrame } from '../model/time.ts'
import { isTimeOfDay } from '../model/room.ts'
import type { Timeline } from '../model/timeline.ts'
import { chaptersOf } from './chapters.ts'
import { metadataText } from './metadata.ts'
import type { WatermarkFiles } from './watermarks.ts'

/** Copies video and audio into one MP4 with its index up front, for playback while loading. Nothing is re-encoded. */
export function muxCommand(options: {
  job: Job
  timeline: Timeline
  zone: WatermarkFiles['zone']
  zoneName?: string | undefined
  video: readonly Command[]
  audio?: Command
  durationMs: number
  withChapters: boolean
  /** A JPEG to store in the file as its cover. */
  cover?: WorkPlace | undefined
}): Command {
  const { job, timeline, zone, zoneName, video, audio, durationMs, withChapters, cover } = options
  const { fps } = timeline
  const list: WorkPlace = `${WORK}/video.ffconcat`
  const [only, ...others] = video
  const picture =
    only === undefined
      ? []
      : others.length === 0
        ? [{ args: [], path: only.output }]
        : [{ args: ['-f', 'concat', '-safe', '0'], path: list }]
  const media = [
    ...picture,
    ...(audio ? [{ args: [], path: audio.output }] : []),
    ...(cover === undefined
      ? []
      : [{ args: ['-protocol_whitelist', 'file', '-f', 'jpeg_pipe'], path: cover }]),
  ]
  const said: WorkPlace = `${WORK}/mux.ffmetadata`
  const chapters = withChapters ? chaptersOf(timeline) : []
  const title = titleOf(job, timeline, { offsetMs: zone[0]?.offsetMs ?? 0, zoneName })
  return {
    name: 'mux',
    inputs: [...media, { args: ['-f', 'ffmetadata'], path: said }],
    args: [
      ...media.flatMap((_, i) => ['-map', String(i)]),
      // Drops the metadata of the pieces' tracks; the file's metadata comes from the last input.
      ...['-c', 'copy', '-map_metadata:s', '-1', '-map_metadata', String(media.length)],
      // Players show it for the file; it is no track, so nothing that is played changes.
      ...(cover === undefined ? [] : ['-disposition:v:1', 'attached_pic']),
      ...['-map_chapters', chapters.length > 0 ? String(media.length) : '-1'],
      ...(isTimeOfDay(timeline.startMs)
        ? ['-metadata', `creation_time=${new Date(timeline.startMs).toISOString()}`]
        : []),
      ...['-movflags', '+faststart', '-video_track_timescale', String(fps * 1000), '-f', 'mp4'],
    ],
    output: `${WORK}/finished.mp4`,
    files: [
      ...(others.length === 0 ? [] : [{ path: list, text: concatList(video, fps), isList: true } as const]),
      { path: said, text: metadataText({ title, chapters, fps }) },
    ],
    ...(others.length > 0 && { after: video.map((piece) => piece.output) }),
    durationMs,
    ...(video.length > 0 && { frames: timeline.frames }),
  }
}

/** The room and its start in the time zone of time watermarks: "room-1 2026-11-22 10:30 Asia/Shanghai". */
function titleOf(
  job: Job,
  { startMs }: Timeline,
  { offsetMs, zoneName }: { offsetMs: number; zoneName: string | undefined },
): string {
  if (!isTimeOfDay(startMs)) return job.roomId || job.jobId
  const local = new Date(startMs + offsetMs).toISOString().slice(0, 16).replace('T', ' ')
  return [job.roomId || job.jobId, local, ...(zoneName === undefined ? [] : [zoneName])].join(' ')
}

/** Lists each piece with its exact length: the demuxer's own guess is off by part of a frame. */
function concatList(video: readonly Command[], fps: number): string {
  const lines = video.flatMap((piece) => [
    `file '${piece.output}'`,
    `duration ${(msOfFrame(piece.frames ?? 0, fps) / 1000).toFixed(9)}`,
  ])
  return ['ffconcat version 1.0', ...lines, ''].join('\n')
}
