/** A room as the worker gets it: cfg.json, index, and which file lies where in the bucket. Pure. */
import { extensionOf } from './camera.mjs'

/** Unix time in ms at which every room begins. */
const ROOM_START_MS = 1795320226000
const ROOT = 'recordings'

/**
 * @param {import('./workloads.mjs').Room} room
 * @returns {{jobId: string, cfg: object, index: object, output: string,
 *   files: {key: string, name: string, stay: import('./workloads.mjs').Stay}[]}}
 *   `key` and `output` lie below the bucket
 */
export function makeJob(room) {
  const jobId = `bench-${room.name}`
  const files = room.stays.map((stay) => {
    const name = `${room.name}_${stay.user}_1_${ROOM_START_MS + stay.fromMs}.${extensionOf(stay.media)}`
    return { key: `${ROOT}/${name}`, name, stay }
  })
  const { width, height, fps, kbps, templates } = room
  return {
    jobId,
    files,
    output: `output/${jobId}.mp4`,
    index: {
      JobId: jobId,
      RoomId: room.name,
      StartTime: ROOM_START_MS,
      Root: ROOT,
      Files: files.map(({ name, stay }) => ({
        StreamId: `${stay.user}_1`,
        Name: name,
        StartTime: ROOM_START_MS + stay.fromMs,
      })),
    },
    cfg: {
      Version: '1.0',
      Action: 'job.start',
      Internal: { RequestId: '0', JobId: jobId, AppId: 'bench', RoomId: room.name, Mode: 1, ChannelType: 0 },
      Data: {
        TranscodingConfig: {
          Video: { Codec: 'h264', Width: width, Height: height, Fps: fps, BitRate: kbps, Profile: 'high' },
          Audio: { Codec: 'aac', SampleRate: 48000 },
        },
        MixerConfig: {
          MixedVideoLayout: templates ? 0 : 1,
          ...(templates && { LayoutConfig: templates }),
          ResizeMode: 2,
          BackgroundColor: BACKGROUND,
        },
        RecordingConfig: {
          MediaChannel: 3,
          FileType: ['mp4'],
          StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'output/$Jobid.mp4' },
        },
      },
    },
  }
}

const BACKGROUND = { R: 24, G: 28, B: 36 }

/** The background as ffmpeg takes it: rrggbb. */
export const BACKGROUND_HEX = [BACKGROUND.R, BACKGROUND.G, BACKGROUND.B]
  .map((part) => part.toString(16).padStart(2, '0'))
  .join('')
