/** The cfg.json of a test's job, and changes to it. */

export const JOB_ID = 'e2e-room'

/** Changes to a document: objects by name, everything else as a whole; `undefined` takes a field out. */
export interface Changes {
  readonly [name: string]: unknown
}

/** A small job over recordings in the local bucket `bucket` next to cfg.json. */
export function cfgOf(changes: Changes = {}): Changes {
  return changed(
    {
      Action: 'job.start',
      Internal: { JobId: JOB_ID, AppId: 'e2e', RoomId: 'room', Mode: 1 },
      Data: {
        TranscodingConfig: {
          Video: { Codec: 'h264', Width: 160, Height: 120, Fps: 10, BitRate: 100, Profile: 'high' },
          Audio: { Codec: 'aac', SampleRate: 48000 },
        },
        MixerConfig: { MixedVideoLayout: 1, ResizeMode: 2 },
        RecordingConfig: {
          MediaChannel: 3,
          FileType: ['mp4'],
          StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'out/$Jobid.mp4' },
        },
      },
    },
    changes,
  )
}

/** `changes` on `under`. */
export function changed(under: object, changes: Changes): Changes {
  const both = new Map<string, unknown>(Object.entries(under))
  for (const [name, value] of Object.entries(changes)) {
    const before = both.get(name)
    if (value === undefined) both.delete(name)
    else both.set(name, isObject(before) && isObject(value) ? changed(before, value) : value)
  }
  return Object.fromEntries(both)
}

function isObject(value: unknown): value is Changes {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Only StorageConfig of a cfg.json changed. */
export function inStorage(changes: Changes): Changes {
  return { Data: { RecordingConfig: { StorageConfig: changes } } }
}
