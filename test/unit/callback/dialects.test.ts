import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Dialect, FILE, STORY, TOLD_MS, told } from './story.ts'

/** Every event as `name what it says`, beneath what happened. */
function saidBy(to: { dialect: Dialect; service: 'job.mixer' | 'job.oss' | 'job.record' }): string[] {
  return Object.entries(STORY).flatMap(([title, happening]) => {
    const samples = told(happening, to)
    if (samples.length === 0) return []
    return [title, ...samples.map(({ name, body }) => `  ${name} ${JSON.stringify(dataOf(body))}`)]
  })
}

/** What an event says, without its envelope. */
function dataOf(body: Record<string, unknown>): unknown {
  if ('EventData' in body) return JSON.parse(body['EventData'] as string)
  if ('payload' in body) return (body['payload'] as { details: unknown }).details
  return body['Data']
}

const first = (title: keyof typeof STORY, to: Parameters<typeof told>[1]) => {
  const happening = STORY[title]
  const sample = happening && told(happening, to)[0]
  if (!sample) throw new Error(`nothing is told of: ${title}`)
  return sample
}

describe('ucloud', () => {
  it('has the envelope of the document, the entry’s token in it', () => {
    expect(first('The index was found; the work begins', { dialect: 'ucloud', service: 'job.mixer' }).body)
      .toMatchInlineSnapshot(`
        {
          "Data": {
            "ErrorCode": 0,
            "ErrorMsg": "",
            "Status": 1,
          },
          "EventType": "ucloud_mixer_status_update",
          "Internal": {
            "JobId": "job-1",
            "RequestId": "request-1",
          },
          "ServiceType": "job.mixer",
          "Token": "token-of-the-entry",
          "Version": "1.0",
        }
      `)
  })

  it.each(['job.mixer', 'job.record', 'job.oss'] as const)('names the service %s', (service) => {
    const bodies = Object.values(STORY).flatMap((happening) =>
      told(happening, { dialect: 'ucloud', service }),
    )
    expect(new Set(bodies.map(({ body }) => body['ServiceType']))).toEqual(new Set([service]))
  })

  it('tells job.mixer of timed updates, when and what, a hundred in one body', () => {
    const update = (atMs: number, change: string) => ({
      atMs,
      actions: ['job.mixer.update'],
      changes: [change],
    })
    const updates = [update(1033.333, 'layout: vertical'), update(2000, 'main stream: a_1')]
    const event = { kind: 'planned', media: 'both', startMs: 5000, endMs: 9000, changes: [] } as const
    const stage = { hasStarted: true, isUploading: false }
    const bodies = (service: 'job.mixer' | 'job.record', all: typeof updates) =>
      told({ event: { ...event, updates: all }, stage }, { dialect: 'ucloud', service })
    expect(bodies('job.mixer', updates).map(({ name, body }) => [name, dataOf(body)])).toEqual([
      [
        'ucloud_mixer_status_update',
        {
          Status: 1,
          Updates: [
            { TimeStamp: '6033', Actions: ['job.mixer.update'], Changes: ['layout: vertical'] },
            { TimeStamp: '7000', Actions: ['job.mixer.update'], Changes: ['main stream: a_1'] },
          ],
          ErrorCode: 0,
          ErrorMsg: '',
        },
      ],
    ])
    expect(bodies('job.record', updates)).toEqual([])
    const many = Array.from({ length: 250 }, (_, i) => update(i, 'no change'))
    const parts = bodies('job.mixer', many).map(({ body }) => dataOf(body) as { Updates: object[] })
    expect(parts.map(({ Updates }) => Updates.length)).toEqual([100, 100, 50])
  })

  it('tells job.mixer', () => {
    expect(saidBy({ dialect: 'ucloud', service: 'job.mixer' })).toMatchInlineSnapshot(`
      [
        "The request was read; nothing is fetched yet",
        "  ucloud_mixer_status_update {"Status":0,"ErrorCode":0,"ErrorMsg":""}",
        "The same job is running already: this start of it ends with exit code 2",
        "  ucloud_mixer_error {"ErrorCode":2,"ErrorMsg":"job-1 is already running on this machine (process 4711); wait for it or stop it"}",
        "The process before this one was killed; the job goes on",
        "  ucloud_mixer_warning {"WarnCode":1,"WarnMsg":"the process of this job was killed; the job goes on","ErrorCode":0,"ErrorMsg":""}",
        "  ucloud_mixer_session_failover {"Status":0,"ErrorCode":0,"ErrorMsg":""}",
        "The index was found; the work begins",
        "  ucloud_mixer_status_update {"Status":1,"ErrorCode":0,"ErrorMsg":""}",
        "The timeline is known",
        "  ucloud_mixer_stream_update {"StreamUid":"alice_1","Status":"open","TimeStamp":"1700000000000","ErrorCode":0,"ErrorMsg":""}",
        "  ucloud_mixer_stream_update {"StreamUid":"alice_2","Status":"open","TimeStamp":"1700000002000","ErrorCode":0,"ErrorMsg":""}",
        "  ucloud_mixer_stream_update {"StreamUid":"alice_2","Status":"close","TimeStamp":"1700000006000","ErrorCode":0,"ErrorMsg":""}",
        "  ucloud_mixer_stream_update {"StreamUid":"alice_1","Status":"close","TimeStamp":"1700000010000","ErrorCode":0,"ErrorMsg":""}",
        "A warning",
        "  ucloud_mixer_warning {"WarnCode":2,"WarnMsg":"bob_1: recording \\"bob.webm\\" is left out: the file is empty","ErrorCode":0,"ErrorMsg":""}",
        "The file is uploaded",
        "  ucloud_mixer_file_infos {"FileList":["out/room 1.mp4","out/room 1.jpg","out/room 1.thumbs.vtt","out/room 1/master.m3u8"],"ErrorCode":0,"ErrorMsg":""}",
        "The upload failed, the file lies in the second bucket",
        "  ucloud_mixer_file_infos {"FileList":["s3://spare/out/room 1.mp4","s3://spare/out/room 1.jpg","s3://spare/out/room 1.thumbs.vtt","s3://spare/out/room 1/master.m3u8"],"ErrorCode":0,"ErrorMsg":""}",
        "Everything is done",
        "  ucloud_mixer_status_update {"Status":2,"ErrorCode":0,"ErrorMsg":""}",
        "The job fails before the work begins",
        "  ucloud_mixer_error {"ErrorCode":3,"ErrorMsg":"no index of job job-1 was found"}",
        "  ucloud_mixer_status_update {"Status":3,"ErrorCode":3,"ErrorMsg":"no index of job job-1 was found"}",
        "The job fails while it works",
        "  ucloud_mixer_error {"ErrorCode":1,"ErrorMsg":"encoding failed (video 1/2): no space left on device"}",
        "  ucloud_mixer_status_update {"Status":3,"ErrorCode":1,"ErrorMsg":"encoding failed (video 1/2): no space left on device"}",
        "The job fails for the upload failed",
        "  ucloud_mixer_error {"ErrorCode":1,"ErrorMsg":"us3://room-recordings: access denied"}",
        "  ucloud_mixer_status_update {"Status":3,"ErrorCode":1,"ErrorMsg":"us3://room-recordings: access denied"}",
        "The job is stopped by a signal",
        "  ucloud_mixer_error {"ErrorCode":1,"ErrorMsg":"stopped by SIGTERM; nothing was uploaded"}",
        "  ucloud_mixer_status_update {"Status":3,"ErrorCode":1,"ErrorMsg":"stopped by SIGTERM; nothing was uploaded"}",
      ]
    `)
  })

  it('tells job.record', () => {
    expect(saidBy({ dialect: 'ucloud', service: 'job.record' })).toMatchInlineSnapshot(`
      [
        "The request was read; nothing is fetched yet",
        "  ucloud_record_status_update {"Status":"SERVICE_STATUS_IDEL","ErrorCode":0,"ErrorMsg":""}",
        "The same job is running already: this start of it ends with exit code 2",
        "  ucloud_record_error {"ErrorCode":2,"ErrorMsg":"job-1 is already running on this machine (process 4711); wait for it or stop it"}",
        "The process before this one was killed; the job goes on",
        "  ucloud_record_warning {"WarnCode":1,"WarnMsg":"the process of this job was killed; the job goes on","ErrorCode":0,"ErrorMsg":""}",
        "  ucloud_record_session_failover {"Status":0,"ErrorCode":0,"ErrorMsg":""}",
        "The index was found; the work begins",
        "  ucloud_record_status_update {"Status":"SERVICE_STATUS_RUNNING","ErrorCode":0,"ErrorMsg":""}",
        "A warning",
        "  ucloud_record_warning {"WarnCode":2,"WarnMsg":"bob_1: recording \\"bob.webm\\" is left out: the file is empty","ErrorCode":0,"ErrorMsg":""}",
        "The file is uploaded",
        "  ucloud_record_file_infos {"FileList":["out/room 1.mp4","out/room 1.jpg","out/room 1.thumbs.vtt","out/room 1/master.m3u8"],"ErrorCode":0,"ErrorMsg":""}",
        "The upload failed, the file lies in the second bucket",
        "  ucloud_record_file_infos {"FileList":["s3://spare/out/room 1.mp4","s3://spare/out/room 1.jpg","s3://spare/out/room 1.thumbs.vtt","s3://spare/out/room 1/master.m3u8"],"ErrorCode":0,"ErrorMsg":""}",
        "Everything is done",
        "  ucloud_record_status_update {"Status":"SERVICE_STATUS_EXITING","ErrorCode":0,"ErrorMsg":""}",
        "The job fails before the work begins",
        "  ucloud_record_error {"ErrorCode":3,"ErrorMsg":"no index of job job-1 was found"}",
        "  ucloud_record_status_update {"Status":"SERVICE_STATUS_INTERRUPT","ErrorCode":3,"ErrorMsg":"no index of job job-1 was found"}",
        "The job fails while it works",
        "  ucloud_record_error {"ErrorCode":1,"ErrorMsg":"encoding failed (video 1/2): no space left on device"}",
        "  ucloud_record_status_update {"Status":"SERVICE_STATUS_INTERRUPT","ErrorCode":1,"ErrorMsg":"encoding failed (video 1/2): no space left on device"}",
        "The job fails for the upload failed",
        "  ucloud_record_error {"ErrorCode":1,"ErrorMsg":"us3://room-recordings: access denied"}",
        "  ucloud_record_status_update {"Status":"SERVICE_STATUS_INTERRUPT","ErrorCode":1,"ErrorMsg":"us3://room-recordings: access denied"}",
        "The job is stopped by a signal",
        "  ucloud_record_error {"ErrorCode":1,"ErrorMsg":"stopped by SIGTERM; nothing was uploaded"}",
        "  ucloud_record_status_update {"Status":"SERVICE_STATUS_INTERRUPT","ErrorCode":1,"ErrorMsg":"stopped by SIGTERM; nothing was uploaded"}",
      ]
    `)
  })

  it('tells job.oss', () => {
    expect(saidBy({ dialect: 'ucloud', service: 'job.oss' })).toMatchInlineSnapshot(`
      [
        "The file is uploaded",
        "  ucloud_upload_status {"Status":0,"FileList":["out/room 1.mp4","out/room 1.jpg","out/room 1.thumbs.vtt","out/room 1/master.m3u8"],"ErrorCode":0,"ErrorMsg":""}",
        "The upload failed, the file lies in the second bucket",
        "  ucloud_upload_status {"Status":0,"FileList":["s3://spare/out/room 1.mp4","s3://spare/out/room 1.jpg","s3://spare/out/room 1.thumbs.vtt","s3://spare/out/room 1/master.m3u8"],"ErrorCode":0,"ErrorMsg":""}",
        "The upload failed",
        "  ucloud_upload_status {"Status":1,"FileList":["out/room 1.mp4","out/room 1.jpg","out/room 1.thumbs.vtt","out/room 1/master.m3u8"],"ErrorCode":1,"ErrorMsg":"us3://room-recordings: access denied"}",
      ]
    `)
  })
})

