/** After a failed render, finds the recordings at fault by decoding each by itself. */
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import { decodes } from '../ffmpeg/decodes.ts'
import type { Medium } from '../graph/node.ts'
import type { Message, MessageCode } from '../messages/index.ts'
import type { Recording } from '../model/room.ts'
import type { Clip } from '../model/timeline.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'

export interface BrokenTrack {
  readonly recording: Recording
  readonly medium: Medium
  /** Why it is not decoded, if it was not even tried. */
  readonly said?: Message
}

/** Why a track cannot be used. */
export function reasonOf({ medium, said }: Pick<BrokenTrack, 'medium' | 'said'>): Message {
  return said ?? { code: 'undecodable', params: { medium } }
}

/** Failures that a recording may have caused. */
const SUSPECT = new Set<MessageCode>([
  'ffmpegFailed',
  'ffmpegFenced',
  'ffmpegStalled',
  'framesWrong',
  'checkFailed',
])

/** Whether a recording may have caused the failure, so that a search is worth its time. */
export function isSuspect(error: unknown): boolean {
  return error instanceof JobError && SUSPECT.has(error.code)
}

/**
 * Finds the tracks that cannot be decoded to the end.
 * @returns empty if a recording did not cause the failure
 */
export async function findBroken(options: {
  error: unknown
  clips: readonly Clip[]
  ffmpeg: FencedFfmpeg
  stallMs: number
  maxPixels: number
  atOnce: number
  signal: AbortSignal
}): Promise<readonly BrokenTrack[]> {
  const { error, clips, ffmpeg, stallMs, maxPixels, atOnce, signal } = options
  if (!isSuspect(error)) return []
  const limit = pLimit(atOnce)
  const tracks = clips.flatMap((clip): BrokenTrack[] => [
    ...(clip.video ? [{ recording: clip.recording, medium: 'video' as const }] : []),
    ...(clip.audio ? [{ recording: clip.recording, medium: 'audio' as const }] : []),
  ])
  const tried = await Promise.all(
    tracks.map((track) =>
      limit(async () => ({
        track,
        isFine: await decodes({
          ffmpeg,
          path: track.recording.path,
          probe: track.recording.probe,
          medium: track.medium,
          stallMs,
          maxPixels,
          signal,
        }),
      })),
    ),
  )
  signal.throwIfAborted()
  return tried.filter(({ isFine }) => !isFine).map(({ track }) => track)
}

/** Removes broken tracks from recordings, and recordings that have no track left. */
export function withoutBroken(
  recordings: readonly Recording[],
  broken: readonly BrokenTrack[],
): readonly Recording[] {
  return recordings.flatMap((recording) => {
    const lost = new Set(
      broken.filter((one) => one.recording.entry === recording.entry).map(({ medium }) => medium),
    )
    if (lost.size === 0) return [recording]
    const { video, audio, ...rest } = recording.probe
    const probe = {
      ...rest,
      ...(video && !lost.has('video') && { video }),
      ...(audio && !lost.has('audio') && { audio }),
    }
    return 'video' in probe || 'audio' in probe ? [{ ...recording, probe }] : []
  })
}
