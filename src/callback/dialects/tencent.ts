/** Tencent Cloud live, event notifications: of a mix, that new files and a new picture are there. */
import { createHash } from 'node:crypto'
import type { Dialect, Notice } from '../dialect.ts'
import type { OutputFile } from '../../events/output-file.ts'
import { placeOf } from '../event.ts'

/** Numbers are numbers, as in the document's samples; its tables call some of them text. */
export type TencentBody = Envelope & (NewFile | NewPicture)

type Envelope = {
  /** A number where it looks like one, as the document's sample has it. */
  appid: number | string
  /** Unix time in s after which the notification is no longer valid. */
  t: number
  /** MD5(key + t), lower-case hex. */
  sign: string
  /** The job id, both of them. */
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
  /** The same as `file_id`; out of use, yet required. */
  video_id: string
}

type NewPicture = {
  event_type: 200
  /** Path of the address, without its host. */
  pic_url: string
  pic_full_url: string
  /** Unix time in s of what it shows, to the room's beginning. */
  create_time: number
}

const VALID_S = 600

/** The finished file, and HLS as one more. */
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
  // Only a 200 acknowledges; what does not get one within 20 s is sent three times more.
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
  // As of the sending: one that waited for its receiver must not be out of date when it comes.
  sign(draft, { key, nowMs }) {
    const t = Math.floor(nowMs / 1000) + VALID_S
    return { ...draft, t, sign: createHash('md5').update(`${key}${t}`).digest('hex') }
  },
}