describe('anyrtc', () => {
  it('has the outer envelope and the payload', () => {
    expect(first('The file is uploaded', { dialect: 'anyrtc', service: 'job.oss' }).body)
      .toMatchInlineSnapshot(`
        {
          "eventType": 33,
          "noticeId": "00000000000000000000000000000000",
          "notifyMs": 1795320600000,
          "payload": {
            "cname": "room-1",
            "details": {
              "msgName": "uploading_progress",
              "progress": 10000,
            },
            "sendts": 1795320600000,
            "sequence": 0,
            "serviceType": 2,
            "sid": "job-1",
            "uid": "0",
          },
          "productId": 3,
        }
      `)
  })

  it('tells job.mixer', () => {
    expect(saidBy({ dialect: 'anyrtc', service: 'job.mixer' })).toMatchInlineSnapshot(`
      [
        "The request was read; nothing is fetched yet",
        "  3 {"msgName":"cloud_recording_status_update","status":1,"recordingMode":0,"fileList":""}",
        "The same job is running already: this start of it ends with exit code 2",
        "  3 {"msgName":"cloud_recording_status_update","status":4,"recordingMode":0,"fileList":""}",
        "The process before this one was killed; the job goes on",
        "  2 {"msgName":"cloud_recording_warning","module":0,"warnCode":1,"warnMsg":"the process of this job was killed; the job goes on"}",
        "  12 {"msgName":"session_failover","newUid":0}",
        "The index was found; the work begins",
        "  3 {"msgName":"cloud_recording_status_update","status":4,"recordingMode":0,"fileList":""}",
        "  40 {"msgName":"recorder_started","status":0}",
        "The timeline is known",
        "  42 {"msgName":"recorder_slice_start","startUtcMs":1700000000000,"discontinueUtcMs":1700000000000,"mixedAllUser":true,"streamUid":"0","trackType":"audio_and_video"}",
        "  43 {"msgName":"recorder_audio_stream_state_changed","streamUid":"0","state":0,"UtcMs":1700000000000}",
        "  44 {"msgName":"recorder_video_stream_state_changed","streamUid":"0","state":0,"UtcMs":1700000000000}",
        "  44 {"msgName":"recorder_video_stream_state_changed","streamUid":"alice","state":0,"UtcMs":1700000000000}",
        "  43 {"msgName":"recorder_audio_stream_state_changed","streamUid":"alice","state":0,"UtcMs":1700000000000}",
        "  44 {"msgName":"recorder_video_stream_state_changed","streamUid":"alice","state":1,"UtcMs":1700000010000}",
        "  43 {"msgName":"recorder_audio_stream_state_changed","streamUid":"alice","state":1,"UtcMs":1700000010000}",
        "  43 {"msgName":"recorder_audio_stream_state_changed","streamUid":"0","state":1,"UtcMs":1700000010000}",
        "  44 {"msgName":"recorder_video_stream_state_changed","streamUid":"0","state":1,"UtcMs":1700000010000}",
        "A warning",
        "  2 {"msgName":"cloud_recording_warning","module":0,"warnCode":2,"warnMsg":"bob_1: recording \\"bob.webm\\" is left out: the file is empty"}",
        "The finished file is made; it is not uploaded yet",
        "  41 {"msgName":"recorder_leave","leaveCode":4}",
        "The file is uploaded",
        "  4 {"msgName":"cloud_recording_file_infos","fileList":"out/room 1/master.m3u8"}",
        "The upload failed, the file lies in the second bucket",
        "  4 {"msgName":"cloud_recording_file_infos","fileList":"s3://spare/out/room 1/master.m3u8"}",
        "Everything is done",
        "  3 {"msgName":"cloud_recording_status_update","status":8,"recordingMode":0,"fileList":"out/room 1/master.m3u8"}",
        "  11 {"msgName":"session_exit","exitStatus":0}",
        "The job fails before the work begins",
        "  1 {"msgName":"cloud_recording_error","module":0,"errorLevel":5,"errorCode":3,"stat":1,"errorMsg":"no index of job job-1 was found"}",
        "  41 {"msgName":"recorder_leave","leaveCode":0}",
        "  3 {"msgName":"cloud_recording_status_update","status":20,"recordingMode":0,"fileList":""}",
        "  11 {"msgName":"session_exit","exitStatus":1}",
        "The job fails while it works",
        "  1 {"msgName":"cloud_recording_error","module":0,"errorLevel":5,"errorCode":1,"stat":1,"errorMsg":"encoding failed (video 1/2): no space left on device"}",
        "  41 {"msgName":"recorder_leave","leaveCode":16}",
        "  3 {"msgName":"cloud_recording_status_update","status":20,"recordingMode":0,"fileList":""}",
        "  11 {"msgName":"session_exit","exitStatus":1}",
        "The job fails for the upload failed",
        "  1 {"msgName":"cloud_recording_error","module":1,"errorLevel":5,"errorCode":32,"stat":1,"errorMsg":"us3://room-recordings: access denied"}",
        "  3 {"msgName":"cloud_recording_status_update","status":20,"recordingMode":0,"fileList":""}",
        "  11 {"msgName":"session_exit","exitStatus":1}",
        "The job is stopped by a signal",
        "  1 {"msgName":"cloud_recording_error","module":0,"errorLevel":5,"errorCode":1,"stat":1,"errorMsg":"stopped by SIGTERM; nothing was uploaded"}",
        "  41 {"msgName":"recorder_leave","leaveCode":2}",
        "  3 {"msgName":"cloud_recording_status_update","status":20,"recordingMode":0,"fileList":""}",
        "  11 {"msgName":"session_exit","exitStatus":1}",
      ]
    `)
  })

  it('tells job.oss', () => {
    expect(saidBy({ dialect: 'anyrtc', service: 'job.oss' })).toMatchInlineSnapshot(`
      [
        "The index was found; the work begins",
        "  33 {"msgName":"uploading_progress","progress":0}",
        "A minute has passed, a quarter is mixed",
        "  33 {"msgName":"uploading_progress","progress":2250}",
        "The upload begins",
        "  30 {"msgName":"uploader_started","status":0}",
        "A minute has passed, half is uploaded",
        "  33 {"msgName":"uploading_progress","progress":9500}",
        "The file is uploaded",
        "  33 {"msgName":"uploading_progress","progress":10000}",
        "  31 {"msgName":"uploaded","status":0,"fileList":[{"fileName":"out/room 1.mp4","trackType":"audio_and_video","uid":"0","mixedAllUser":true,"isPlayable":true,"sliceStartTime":1700000000000},{"fileName":"out/room 1.jpg","trackType":"video","uid":"0","mixedAllUser":true,"isPlayable":false,"sliceStartTime":1700000000000},{"fileName":"out/room 1.thumbs.vtt","trackType":"video","uid":"0","mixedAllUser":true,"isPlayable":false,"sliceStartTime":1700000000000},{"fileName":"out/room 1/master.m3u8","trackType":"audio_and_video","uid":"0","mixedAllUser":true,"isPlayable":true,"sliceStartTime":1700000000000}]}",
        "The upload failed, the file lies in the second bucket",
        "  2 {"msgName":"cloud_recording_warning","module":1,"warnCode":32,"warnMsg":"the job's bucket could not be written; the file is s3://spare/out/room 1.mp4"}",
        "  33 {"msgName":"uploading_progress","progress":10000}",
        "  32 {"msgName":"backuped","status":0,"fileList":[{"fileName":"s3://spare/out/room 1.mp4","trackType":"audio_and_video","uid":"0","mixedAllUser":true,"isPlayable":true,"sliceStartTime":1700000000000},{"fileName":"s3://spare/out/room 1.jpg","trackType":"video","uid":"0","mixedAllUser":true,"isPlayable":false,"sliceStartTime":1700000000000},{"fileName":"s3://spare/out/room 1.thumbs.vtt","trackType":"video","uid":"0","mixedAllUser":true,"isPlayable":false,"sliceStartTime":1700000000000},{"fileName":"s3://spare/out/room 1/master.m3u8","trackType":"audio_and_video","uid":"0","mixedAllUser":true,"isPlayable":true,"sliceStartTime":1700000000000}]}",
        "The upload failed",
        "  1 {"msgName":"cloud_recording_error","module":1,"errorLevel":5,"errorCode":32,"stat":1,"errorMsg":"us3://room-recordings: access denied"}",
      ]
    `)
  })

  it('makes no difference for job.record', () => {
    expect(saidBy({ dialect: 'anyrtc', service: 'job.record' })).toEqual(
      saidBy({ dialect: 'anyrtc', service: 'job.mixer' }),
    )
  })

  it('tells of a user, whose camera and screen are one', () => {
    const change = (streamId: string, isOpen: boolean, atMs: number) =>
      ({ streamId, medium: 'video', isOpen, atMs }) as const
    const planned = {
      kind: 'planned',
      media: 'video',
      ...{ startMs: 0, endMs: 9 },
      changes: [
        change('alice_1', true, 1),
        change('bob_1', true, 1),
        // The screen takes over from the camera, and is joined by it.
        change('alice_1', false, 3),
        change('alice_2', true, 3),
        change('alice_1', true, 4),
        change('alice_2', false, 5),
        change('bob_1', false, 6),
        change('alice_1', false, 6),
        change('alice_2', true, 7),
        change('alice_2', false, 8),
      ],
    } as const
    const stage = { hasStarted: true, isUploading: false }
    const samples = told({ event: planned, stage }, { dialect: 'anyrtc', service: 'job.mixer' })
    const said = samples
      .map(({ body }) => dataOf(body) as { streamUid: string; state: number; UtcMs: number })
      .filter(({ streamUid, UtcMs }) => streamUid !== '0' && UtcMs !== undefined)
    expect(
      said.map(({ streamUid, state, UtcMs }) => `${state === 0 ? '+' : '-'}${streamUid} ${UtcMs}`),
    ).toEqual(['+alice 1', '+bob 1', '-bob 6', '-alice 6', '+alice 7', '-alice 8'])
  })

  it('numbers each event’s service as the document does', () => {
    const all = (['job.mixer', 'job.oss'] as const).flatMap((service) =>
      Object.values(STORY).flatMap((happening) => told(happening, { dialect: 'anyrtc', service })),
    )
    const types = all.map(({ name, body }) => [
      name,
      (body['payload'] as { serviceType: number }).serviceType,
    ])
    expect(Object.fromEntries(types)).toEqual({
      ...{ 1: 0, 2: 0, 3: 0, 4: 0, 11: 0, 12: 0 },
      ...{ 30: 2, 31: 2, 32: 2, 33: 2 },
      ...{ 40: 1, 41: 1, 42: 1, 43: 1, 44: 1 },
    })
  })
})

