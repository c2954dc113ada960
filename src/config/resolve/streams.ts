/** What requests say about single streams: `StreamConfig`, and `Stream` of the older documents. */
import type { StreamState } from '../../model/job.ts'

/** An entry of `StreamConfig`. */
export interface WireStream {
  readonly RtcStreamId?: string | undefined
  readonly HasVideo?: boolean | undefined
  readonly HasAudio?: boolean | undefined
  readonly MuteVideo?: boolean | undefined
  readonly MuteAudio?: boolean | undefined
}

/** `Stream`: CmdType 1 adds a stream, 2 removes it, 3 mutes or unmutes it. */
export interface WireCommand extends Omit<WireStream, 'RtcStreamId'> {
  readonly CmdType?: 1 | 2 | 3 | undefined
  readonly SubScribeId?: string | undefined
}

/** The states after some entries. What an entry does not say stays. */
export function withStreams(
  states: readonly StreamState[],
  entries: readonly (WireStream | undefined)[],
): readonly StreamState[] {
  const all = new Map(states.map((state) => [state.streamId, state]))
  for (const entry of entries) {
    const streamId = entry?.RtcStreamId
    if (streamId === undefined) continue
    const before = all.get(streamId)
    all.set(streamId, {
      streamId,
      video: entry?.HasVideo ?? before?.video,
      audio: entry?.HasAudio ?? before?.audio,
      isVideoMuted: entry?.MuteVideo ?? before?.isVideoMuted ?? false,
      isAudioMuted: entry?.MuteAudio ?? before?.isAudioMuted ?? false,
    })
  }
  return [...all.values()]
}

/** A command as an entry of `StreamConfig`. */
export function entryOf(command: WireCommand): WireStream {
  const { CmdType, SubScribeId: RtcStreamId, HasVideo, HasAudio, MuteVideo, MuteAudio } = command
  switch (CmdType) {
    case 1:
      return {
        RtcStreamId,
        HasVideo: HasVideo ?? true,
        HasAudio: HasAudio ?? true,
        MuteVideo: MuteVideo ?? false,
        MuteAudio: MuteAudio ?? false,
      }
    case 2:
      return { RtcStreamId, HasVideo: false, HasAudio: false }
    case 3:
    case undefined:
      return { RtcStreamId, MuteVideo, MuteAudio }
  }
}

/** The states once a list of a medium has been given: it decides about all streams again. */
export function followingLists(
  states: readonly StreamState[],
  media: Readonly<Record<'audio' | 'video', boolean>>,
): readonly StreamState[] {
  if (!media.audio && !media.video) return states
  return states.map((state) => ({
    ...state,
    video: media.video ? undefined : state.video,
    audio: media.audio ? undefined : state.audio,
  }))
}
