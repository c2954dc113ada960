/** anyRTC cloud recording callbacks. */
import { say } from '../../messages/index.ts'
import type { Job } from '../../model/job.ts'
import type { Dialect, Notice } from '../dialect.ts'
import type { OutputFile } from '../../events/output-file.ts'
import type { AnyrtcBody, AnyrtcDetails, TrackType, Uploaded } from './anyrtc-body.ts'
import { userChanges } from './user-changes.ts'
import { type CallbackEvent, type Stage, type UploadFault, nameOf, placeOf } from '../event.ts'

/** The user ID of the mixed stream of all users. */
const MIXED = '0'
const MODULE = { recorder: 0, uploader: 1 } as const
const STATUS = { ready: 1, recording: 4, exiting: 8, failed: 20 } as const
/** Bits of `leaveCode`. */
const LEAVE = { notStarted: 0, signal: 2, roomEmpty: 4, left: 16 } as const
const FATAL = 5
/** Documented upload error codes: wrong storage information, upload failed, file error. */
const UPLOAD_ERROR: Readonly<Record<UploadFault, number>> = { bucket: 32, transfer: 47, file: 51 }
const WARN = { restart: 1, other: 2, toBackup: 32 } as const
const DONE = 10_000
/** Share of mixing in event 33's 10000; the rest is the upload. */
const MIX_PART = 9000

const notice = <Type extends keyof AnyrtcDetails>(name: Type, data: AnyrtcDetails[Type]): Notice => ({
  name,
  data,
})

const TRACKS: Readonly<Record<Job['media'], TrackType>> = {
  audio: 'audio',
  video: 'video',
  both: 'audio_and_video',
}

const warning = (module: number, warnCode: number, warnMsg: string): Notice =>
  notice(2, { msgName: 'cloud_recording_warning', module, warnCode, warnMsg })

const failure = (module: number, errorCode: number, errorMsg: string): Notice =>
  notice(1, { msgName: 'cloud_recording_error', module, errorLevel: FATAL, errorCode, stat: 1, errorMsg })

const status = (code: number, stage: Stage): Notice =>
  notice(3, {
    msgName: 'cloud_recording_status_update',
    status: code,
    recordingMode: 0,
    fileList: stage.file ? playlistOf(stage.file) : '',
  })

/** The playlist if there is one, as documented, otherwise the finished file. */
function playlistOf(file: OutputFile): string {
  return nameOf(file, file.sidecars.find(({ kind }) => kind === 'hls')?.key ?? file.key)
}

const progress = (part: number): Notice =>
  notice(33, { msgName: 'uploading_progress', progress: Math.floor(part) })

function ofWork(event: CallbackEvent, stage: Stage): readonly Notice[] {
  switch (event.kind) {
    case 'accepted':
      return [status(STATUS.ready, stage)]
    case 'refused':
      return [{ ...status(STATUS.recording, stage), isMoment: true }]
    case 'restarted': {
      const text = say({ code: 'callbackRestarted', params: {} })
      return [
        { ...warning(MODULE.recorder, WARN.restart, text), isMoment: true },
        { ...notice(12, { msgName: 'session_failover', newUid: Number(MIXED) }), isMoment: true },
      ]
    }
    case 'started':
      return [status(STATUS.recording, stage), notice(40, { msgName: 'recorder_started', status: 0 })]
    case 'planned':
      return streams(event)
    case 'warning':
      return [warning(MODULE.recorder, WARN.other, event.message)]
    case 'finished':
      return [notice(41, { msgName: 'recorder_leave', leaveCode: LEAVE.roomEmpty })]
    case 'uploaded':
    case 'backedUp':
      return [notice(4, { msgName: 'cloud_recording_file_infos', fileList: playlistOf(event.file) })]
    case 'ended':
      return [status(STATUS.exiting, stage), notice(11, { msgName: 'session_exit', exitStatus: 0 })]
    case 'failed': {
      const why = event.isStopped ? LEAVE.signal : stage.hasStarted ? LEAVE.left : LEAVE.notStarted
      return [
        stage.uploadFault && !event.isStopped
          ? failure(MODULE.uploader, UPLOAD_ERROR[stage.uploadFault], event.message)
          : failure(MODULE.recorder, event.exitCode, event.message),
        ...(stage.made ? [] : [notice(41, { msgName: 'recorder_leave', leaveCode: why })]),
        status(STATUS.failed, stage),
        notice(11, { msgName: 'session_exit', exitStatus: 1 }),
      ]
    }
    case 'progress':
    case 'uploadStarted':
    case 'uploadFailed':
      return []
  }
}