describe('volcengine', () => {
  it('has the envelope, EventData as a JSON string', () => {
    expect(
      first('The index was found; the work begins', { dialect: 'volcengine', service: 'job.mixer' }).body,
    ).toMatchInlineSnapshot(`
        {
          "AppId": "app-1",
          "EventData": "{"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":""}",
          "EventId": "00000000000000000000000000000000",
          "EventTime": "2026-11-22T04:10:00.000Z",
          "EventType": "RecordStarted",
          "Nonce": "1962",
          "Signature": "c772b19b8941dd8b421fbbc166c23a65b13c18d56f3f457f9870e7d27d6f8a88",
          "Version": "2023-11-01",
        }
      `)
  })

  it('tells job.mixer', () => {
    expect(saidBy({ dialect: 'volcengine', service: 'job.mixer' })).toMatchInlineSnapshot(`
      [
        "The index was found; the work begins",
        "  RecordStarted {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":""}",
        "The timeline is known",
        "  RecordVideoStreamStateChanged {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","UserId":"alice","StreamType":0,"State":1,"Timestamp":1700000000000}",
        "  RecordAudioStreamStateChanged {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","UserId":"alice","StreamType":0,"State":1,"Timestamp":1700000000000}",
        "  RecordVideoStreamStateChanged {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","UserId":"alice","StreamType":1,"State":1,"Timestamp":1700000002000}",
        "  RecordVideoStreamStateChanged {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","UserId":"alice","StreamType":1,"State":0,"Timestamp":1700000006000}",
        "  RecordVideoStreamStateChanged {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","UserId":"alice","StreamType":0,"State":0,"Timestamp":1700000010000}",
        "  RecordAudioStreamStateChanged {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","UserId":"alice","StreamType":0,"State":0,"Timestamp":1700000010000}",
        "The file is uploaded",
        "  RecordStopped {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":"","RecordFileList":[{"Vid":"","ObjectKey":"out/room 1.mp4","Duration":10000,"Size":1234567,"StartTime":1700000000000,"StreamList":[{"UserId":"alice","StreamType":0},{"UserId":"alice","StreamType":1}],"VideoCodec":"h264","AudioCodec":"aac","VideoWidth":640,"VideoHeight":360},{"Vid":"","ObjectKey":"out/room 1/master.m3u8","Duration":10000,"Size":1234567,"StartTime":1700000000000,"StreamList":[{"UserId":"alice","StreamType":0},{"UserId":"alice","StreamType":1}],"VideoCodec":"h264","AudioCodec":"aac","VideoWidth":640,"VideoHeight":360}]}",
        "The upload failed, the file lies in the second bucket",
        "  RecordStopped {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":"","RecordFileList":[{"Vid":"","ObjectKey":"s3://spare/out/room 1.mp4","Duration":10000,"Size":1234567,"StartTime":1700000000000,"StreamList":[{"UserId":"alice","StreamType":0},{"UserId":"alice","StreamType":1}],"VideoCodec":"h264","AudioCodec":"aac","VideoWidth":640,"VideoHeight":360},{"Vid":"","ObjectKey":"s3://spare/out/room 1/master.m3u8","Duration":10000,"Size":1234567,"StartTime":1700000000000,"StreamList":[{"UserId":"alice","StreamType":0},{"UserId":"alice","StreamType":1}],"VideoCodec":"h264","AudioCodec":"aac","VideoWidth":640,"VideoHeight":360}]}",
        "The job fails before the work begins",
        "  RecordStarted {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":1,"ErrorMessage":"no index of job job-1 was found"}",
        "The job fails while it works",
        "  RecordStopped {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":1,"ErrorMessage":"encoding failed (video 1/2): no space left on device","RecordFileList":[]}",
        "The job fails for the upload failed",
        "  RecordStopped {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":1,"ErrorMessage":"us3://room-recordings: access denied","RecordFileList":[]}",
        "The job is stopped by a signal",
        "  RecordStopped {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":1,"ErrorMessage":"stopped by SIGTERM; nothing was uploaded","RecordFileList":[]}",
      ]
    `)
  })

  it('tells job.oss', () => {
    expect(saidBy({ dialect: 'volcengine', service: 'job.oss' })).toMatchInlineSnapshot(`
      [
        "The upload begins",
        "  RecordUploadStarted {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":""}",
        "A minute has passed, half is uploaded",
        "  RecordUploadProcessing {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":"","Progress":5000}",
        "The file is uploaded",
        "  RecordSyncUploadStarted {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":"","RecordFileList":[{"Vid":"","ObjectKey":"out/room 1/master.m3u8","Duration":10000,"Size":1234567,"StartTime":1700000000000,"StreamList":[{"UserId":"alice","StreamType":0},{"UserId":"alice","StreamType":1}],"VideoCodec":"h264","AudioCodec":"aac","VideoWidth":640,"VideoHeight":360}]}",
        "  RecordUploadDone {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":""}",
        "The upload failed, the file lies in the second bucket",
        "  RecordSyncUploadStarted {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":"","RecordFileList":[{"Vid":"","ObjectKey":"s3://spare/out/room 1/master.m3u8","Duration":10000,"Size":1234567,"StartTime":1700000000000,"StreamList":[{"UserId":"alice","StreamType":0},{"UserId":"alice","StreamType":1}],"VideoCodec":"h264","AudioCodec":"aac","VideoWidth":640,"VideoHeight":360}]}",
        "  RecordUploadBackuped {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":0,"ErrorMessage":""}",
        "The upload failed",
        "  RecordSyncUploadFailed {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":1,"ErrorMessage":"us3://room-recordings: access denied"}",
        "  RecordUploadDone {"AppId":"app-1","BusinessId":"","RoomId":"room-1","TaskId":"job-1","Code":1,"ErrorMessage":"us3://room-recordings: access denied"}",
      ]
    `)
  })

  it('makes no difference for job.record', () => {
    expect(saidBy({ dialect: 'volcengine', service: 'job.record' })).toEqual(
      saidBy({ dialect: 'volcengine', service: 'job.mixer' }),
    )
  })

  it.each(['secret', '', '0', '~é漢'])('is signed as the vendor says, with the key "%s"', (key) => {
    const { body } = first('The file is uploaded', { dialect: 'volcengine', service: 'job.oss', key })
    const { EventType, EventData, EventTime, EventId, AppId, Version, Nonce, Signature } = body as Record<
      string,
      string
    >
    const values = [EventType, EventData, EventTime, EventId, AppId, Version, Nonce, key] as string[]
    // The vendor's sample sorts in Go, which compares bytes; latin1 text of them compares alike.
    const bytes = values.map((value) => Buffer.from(value).toString('latin1')).toSorted()
    expect(Signature).toBe(createHash('sha256').update(bytes.join(''), 'latin1').digest('hex'))
    expect(Nonce).toMatch(/^\d{4}$/)
  })
})

