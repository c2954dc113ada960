/** After a failed render, finds the recordings at fault by decoding each by itself. */
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import { decodes } from '../ffmpeg/decodes.ts'
import type { Medium } from '../graph/node.ts'
import type { Message, MessageCode } from '../messages/index.ts'
import type { Recording } from '../model/room.ts'
import type { Clip } from '../model/timeline.ts'
import { decoderMb } from '../plan/fences.ts'
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

/** A decoder that needs less than this is not why a graph does not fit: 1920 x 1080 with 16 references takes 59 MB. */
const LEAST_HEAVY_MB = 64

/**
 * The picture whose decoder needs the most memory, for a graph that exceeded its limit although each of its recordings
 * decodes by itself. Decoders may also lose pictures without a word about memory.
 * @param options.memoryMb the most that a graph may take
 * @returns empty if the failure has another cause, or no decoder needs an unusual amount
 */
export function findHeaviest(options: {
  error: unknown
  clips: readonly Clip[]
  memoryMb: number
}): readonly BrokenTrack[] {
  const { error, clips, memoryMb } = options
  if (!isSuspect(error)) return []
  const said = error instanceof JobError ? error.said : undefined
  const isOut = said?.code === 'ffmpegFenced' && said.params.reached === 'memory'
  const neededMb = clips.reduce((sum, { recording }) => sum + decoderMb(recording.probe.video), 0)
  if (!isOut && neededMb < memoryMb) return []
  const [first, ...rest] = clips.filter(({ video }) => video)
  if (!first) return []
  const needs = ({ recording }: Clip) => decoderMb(recording.probe.video)
  const { recording } = rest.reduce((most, clip) => (needs(clip) > needs(most) ? clip : most), first)
  const mb = Math.round(decoderMb(recording.probe.video))
  if (mb < LEAST_HEAVY_MB) return []
  return [{ recording, medium: 'video', said: { code: 'decoderHeavy', params: { mb } } }]
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
      video: lost.has('video') ? undefined : video,
      audio: lost.has('audio') ? undefined : audio,
    }
    return probe.video || probe.audio ? [{ ...recording, probe }] : []
  })
}
