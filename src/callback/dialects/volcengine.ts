/** Volcengine RTC message notifications, version 2023-11-01. */
import { createHash } from 'node:crypto'
import { participantOf } from '../../model/stream-id.ts'
import type { Dialect, JsonObject, Notice } from '../dialect.ts'
import type { OutputFile } from '../../events/output-file.ts'
import { type CallbackEvent, type Stage, nameOf } from '../event.ts'

type Outcome = { Code: 0 | 1; ErrorMessage: string }
type StreamState = { UserId: string; StreamType: 0 | 1; State: 0 | 1; Timestamp: number }

type RecordFile = {
  /** Used only by their video platform. */
  Vid: ''
  ObjectKey: string
  /** ms */
  Duration: number
  /** Bytes. */
  Size: number
  /** Unix time in ms. */
  StartTime: number
  StreamList: readonly { UserId: string; StreamType: 0 | 1 }[]
  VideoCodec: string
  AudioCodec: string
  VideoWidth: number
  VideoHeight: number
}

/** The content of `EventData` as JSON, by `EventType`, in addition to the fields of `Task`. */
export type VolcengineData = {
  RecordStarted: Outcome
  RecordStopped: Outcome & { RecordFileList: readonly RecordFile[] }
  RecordUploadStarted: Outcome
  RecordUploadProcessing: Outcome & { Progress: number }
  RecordUploadDone: Outcome
  RecordUploadBackuped: Outcome
  RecordSyncUploadStarted: Outcome & { RecordFileList: readonly RecordFile[] }
  RecordSyncUploadFailed: Outcome
  RecordAudioStreamStateChanged: StreamState
  RecordVideoStreamStateChanged: StreamState
}

/** The first fields of every `EventData`. */
type Task = { AppId: string; BusinessId: ''; RoomId: string; TaskId: string }

type VolcengineBody = {
  EventType: keyof VolcengineData
  /** JSON of `Task & VolcengineData[EventType]`. */
  EventData: string
  /** RFC 3339, UTC. */
  EventTime: string
  EventId: string
  AppId: string
  Version: '2023-11-01'
  /** Four digits. */
  Nonce: string
  Signature: string
}

const SUCCESS: Outcome = { Code: 0, ErrorMessage: '' }
const failure = (ErrorMessage: string): Outcome => ({ Code: 1, ErrorMessage })

const notice = <Name extends keyof VolcengineData>(name: Name, data: VolcengineData[Name]): Notice => ({
  name,
  data,
})

const streamOf = (streamId: string) => ({
  UserId: participantOf(streamId),
  StreamType: streamId.endsWith('_2') ? (1 as const) : (0 as const),
})

function ofWork(event: CallbackEvent, stage: Stage): readonly Notice[] {
  switch (event.kind) {
    case 'started':
      return [notice('RecordStarted', SUCCESS)]
    case 'planned':
      return event.changes.flatMap(({ streamId, medium, isOpen, atMs }) => {
        if (medium === 'any') return []
        const state = { ...streamOf(streamId), State: isOpen ? 1 : 0, Timestamp: atMs } as const
        return medium === 'audio'
          ? [notice('RecordAudioStreamStateChanged', state)]
          : [notice('RecordVideoStreamStateChanged', state)]
      })
    case 'uploaded':
    case 'backedUp': {
      const RecordFileList = [recordOf(event.file), ...playlistsOf(event.file)]
      return [notice('RecordStopped', { ...SUCCESS, RecordFileList })]
    }
    case 'failed':
      if (!stage.hasStarted) return [notice('RecordStarted', failure(event.message))]
      if (stage.file) return []
      return [notice('RecordStopped', { ...failure(event.message), RecordFileList: [] })]
    case 'accepted':
    case 'refused':
    case 'restarted':
    case 'warning':
    case 'progress':
    case 'finished':
    case 'uploadStarted':
    case 'uploadFailed':
    case 'ended':
      return []
  }
}

function recordOf(file: OutputFile): RecordFile {
  return {
    Vid: '',
    ObjectKey: nameOf(file),
    Duration: file.durationMs,
    Size: file.bytes,
    StartTime: file.startMs,
    StreamList: file.streamIds.map(streamOf),
    VideoCodec: file.videoCodec,
    AudioCodec: file.audioCodec,
    VideoWidth: file.width,
    VideoHeight: file.height,
  }
}

/** HLS is listed as the same recording again. The list has no place for pictures. */
function playlistsOf(file: OutputFile): RecordFile[] {
  return file.sidecars
    .filter(({ kind }) => kind === 'hls')
    .map(({ key, bytes }) => ({ ...recordOf(file), ObjectKey: nameOf(file, key), Size: bytes }))
}

function ofPlaylists(file: OutputFile): Notice[] {
  const RecordFileList = playlistsOf(file)
  if (RecordFileList.length === 0) return []
  return [notice('RecordSyncUploadStarted', { ...SUCCESS, RecordFileList })]
}

function ofUpload(event: CallbackEvent): readonly Notice[] {
  switch (event.kind) {
    case 'uploadStarted':
      return [notice('RecordUploadStarted', SUCCESS)]
    case 'progress': {
      if (event.phase !== 'upload') return []
      const data = { ...SUCCESS, Progress: Math.floor(event.share * 10_000) }
      return [{ ...notice('RecordUploadProcessing', data), isMoment: true }]
    }
    case 'uploaded':
      return [...ofPlaylists(event.file), notice('RecordUploadDone', SUCCESS)]
    case 'backedUp':
      return [...ofPlaylists(event.file), notice('RecordUploadBackuped', SUCCESS)]
    case 'uploadFailed':
      return [
        ...playlistsOf(event.file).map(() => notice('RecordSyncUploadFailed', failure(event.message))),
        notice('RecordUploadDone', failure(event.message)),
      ]
    case 'accepted':
    case 'refused':
    case 'restarted':
    case 'started':
    case 'planned':
    case 'warning':
    case 'finished':
    case 'ended':
    case 'failed':
      return []
  }
}

/**
 * Returns the signature: SHA-256, in lowercase hex, of the key and the values of the other fields, sorted bytewise and
 * concatenated.
 */
function signatureOf(draft: JsonObject, key: string): string {
  const signed = Object.entries(draft).filter(([name]) => name !== 'Signature')
  const values = [...signed.map(([, value]) => String(value)), key].map((value) => Buffer.from(value))
  return createHash('sha256')
    .update(Buffer.concat(values.sort((a, b) => a.compare(b))))
    .digest('hex')
}

export const volcengine: Dialect = {
  notices: (event, { service, stage }) => (service === 'job.oss' ? ofUpload(event) : ofWork(event, stage)),
  draft({ name, data }, { id, atMs }, { appId, roomId, jobId }) {
    const task: Task = { AppId: appId, BusinessId: '', RoomId: roomId, TaskId: jobId }
    const body: Record<keyof VolcengineBody, unknown> = {
      EventType: name,
      EventData: JSON.stringify({ ...task, ...data }),
      EventTime: new Date(atMs).toISOString(),
      EventId: id,
      AppId: appId,
      Version: '2023-11-01',
      // Derived from the ID, so that the same event has the same body.
      Nonce: String(createHash('sha256').update(id).digest().readUInt32BE() % 10_000).padStart(4, '0'),
      Signature: '',
    }
    return body
  },
  sign: (draft, { key }) => ({ ...draft, Signature: signatureOf(draft, key) }),
}
