import { describe, expect, it } from 'vitest'
import { READERS } from '../../../src/folder/readers/index.ts'
import { corrections, folder, media, roomIn, text, told } from './harness.ts'
import { roomOf } from '../../../src/folder/room.ts'

const PID = '0c9f1a2b-0000-4000-8000-000000000001'
const PID_2 = '0c9f1a2b-0000-4000-8000-000000000002'

const URTC = folder(
  media('demo4711/demo4711_alice_1_1795320226184.webm'),
  media('demo4711/demo4711_grace_h_1_1795320226894.mp4'),
  media('demo4711/demo4711_alice_2_1795320230513.webm'),
)
const TWILIO = folder(
  text('recordings.json', {
    recordings: [
      { sid: 'RTaa01', track_name: 'mic', grouping_sids: { room_sid: 'RM1', participant_sid: 'PA1' } },
      { sid: 'RTaa02', track_name: 'screen', grouping_sids: { room_sid: 'RM1', participant_sid: 'PA1' } },
    ],
  }),
  media('media-RTaa01.mka'),
  media('RTaa02.mkv'),
)
const LIVEKIT = folder(
  text('EG_k2.json', {
    egress_id: 'EG_k2',
    room_name: 'demo',
    started_at: 1795701731482000000,
    publisher_identity: 'ann',
    track_id: 'TR_VCx1',
    track_kind: 'video',
    track_source: 'camera',
    files: [{ filename: 'TR_VCx1-2026-11-26T140212.webm' }],
  }),
  text('EG_k3.json', {
    egress_id: 'EG_k3',
    room_name: 'demo',
    started_at: 1795701731482000000,
    publisher_identity: 'ann',
    track_source: 'microphone',
    files: [{ filename: 'TR_AMx1-2026-11-26T140212.ogg' }],
  }),
  text('webhook.json', {
    egressInfo: {
      egressId: 'EG_k2',
      fileResults: [{ filename: 'rec/TR_VCx1-2026-11-26T140212.webm', startedAt: '1795701732600000000' }],
    },
  }),
  media('TR_VCx1-2026-11-26T140212.webm'),
  media('TR_AMx1-2026-11-26T140212.ogg'),
)
const AGORA = folder(
  text(
    '5f0c2b_room_7__uid_s_42__uid_e_audio.m3u8',
    `#EXTM3U\n#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE=AUDIO,TIME=20261126140211482\n#EXTINF:15.0\n5f0c2b_room_7__uid_s_42__uid_e_audio_20261126140211482.ts\n#EXTINF:9.0\n5f0c2b_room_7__uid_s_42__uid_e_audio_20261126140226490.ts\n`,
  ),
  media('5f0c2b_room_7__uid_s_42__uid_e_audio_20261126140211482.ts'),
  media('5f0c2b_room_7__uid_s_42__uid_e_audio_20261126140226490.ts'),
  media('5f0c2b_room_7__uid_s_42__uid_e_video_20261126140212015.webm'),
)
const DAILY = folder(
  media(`1795701731482-${PID}-cam-audio-1795701731920.webm`),
  media(`1795701731482-${PID}-cam-video-1795701732015`),
  media(`1795701731482-${PID_2}-screen-video-1795701740000.webm`),
  text('x.event.json', {
    events: [{ ts: 1795701731.9, type: 'track-added', participant_id: PID, data: { displayName: 'Ann' } }],
  }),
)
const TRTC_NAME = '1400000001_7__UserId_s_YW5u__UserId_e_main_video'
const TRTC = folder(
  text(
    `${TRTC_NAME}.m3u8`,
    `#EXTM3U\n#EXT-X-TRTC-START-REC-TIME:1795701731482\n#EXTINF:10\n${TRTC_NAME}_20261126220211482.ts\n#EXTINF:10\n${TRTC_NAME}_20261126220221500.ts\n`,
  ),
  media(`${TRTC_NAME}_20261126220211482.ts`),
  media(`${TRTC_NAME}_20261126220221500.ts`),
)
const JANUS = folder(
  media('videoroom-1234-user-77-1795701731482123-video-1.webm', {
    of: { comment: '{"t":"v","c":"vp8","s":1795701731482123,"u":1795701731600456}' },
  }),
  media('videoroom-1234-user-77-1795701731482223-audio-0.opus'),
  { path: 'videoroom-1234-user-78-1795701731482223-audio-0.mjr', bytes: 9, modifiedMs: 0 },
)
const VONAGE = folder(
  text('archive.json', {
    createdAt: 1795701731482,
    files: [
      {
        filename: '96e6.webm',
        streamId: '96e6',
        connectionData: '{"userName":"Ann"}',
        startTimeOffset: 562,
        stopTimeOffset: 373156,
        videoType: 'screen',
      },
      {
        filename: '97aa.webm',
        streamId: '97aa',
        connectionData: 'Ann',
        startTimeOffset: 0,
        stopTimeOffset: 9,
      },
    ],
  }),
  media('96e6.webm'),
  media('97aa.webm'),
)
const OPENVIDU = folder(
  text('MySession.json', {
    createdAt: 1795701731482,
    files: [
      {
        name: 'str_CAM_K2xQ_con_Ab12.webm',
        connectionId: 'con_Ab12',
        clientData: 'Ann',
        typeOfVideo: 'CAMERA',
        startTimeOffset: 12,
        endTimeOffset: 61000,
      },
    ],
  }),
  media('str_CAM_K2xQ_con_Ab12.webm'),
)
const BBB = folder(
  text(
    'm1/events.xml',
    `<recording meeting_id="m1" bbb_version="3.0">
<event timestamp="13749531331" eventname="ParticipantJoinEvent"><userId>w_a1</userId><name>Ann &amp; Co</name></event>
<event timestamp="13749540000" module="bbb-webrtc-sfu" eventname="StartWebRTCShareEvent"><filename>/var/medium-w_a1-1795701731482.webm</filename><timestampUTC>1795701731600</timestampUTC></event>
<event timestamp="13749550000" eventname="StartWebRTCDesktopShareEvent"><filename>/var/70001-1795701740000.webm</filename><timestampUTC>1795701740100</timestampUTC></event>
</recording>`,
  ),
  media('m1/video/m1/medium-w_a1-1795701731482.webm'),
  media('m1/deskshare/70001-1795701740000.webm'),
)
const ZOOM = folder(
  media('2026-11-26 14.02.11 Demo 81234567890/video1234567890.mp4'),
  media('2026-11-26 14.02.11 Demo 81234567890/audio1234567890.m4a'),
  media('2026-11-26 14.02.11 Demo 81234567890/Audio Record/audioAnnLee11234567890.m4a'),
  media('2026-11-26 14.02.11 Demo 81234567890/Audio Record/audioBob21234567890.m4a'),
)
const CRAIG = folder(
  text(
    'info.txt',
    'Recording x\n\nStart time:\t2026-11-26T14:02:11.482Z\n\nTracks:\n\tAnn Lee (ann) (1234)\n\tbob (5678)\n',
  ),
  media('1-Ann_Lee.flac'),
  media('2-bob.flac'),
)
const VOLCENGINE = folder(
  media('t1_demo_ann_C_1795701731482_003600_45678903.mp4'),
  media('t1_demo_bob_S_1795701733482_003600_45678904.mp4'),
)
const AGORA_PREMISE = folder(
  text('recording2-done.txt', ''),
  text(
    'uid_42_140211482.txt',
    '1795701731.482 42_140211482.aac create\n1795701731.900 42_140211900.mp4 create\n1795701732.015 42_140211900.mp4 info width=640 height=480 rotation=90\n',
  ),
  media('42_140211482.aac'),
  media('42_140211900.mp4'),
  media('42_140211900_av.mp4'),
)
const JITSI = folder(media('meeting-2/recording.mka'))
const GETSTREAM = folder(
  text('p1_timing_metadata.json', {
    participant_id: 'ann',
    segments: {
      audio: [{ base_filename: 'ann_audio_1', track_type: 'AUDIO', first_rtp_unix_timestamp: 1795701731482 }],
      video: [
        {
          base_filename: 'ann_screen_1',
          track_type: 'SCREEN_SHARE',
          first_rtp_unix_timestamp: 1795701733482,
        },
      ],
    },
  }),
  media('ann_audio_1.webm'),
  media('ann_screen_1.webm'),
  { path: 'ann_audio_2.rtpdump', bytes: 9, modifiedMs: 0 },
)
const ANT = folder(
  media('ann-2026-11-26_14-02-11.482.mp4'),
  media('ann-2026-11-26_14-02-11.482_720p.mp4'),
  media('bob-2026-11-26_14-02-13.000_480p.mp4'),
)
const ALIBABA = folder(
  media('app1_ch7_ann_2026-11-26-14:02:11.mp4'),
  media('app1_ch7_bob_2026-11-26-14:02:20.mp4'),
)
const OBS = folder(media('2026-11-26 14-02-11.mkv'))
const VIDEOSDK = folder(media('s1/p1/audio/a.webm'), media('s1/p1/screen_video/b.webm'))
const HUNDRED = folder(media('room/20261126/s1/ann/cam/v.webm'), media('room/20261126/s1/ann/cam/a.webm'))