/** The mixed stream starts before and ends after the streams of its users. */
function streams({ media, startMs, endMs, changes }: Extract<CallbackEvent, { kind: 'planned' }>): Notice[] {
  const state = (medium: 'audio' | 'video', of: { streamUid: string; isOpen: boolean; atMs: number }) => {
    const details = { streamUid: of.streamUid, state: of.isOpen ? 0 : 1, UtcMs: of.atMs } as const
    return medium === 'audio'
      ? notice(43, { msgName: 'recorder_audio_stream_state_changed', ...details })
      : notice(44, { msgName: 'recorder_video_stream_state_changed', ...details })
  }
  const mixed = (isOpen: boolean, atMs: number) =>
    (['audio', 'video'] as const)
      .filter((medium) => media === 'both' || media === medium)
      .map((medium) => state(medium, { streamUid: MIXED, isOpen, atMs }))
  const slice = {
    msgName: 'recorder_slice_start',
    startUtcMs: startMs,
    discontinueUtcMs: startMs,
    mixedAllUser: true,
    streamUid: MIXED,
    trackType: TRACKS[media],
  } as const
  return [
    notice(42, slice),
    ...mixed(true, startMs),
    ...userChanges(changes).map(({ medium, streamUid, isOpen, atMs }) =>
      state(medium, { streamUid, isOpen, atMs }),
    ),
    ...mixed(false, endMs),
  ]
}

function ofUpload(event: CallbackEvent): readonly Notice[] {
  switch (event.kind) {
    case 'started':
      return [progress(0)]
    case 'progress': {
      const part = event.phase === 'mix' ? event.share * MIX_PART : MIX_PART + event.share * (DONE - MIX_PART)
      // A new event every minute, even without progress.
      return [{ ...progress(part), isMoment: true }]
    }
    case 'uploadStarted':
      return [notice(30, { msgName: 'uploader_started', status: 0 })]
    case 'uploaded':
      return [progress(DONE), notice(31, { msgName: 'uploaded', ...listOf(event.file) })]
    case 'backedUp': {
      const text = say({ code: 'callbackBackedUp', params: { place: placeOf(event.file) } })
      return [
        warning(MODULE.uploader, WARN.toBackup, text),
        progress(DONE),
        notice(32, { msgName: 'backuped', ...listOf(event.file) }),
      ]
    }
    case 'uploadFailed':
      return [failure(MODULE.uploader, UPLOAD_ERROR[event.fault], event.message)]
    case 'accepted':
    case 'refused':
    case 'restarted':
    case 'planned':
    case 'warning':
    case 'finished':
    case 'ended':
    case 'failed':
      return []
  }
}

function listOf(file: OutputFile): Uploaded {
  const { key, media, startMs, sidecars } = file
  const entryOf = (key: string, trackType: TrackType, isPlayable: boolean) => ({
    fileName: nameOf(file, key),
    trackType,
    uid: MIXED,
    mixedAllUser: true,
    isPlayable,
    sliceStartTime: startMs,
  })
  const all = sidecars.map((one) => {
    const isFilm = one.kind === 'hls'
    return entryOf(one.key, isFilm ? TRACKS[media] : 'video', isFilm)
  })
  return { status: 0, fileList: [entryOf(key, TRACKS[media], true), ...all] }
}

function serviceTypeOf(eventType: number): 0 | 1 | 2 {
  if (eventType >= 40) return 1
  return eventType >= 30 ? 2 : 0
}

export const anyrtc: Dialect = {
  notices: (event, { service, stage }) => (service === 'job.oss' ? ofUpload(event) : ofWork(event, stage)),
  draft({ name, data }, { id, sequence, atMs }, { jobId, roomId }) {
    const payload: Record<keyof AnyrtcBody['payload'], unknown> = {
      cname: roomId,
      uid: MIXED,
      sid: jobId,
      sequence,
      sendts: atMs,
      serviceType: serviceTypeOf(Number(name)),
      details: data,
    }
    const body: Record<keyof AnyrtcBody, unknown> = {
      noticeId: id,
      productId: 3,
      eventType: name,
      notifyMs: atMs,
      payload,
    }
    return body
  },
  sign: (draft) => draft,
}
