/** Tencent Cloud live event notifications: of a mix, those for new files and a new picture. */
import { createHash } from 'node:crypto'
import type { Dialect, Notice } from '../dialect.ts'
import type { OutputFile } from '../../events/output-file.ts'
import { placeOf } from '../event.ts'

/** Numeric fields are numbers, as in the documentation's samples; its tables list some of them as strings. */
export type TencentBody = Envelope & (NewFile | NewPicture)

type Envelope = {
  /** A number if it looks like one, as in the documentation's sample. */
  appid: number | string
  /** Expiry of the notification, Unix time in s. */
  t: number
  /** MD5(key + t), lowercase hex. */
  sign: string
  /** Both fields hold the job ID. */
  stream_id: string
  channel_id: string
}

type NewFile = {
  event_type: 100
  video_url: string
  /** Bytes. */
  file_size: number
  /** Unix times in s. */
  start_time: number
  end_time: number
  /** s */
  duration: number
  file_id: string
  file_format: 'mp4' | 'hls'
  stream_param: ''
  /** The same as `file_id`; deprecated but required. */
  video_id: string
}

type NewPicture = {
  event_type: 200
  /** Path of the URL, without its host. */
  pic_url: string
  pic_full_url: string
  /** Unix time in s of the frame shown, approximated by the room's start. */
  create_time: number
}

const VALID_S = 600

/** Notice for the finished file, and for HLS as a further file. */
function newFile(
  file: OutputFile,
  as: { format: NewFile['file_format']; key: string; url: string; bytes: number },
): Notice {
  const { startMs, durationMs } = file
  const { format, key, url, bytes } = as
  const id = createHash('sha256')
    .update(placeOf({ ...file, key }))
    .digest('hex')
    .slice(0, 32)
  const data = {
    video_url: url,
    file_size: bytes,
    start_time: Math.floor(startMs / 1000),
    end_time: Math.floor((startMs + durationMs) / 1000),
    duration: Math.round(durationMs / 1000),
    file_id: id,
    file_format: format,
    stream_param: '',
    video_id: id,
  } satisfies Omit<NewFile, 'event_type'>
  return { name: 100, data }
}

function newPicture(file: OutputFile, url: string): Notice {
  const data = {
    pic_url: new URL(url).pathname,
    pic_full_url: url,
    create_time: Math.floor(file.startMs / 1000),
  } satisfies Omit<NewPicture, 'event_type'>
  return { name: 200, data }
}

function ofFile(file: OutputFile): Notice[] {
  return [
    newFile(file, { format: 'mp4', ...file }),
    ...file.sidecars.flatMap((one) => {
      if (one.kind === 'hls') return [newFile(file, { format: 'hls', ...one })]
      return one.kind === 'poster' ? [newPicture(file, one.url)] : []
    }),
  ]
}

export const tencent: Dialect = {
  // Only status 200 acknowledges. Without one within 20 s, the notification is sent three more times.
  retries: {
    retrySeconds: [60, 60, 60],
    answerTimeoutMs: 20_000,
    isAcknowledged: (status) => status === 200,
  },
  notices: (event) => (event.kind === 'uploaded' || event.kind === 'backedUp' ? ofFile(event.file) : []),
  draft: ({ name, data }, _stamp, { jobId, appId }) => ({
    appid: /^[1-9]\d{0,14}$/.test(appId) ? Number(appId) : appId,
    t: 0,
    sign: '',
    event_type: name,
    stream_id: jobId,
    channel_id: jobId,
    ...data,
  }),
  // Computed when sent, so that a message that waited in the queue has not expired on arrival.
  sign(draft, { key, nowMs }) {
    const t = Math.floor(nowMs / 1000) + VALID_S
    return { ...draft, t, sign: createHash('md5').update(`${key}${t}`).digest('hex') }
  },
}