const SAMPLES = {
  URTC,
  TWILIO,
  LIVEKIT,
  AGORA,
  DAILY,
  TRTC,
  JANUS,
  VONAGE,
  OPENVIDU,
  BBB,
  ZOOM,
  CRAIG,
  VOLCENGINE,
  AGORA_PREMISE,
  JITSI,
  GETSTREAM,
  ANT,
  ALIBABA,
  OBS,
  VIDEOSDK,
  HUNDRED,
}

describe('what systems leave', () => {
  it.each(Object.entries(SAMPLES))('%s', (_, sample) => {
    expect(told(roomIn(sample))).toMatchSnapshot()
  })

  it.each(Object.entries(SAMPLES))('%s is recognised by one reader only', (_, sample) => {
    expect(READERS.filter((reader) => (reader(sample)?.recorded.length ?? 0) > 0)).toHaveLength(1)
  })
})

describe('traps', () => {
  it('two recordings in one folder are two rooms', () => {
    const two = folder(
      media(`1795701731482-${PID}-cam-audio-1795701731920.webm`),
      media(`1795709999482-${PID}-cam-audio-1795709999920.webm`),
    )
    expect(roomOf(two, corrections())).toMatchObject({
      fault: 'several',
      sessions: [{ name: '1795701731482' }, { name: '1795709999482' }],
    })
  })

  it('takes an MP4 of TRTC with the time of the playlist beside it, and not the slices too', () => {
    const both = folder(...TRTC.files, media('1400000001_7__UserId_s_YW5u__UserId_e_main.mp4'))
    expect(told(roomIn(both))).toEqual({
      vendor: 'Tencent TRTC',
      lines: [
        '1400000001_7__UserId_s_YW5u__UserId_e_main.mp4: ann_1 at 1795701731482 (name, name, playlist)',
      ],
      left: [`${TRTC_NAME}.m3u8: sameMedia`],
    })
  })

  it('moves slices by what the tag of a TRTC playlist differs from their names', () => {
    const [one] = roomIn(TRTC).recordings
    expect(one?.slices?.map(({ startMs }) => startMs)).toEqual([1795701731482, 1795701741500])
  })

  it('turns a picture as Agora says, which counts anticlockwise', () => {
    const name = '5f_c__uid_s_1__uid_e_video'
    const turned = folder(
      text(
        `${name}.m3u8`,
        `#EXTM3U\n#EXT-X-AGORA-ROTATE:WIDTH=640,HEIGHT=480,ROTATE=90,TIME=20261126140212015\n${name}_20261126140212015.ts\n`,
      ),
      media(`${name}_20261126140212015.ts`),
    )
    expect(roomIn(turned).recordings[0]?.rotation).toBe(270)
  })

  it('does not follow a playlist out of its folder', () => {
    const name = '5f_c__uid_s_1__uid_e_video'
    const out = folder(
      text(
        `rec/${name}.m3u8`,
        `#EXTM3U\n../secret/${name}_20261126140212015.ts\nhttp://x/${name}_20261126140213015.ts\n`,
      ),
      media(`secret/${name}_20261126140212015.ts`),
      media(`rec/${name}_20261126140214015.ts`),
    )
    expect(roomOf(out, corrections())).not.toMatchObject({ room: { recordings: [{ slices: [{}] }] } })
  })

  it('takes the first packets of Janus and LiveKit only if all recordings have them: two clocks never mix', () => {
    const comment = (us: number) => ({ of: { comment: `{"u":${us}}` } })
    const exact = folder(
      media('videoroom-1-user-7-1795701731482123-video-1.webm', comment(1795701731600456)),
      media('videoroom-1-user-7-1795701731482223-audio-0.opus', comment(1795701731500000)),
    )
    expect(roomIn(exact).recordings.map(({ startMs }) => startMs)).toEqual([1795701731500, 1795701731600])
    const info = text('api.json', {
      file_results: [{ filename: 'TR_AMx1-2026-11-26T140212.ogg', started_at: 1795701732700000000 }],
    })
    const both = roomIn(folder(...LIVEKIT.files, info))
    expect(both.recordings.map(({ startMs }) => startMs)).toEqual([1795701732600, 1795701732700])
  })
})
