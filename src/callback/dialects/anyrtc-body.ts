/** The fields of anyRTC's callbacks. */

export type TrackType = 'audio' | 'video' | 'audio_and_video'
type StreamState = { streamUid: string; state: 0 | 1; UtcMs: number }
export type Uploaded = {
  status: number
  fileList: readonly {
    fileName: string
    trackType: TrackType
    uid: string
    mixedAllUser: boolean
    isPlayable: boolean
    sliceStartTime: number
  }[]
}

/** What `details` holds, by `eventType`. */
export type AnyrtcDetails = {
  1: {
    msgName: 'cloud_recording_error'
    module: number
    errorLevel: number
    errorCode: number
    stat: number
    errorMsg: string
  }
  /** `warnMsg` is an addition: the documentation has only a number. */
  2: { msgName: 'cloud_recording_warning'; module: number; warnCode: number; warnMsg: string }
  3: { msgName: 'cloud_recording_status_update'; status: number; recordingMode: 0; fileList: string }
  4: { msgName: 'cloud_recording_file_infos'; fileList: string }
  11: { msgName: 'session_exit'; exitStatus: 0 | 1 }
  12: { msgName: 'session_failover'; newUid: number }
  30: { msgName: 'uploader_started'; status: number }
  31: { msgName: 'uploaded' } & Uploaded
  32: { msgName: 'backuped' } & Uploaded
  33: { msgName: 'uploading_progress'; progress: number }
  40: { msgName: 'recorder_started'; status: number }
  41: { msgName: 'recorder_leave'; leaveCode: number }
  42: {
    msgName: 'recorder_slice_start'
    startUtcMs: number
    discontinueUtcMs: number
    mixedAllUser: true
    streamUid: string
    trackType: TrackType
  }
  43: { msgName: 'recorder_audio_stream_state_changed' } & StreamState
  44: { msgName: 'recorder_video_stream_state_changed' } & StreamState
}

export type AnyrtcBody = {
  [Type in keyof AnyrtcDetails]: {
    noticeId: string
    productId: 3
    eventType: Type
    notifyMs: number
    payload: {
      cname: string
      uid: string
      sid: string
      sequence: number
      sendts: number
      serviceType: 0 | 1 | 2
      details: AnyrtcDetails[Type]
    }
  }
}[keyof AnyrtcDetails]
