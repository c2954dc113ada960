/** The job of a room: its index and its cfg.json as plain data. Pure. */
import type { ScreenShare } from '../model/job.ts'
import { isTimeOfDay } from '../model/room.ts'
import type { Room, RoomRecording } from './room.ts'

export const LAYOUTS = { tile: 1, vertical: 2, single: 3, tile2: 4, vertical2: 5 } as const

export type LayoutName = keyof typeof LAYOUTS

export interface JobWishes {
  readonly jobId: string
  /** Shown as the film's title. */
  readonly roomId: string
  readonly layout: LayoutName
  /** Where a shared screen is shown. */
  readonly share: ScreenShare
  readonly width: number
  readonly height: number
  readonly fps: number
  /** Folder of the bucket: a path. */
  readonly bucket: string
  /** Key of the finished file. */
  readonly key: string
}

/** Bits per pixel of conversations: 1.5 Mbit/s at 1280 x 720 and 30 frames/s. */
const BITS_PER_PIXEL = 1500e3 / (1280 * 720 * 30)
const KBPS_STEP = 50
const MOST_KBPS = 20_000

function kbpsFor({ width, height, fps }: JobWishes): number {
  const kbps = (width * height * fps * BITS_PER_PIXEL) / 1000
  return Math.min(MOST_KBPS, Math.max(KBPS_STEP * 2, Math.round(kbps / KBPS_STEP) * KBPS_STEP))
}

/** cfg.json as text, with comments. */
export function cfgText(wishes: JobWishes, schema: string | undefined): string {
  const { jobId, roomId, layout, share, width, height, fps, bucket, key } = wishes
  const json = (value: unknown): string => JSON.stringify(value)
  return [
    '{',
    ...(schema === undefined ? [] : [`  "$schema": ${json(schema)},`]),
    '  "Action": "job.start",',
    '  "Internal": {',
    `    "JobId": ${json(jobId)}, // names the index, ${jobId}.json, and the log`,
    `    "RoomId": ${json(roomId)} // the film's title`,
    '  },',
    '  "Data": {',
    '    "TranscodingConfig": {',
    '      "Video": {',
    `        "Width": ${width},`,
    `        "Height": ${height},`,
    `        "Fps": ${fps},`,
    `        "BitRate": ${kbpsFor(wishes)} // kbit/s, on average`,
    '      }',
    '    },',
    '    "MixerConfig": {',
    `      "MixedVideoLayout": ${LAYOUTS[layout]}, // 0 custom, 1 tile, 2 vertical, 3 single, 4 tile 2, 5 vertical 2`,
    `      "ScreenShare": ${json(share)}, // equal: one picture among others; large: in the main region`,
    '      "ResizeMode": 2, // 0 stretch, 1 crop to fill, 2 letterbox',
    '      "BackgroundColor": { "R": 32, "G": 36, "B": 48 }',
    '    },',
    '    "RecordingConfig": {',
    '      "MediaChannel": 3, // 1 audio only, 2 video only, 3 both',
    '      "StorageConfig": {',
    '        "Vendor": "local", // the bucket is a folder, relative to this file',
    `        "Bucket": ${json(bucket)},`,
    `        "FileNamePrefix": ${json(key)}`,
    '      }',
    '    }',
    '  }',
    '}',
    '',
  ].join('\n')
}

/** @param root folder of the recordings in the bucket; empty for the bucket itself */
export function indexText(
  room: Room,
  options: { jobId: string; root: string; schema: string | undefined },
): string {
  const { jobId, root, schema } = options
  // Times that are not times of day are in seconds from the room's beginning.
  const timeOf = (ms: number): number => (isTimeOfDay(room.startMs) ? ms : ms / 1000)
  const index = {
    $schema: schema,
    JobId: jobId,
    StartTime: timeOf(room.startMs),
    Root: root === '' ? undefined : root,
    Files: room.recordings.map((one) => entryOf(one, timeOf)),
  }
  return `${JSON.stringify(index, null, 2)}\n`
}

function entryOf(one: RoomRecording, timeOf: (ms: number) => number): object {
  const { streamId, path, startMs, isRoomClock, rotation, slices } = one
  return {
    StreamId: streamId,
    Name: path,
    StartTime: timeOf(startMs),
    Clock: isRoomClock ? 'room' : undefined,
    Rotation: rotation,
    Slices: slices?.map((slice) => ({
      Name: slice.path,
      StartTime: slice.startMs === undefined ? undefined : timeOf(slice.startMs),
    })),
  }
}

const MOST_ID = 60

/** A JobId made of a name: what a file's name may not hold becomes `-`. */
export function jobIdFrom(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '')
  return plain.slice(0, MOST_ID) || 'room'
}