describe('tencent', () => {
  it('tells of a new file, whole', () => {
    expect(first('The file is uploaded', { dialect: 'tencent', service: 'job.oss' }).body)
      .toMatchInlineSnapshot(`
        {
          "appid": "app-1",
          "channel_id": "job-1",
          "duration": 10,
          "end_time": 1700000010,
          "event_type": 100,
          "file_format": "mp4",
          "file_id": "ef7659c95f791d8f5e68fe10d07b8fb2",
          "file_size": 1234567,
          "sign": "221cd8b6bb3b89e237bafa024166d71e",
          "start_time": 1700000000,
          "stream_id": "job-1",
          "stream_param": "",
          "t": 1795321200,
          "video_id": "ef7659c95f791d8f5e68fe10d07b8fb2",
          "video_url": "https://s3-cn-bj.ufileos.com/room-recordings/out/room%201.mp4",
        }
      `)
  })

  it('tells any service of the file, wherever it lies, and of nothing else', () => {
    for (const service of ['job.mixer', 'job.record', 'job.oss'] as const) {
      const tellers = Object.entries(STORY).filter(
        ([, it]) => told(it, { dialect: 'tencent', service }).length > 0,
      )
      expect(tellers.map(([title]) => title)).toEqual([
        'The file is uploaded',
        'The upload failed, the file lies in the second bucket',
      ])
    }
    const elsewhere = first('The upload failed, the file lies in the second bucket', {
      dialect: 'tencent',
      service: 'job.oss',
    })
    expect(elsewhere.body['video_url']).toBe('https://minio.example.com/spare/out/room%201.mp4')
    expect(elsewhere.body['file_id']).not.toBe(
      first('The file is uploaded', { dialect: 'tencent', service: 'job.oss' }).body['file_id'],
    )
  })

  it('is signed by MD5(key + t), t ten minutes ahead', () => {
    const { body } = first('The file is uploaded', { dialect: 'tencent', service: 'job.oss' })
    expect(body['t']).toBe(TOLD_MS / 1000 + 600)
    expect(body['sign']).toBe(
      createHash('md5')
        .update('secret' + String(body['t']))
        .digest('hex'),
    )
  })
})

