/** Tencent Cloud live, event notifications: of a mix, only that a new file is there. */
import { createHash } from 'node:crypto'
import type { Dialect, Notice } from '../dialect.ts'
import { type OutputFile, placeOf } from '../event.ts'

/** Numbers are numbers, as in the document's samples; its tables call some of them text. */
export type TencentBody = {
  /** Unix time in s after which the notification is no longer valid. */
  t: number
  /** MD5(key + t), lower-case hex. */
  sign: string
  event_type: 100
  /** The job id, both of them. */
  stream_id: string
  channel_id: string
  video_url: string
  /** Bytes. */
  file_size: number
  /** Unix times in s. */
  start_time: number
  end_time: number
  /** s */
  duration: number
  file_id: string
  file_format: 'mp4'
  stream_param: ''
  /** The same as `file_id`; out of use, yet required. */
  video_id: string
}

const VALID_S = 600

function newFile(file: OutputFile): Notice {
  const { url, bytes, startMs, durationMs } = file
  const id = createHash('sha256').update(placeOf(file)).digest('hex').slice(0, 32)
  const data = {
    video_url: url,
    file_size: bytes,
    start_time: Math.floor(startMs / 1000),
    end_time: Math.floor((startMs + durationMs) / 1000),
    duration: Math.round(durationMs / 1000),
    file_id: id,
    file_format: 'mp4',
    stream_param: '',
    video_id: id,
  } satisfies Omit<TencentBody, 't' | 'sign' | 'event_type' | 'stream_id' | 'channel_id'>
  return { name: 100, data }
}

export const tencent: Dialect = {
  notices: (event) => (event.kind === 'uploaded' || event.kind === 'backedUp' ? [newFile(event.file)] : []),
  draft: ({ name, data }, _stamp, { jobId }) => ({
    t: 0,
    sign: '',
    event_type: name,
    stream_id: jobId,
    channel_id: jobId,
    ...data,
  }),
  // As of the sending: one that waited for its receiver must not be out of date when it comes.
  seal(draft, { key, nowMs }) {
    const t = Math.floor(nowMs / 1000) + VALID_S
    return { ...draft, t, sign: createHash('md5').update(`${key}${t}`).digest('hex') }
  },
}
