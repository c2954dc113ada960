/** The job that is broken: a small room of four people, with every part of the worker in use. Pure. */

const START_MS = 1_795_320_226_000

/** Nothing of these may be shown by anything. */
export const SECRETS = ['secret-token', 'secret-key-of-cfg', 'secret-of-the-environment']

/** Who is in the room: each has one colour, which is where nobody else's is, and one tone. */
export const PEOPLE = [
  { streamId: 'alice_1', name: 'alice.webm', rgb: [200, 40, 40], toneHz: 500, lateMs: 0 },
  { streamId: 'bob_1', name: 'bob.mp4', rgb: [40, 180, 40], toneHz: 800, lateMs: 0 },
  { streamId: 'carol_1', name: 'carol.webm', rgb: [40, 60, 210], toneHz: 1100, lateMs: 100 },
  { streamId: 'dave_1', name: 'dave.mp4', rgb: [210, 200, 40], toneHz: 1400, lateMs: 0 },
]
/** How long each of them is there. */
export const LENGTH_MS = 1500

/**
 * @param {{id: string, work: string, material: object}} options `id` is the job's, `work` its work folder, relative to
 *   its own, `material` what `makeMaterial` has made
 */
export function makeJob({ id, work, material }) {
  return {
    id,
    work,
    material,
    cfg: cfgOf(id),
    conf: {
      ffmpeg: { stallMs: 20_000 },
      limits: { maxHours: 0.05, memoryMb: 1200, cores: 1, probeSeconds: 30 },
    },
    logo: material.logo,
    recordings: PEOPLE.map((person) => ({
      ...person,
      bytes: material.recordings[person.name],
      // Nobody has touched it: it has to be seen and heard.
      isHonest: true,
      // Touched, but in nothing that makes it useless: it is seen, or something is said of it.
      isShownOrTold: false,
      // Listed, and not there as a file of its own.
      isMissing: false,
    })),
    // What else lies in the job's folder: pipes, folders, links.
    plants: [],
    // Exit codes that fit.
    codes: [0],
    // The request itself is in order: what the index lists is used, or named.
    isAsked: true,
  }
}

/** The index of a job's recordings. */
export function indexOf({ id, recordings }) {
  const files = recordings.map(({ streamId, name, lateMs }) => ({
    StreamId: streamId,
    Name: name,
    StartTime: START_MS + lateMs,
  }))
  return { JobId: id, RoomId: 'room', StartTime: START_MS, Root: 'rec', Files: files }
}

function cfgOf(JobId) {
  return {
    Version: '1.0',
    Action: 'job.start',
    Token: SECRETS[0],
    Internal: { RequestId: '0', JobId, AppId: 'a', RoomId: 'room', Mode: 1, ChannelType: 0 },
    Data: {
      JobConfig: { IdleTime: 1, KeyStream: 'alice_1' },
      TranscodingConfig: {
        Video: { Codec: 'h264', Width: 96, Height: 64, Fps: 5, BitRate: 100, Profile: 'main' },
        Audio: { Codec: 'aac', SampleRate: 48000 },
      },
      MixerConfig: { BackgroundColor: { R: 1, G: 2, B: 3 }, ResizeMode: 2, MixedVideoLayout: 1 },
      SubscribeConfig: { VideoStreamType: 0, MaxSubscriptions: 32 },
      RecordingConfig: {
        MediaChannel: 3,
        FileType: ['mp4'],
        StorageConfig: {
          Vendor: 'local',
          Bucket: 'bucket',
          SecretKey: SECRETS[1],
          FileNamePrefix: 'out/$Jobid.mp4',
        },
      },
    },
  }
}