describe('a file that is told of', () => {
  const places = (of: { dialect: Dialect }) =>
    (['job.mixer', 'job.oss'] as const).flatMap((service) =>
      Object.entries(STORY)
        .filter(([, { event }]) => event.kind === 'finished' || event.kind === 'uploadStarted')
        .flatMap(([, happening]) => told(happening, { ...of, service })),
    )

  it.each(['ucloud', 'anyrtc', 'volcengine', 'tencent'] as const)(
    'is named by %s when it lies where it is said to, not before',
    (dialect) => {
      expect(JSON.stringify(places({ dialect }))).not.toContain('room 1.mp4')
    },
  )
})

describe('headers', () => {
  it.each(['ucloud', 'anyrtc', 'volcengine', 'tencent'] as const)('are the same for %s', (dialect) => {
    const to = { dialect, service: 'job.oss' } as const
    const signed = first('The file is uploaded', to)
    const text = JSON.stringify(signed.body)
    expect(signed.headers).toEqual({
      'Content-Type': 'application/json',
      'User-Agent': 'owt-main',
      'X-Owt-Event-Id': '0'.repeat(32),
      'X-Owt-Event-Sequence': '0',
      'X-Owt-Event-Time': String(TOLD_MS),
      'X-Owt-Signature': `sha256=${createHmac('sha256', 'secret').update(text).digest('hex')}`,
    })
    expect(first('The file is uploaded', { ...to, key: '' }).headers).not.toHaveProperty('X-Owt-Signature')
  })
})

describe('every dialect', () => {
  it.each(['ucloud', 'anyrtc', 'volcengine', 'tencent'] as const)(
    '%s never has a key in a body',
    (dialect) => {
      for (const service of ['job.mixer', 'job.record', 'job.oss'] as const) {
        for (const happening of Object.values(STORY)) {
          expect(JSON.stringify(told(happening, { dialect, service, key: 'p4ssphrase' }))).not.toContain(
            'p4ssphrase',
          )
        }
      }
    },
  )

  it('has the file’s address without a credential', () => {
    expect(FILE.url).toBe('https://s3-cn-bj.ufileos.com/room-recordings/out/room%201.mp4')
  })
})
