/** A job's life as events, and what each dialect makes of it: for tests, and for docs/callbacks.md. */
import { signedMessage } from '../../../src/callback/deliver.ts'
import type { Sender } from '../../../src/callback/dialect.ts'
import { DIALECTS } from '../../../src/callback/dialects/index.ts'
import type { CallbackEvent, Stage } from '../../../src/callback/event.ts'
import { type OutputFile, fileOf } from '../../../src/events/output-file.ts'
import { plannedOf } from '../../../src/events/planned.ts'
import type { NotifyTarget } from '../../../src/model/job.ts'
import { outputOf } from '../../../src/report/result.ts'
import { makeJob, makeRecording, makeTimeline } from '../../harness/builders.ts'

/** Unix time in ms at which everything is told. */
export const TOLD_MS = 1_795_320_600_000

/** Alice for 10 s; her screen, without sound, from the 2nd to the 6th. */
const timeline = makeTimeline([
  makeRecording({ streamId: 'alice_1' }),
  makeRecording({ streamId: 'alice_2', atMs: 2000, lengthMs: 4000, audio: null }),
])

const storage = {
  kind: 's3',
  vendor: 'ucloud',
  bucket: 'room-recordings',
  region: 'cn-bj',
  endpoint: 'https://s3-cn-bj.ufileos.com',
  pathStyle: true,
} as const
const backup = { ...storage, vendor: 's3', bucket: 'spare', endpoint: 'https://minio.example.com' } as const

const FILES = [
  { kind: 'poster', key: 'out/room 1.jpg', bytes: 12_345 },
  { kind: 'thumbnails', key: 'out/room 1.thumbs.vtt', bytes: 678 },
  { kind: 'thumbnails', key: 'out/room 1.thumbs.jpg', bytes: 23_456 },
  { kind: 'hls', key: 'out/room 1/master.m3u8', bytes: 123 },
  { kind: 'hls', key: 'out/room 1/segment-1.m4s', bytes: 1_234_444 },
] as const

const fileIn = (target: typeof storage | typeof backup): OutputFile => {
  const job = makeJob({ storage: target, outputKey: 'out/room 1.mp4' })
  return fileOf({
    output: outputOf({ job, timeline, bytes: 1_234_567, files: FILES }),
    startMs: timeline.startMs,
    streamIds: timeline.streams.map(({ streamId }) => streamId),
    media: job.media,
    storage: target,
    isBackup: target === backup,
  })
}

export const FILE = fileIn(storage)
export const BACKUP_FILE = fileIn(backup)

const read: Stage = { hasStarted: false, isUploading: false }
const started: Stage = { ...read, hasStarted: true }
const finished: Stage = { ...started, made: FILE }
const uploaded: Stage = { ...finished, file: FILE }
const failed = {
  kind: 'failed',
  exitCode: 1,
  message: 'encoding failed (video 1/2): no space left on device',
  isStopped: false,
  uploadFault: 'file',
} as const
const denied = { message: 'us3://room-recordings: access denied', uploadFault: 'bucket' } as const

/** Everything that can happen, each with how far the job had come. The names are titles of the page. */
export const STORY: Readonly<Record<string, { readonly event: CallbackEvent; readonly stage: Stage }>> = {
  'The request was read; nothing is fetched yet': {
    event: { kind: 'accepted' },
    stage: read,
  },
  'The same job is running already: this start of it ends with exit code 2': {
    event: {
      kind: 'refused',
      exitCode: 2,
      message: 'job-1 is already running on this machine (process 4711); wait for it or stop it',
    },
    stage: read,
  },
  'The process before this one was killed; the job goes on': {
    event: { kind: 'restarted' },
    stage: read,
  },
  'The index was found; the work begins': { event: { kind: 'started' }, stage: read },
  'The timeline is known': { event: plannedOf(timeline, 'both'), stage: started },
  'A warning': {
    event: { kind: 'warning', message: 'bob_1: recording "bob.webm" is left out: the file is empty' },
    stage: started,
  },
  'A minute has passed, a quarter is mixed': {
    event: { kind: 'progress', phase: 'mix', share: 0.25 },
    stage: started,
  },
  'The finished file is made; it is not uploaded yet': {
    event: { kind: 'finished', file: FILE },
    stage: started,
  },
  'The upload begins': { event: { kind: 'uploadStarted' }, stage: finished },
  'A minute has passed, half is uploaded': {
    event: { kind: 'progress', phase: 'upload', share: 0.5 },
    stage: finished,
  },
  'The file is uploaded': { event: { kind: 'uploaded', file: FILE }, stage: finished },
  'The upload failed, the file lies in the second bucket': {
    event: { kind: 'backedUp', file: BACKUP_FILE },
    stage: finished,
  },
  'The upload failed': {
    event: { kind: 'uploadFailed', file: FILE, message: denied.message, fault: denied.uploadFault },
    stage: finished,
  },
  'Everything is done': { event: { kind: 'ended' }, stage: uploaded },
  'The job fails before the work begins': {
    event: { ...failed, exitCode: 3, message: 'no index of job job-1 was found' },
    stage: read,
  },
  'The job fails while it works': { event: failed, stage: started },
  'The job fails for the upload failed': {
    event: { ...failed, ...denied },
    stage: { ...finished, uploadFault: denied.uploadFault },
  },
  'The job is stopped by a signal': {
    event: {
      ...failed,
      exitCode: 1,
      message: 'stopped by SIGTERM; nothing was uploaded',
      isStopped: true,
    },
    stage: started,
  },
}

type Service = NotifyTarget['service']
export type Dialect = NotifyTarget['dialect']

export const SENDER: Sender = {
  jobId: 'job-1',
  roomId: 'room-1',
  appId: 'app-1',
  requestId: 'request-1',
  token: 'request-token',
  targets: [],
}

export interface Sample {
  /** What the vendor calls it. */
  readonly name: string | number
  readonly body: Record<string, unknown>
  readonly headers: Readonly<Record<string, string>>
}

/** What a receiver of one service is told of an event, as it is sent. */
export function told(
  happening: { readonly event: CallbackEvent; readonly stage: Stage },
  to: { dialect: Dialect; service: Service; key?: string },
): Sample[] {
  const { dialect, service, key = 'secret' } = to
  const target = { dialect, service, key, token: 'token-of-the-entry', url: 'http://127.0.0.1' }
  const { notices, draft } = DIALECTS[dialect]
  return notices(happening.event, { service, stage: happening.stage }).map((notice, sequence) => {
    const stamp = { id: String(sequence).padStart(32, '0'), sequence, atMs: TOLD_MS }
    const body = draft(notice, stamp, SENDER)
    const message = { ...stamp, target: '', event: notice.name, body }
    const { headers, body: bytes } = signedMessage(message, target, TOLD_MS)
    return { name: notice.name, headers, body: JSON.parse(bytes.toString()) as Record<string, unknown> }
  })
}
