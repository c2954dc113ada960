/** What a recording is, from its packets and pictures. Pure. */
import type { TrackCounts } from './declared.ts'
import type { PacketReader } from './packets.ts'
import { type Pictures, quarterTurn } from './pictures.ts'
import { type ProbeOutcome, type Timing, isElsewhere } from './probe-outcome.ts'
import type { Facts } from './read-packets.ts'
import { type Refused, withoutRefused } from './refused.ts'
import type { Sniffed } from './sniff-file.ts'

/** Placeholder for decoded facts where only the packets matter. */
const UNSEEN: Pictures = {
  sizes: [],
  pixelAspect: 1,
  rotation: 0,
  colour: { matrix: 'bt601', range: 'limited' },
}

/** A recorder's clock may have any epoch, but values beyond this do not fit into ffmpeg's options. */
const FARTHEST_MS = 1e13

/** Whether an edit list may hide the only keyframe, so that only the pictures after it are shown. */
export function isHidden({ packets, pictures }: Facts): boolean {
  return !pictures && packets.video(UNSEEN) !== undefined
}

/** Returns undefined if nothing in it can be used. */
export function understood(
  file: Sniffed,
  { packets, pictures, isPaced }: Facts,
  refused: Refused,
): ProbeOutcome | undefined {
  const seen = !refused.video && isPaced && pictures ? packets.video(pictures) : undefined
  const isBeside = file.hasAlpha && !seen?.alpha && (seen?.codec === 'vp8' || seen?.codec === 'vp9')
  const mirroredTurn = file.tracks.find(({ kind }) => kind === 'vide')?.mirroredTurn
  const video = seen && {
    ...seen,
    references: file.references,
    ...(isBeside && { alpha: 'beside' as const }),
    ...(mirroredTurn !== undefined && {
      rotation: quarterTurn(mirroredTurn),
      doubts: [...(seen.doubts ?? []), 'mirrored' as const],
    }),
  }
  const audio = refused.audio ? undefined : packets.audio()
  const ofVideo = refused.video ? undefined : packets.timing('video')
  const ofAudio = refused.audio ? undefined : packets.timing('audio')
  const apart = packets.apart()
  const timing: Timing = {
    video: ofVideo,
    audio: ofAudio,
    apart,
  }
  if (!video && !audio && !isElsewhere(timing)) return undefined
  if (isBeyond(video?.timesMs[0], video?.endMs) || isBeyond(audio?.startMs, audio?.endMs)) {
    return { unusable: 'timesBeyond', detail: '' }
  }
  return {
    probe: {
      demuxer: file.demuxer,
      video,
      audio,
      ...(file.hasIndex && { seekIndex: 'claimed' }),
    },
    lostPicture: !video && !refused.video && packets.video(UNSEEN) !== undefined,
    refused,
    timing,
    codecs: withoutRefused(packets.codecs(), refused),
    ...unreadOf(file, packets),
    changesSpeed: file.tracks.some((track) => track.changesSpeed),
  }
}

function unreadOf({ declared }: Sniffed, packets: PacketReader): { unread?: TrackCounts } {
  const missing = (medium: 'video' | 'audio') =>
    Math.max(0, (declared?.[medium] ?? 0) - packets.trackCount(medium))
  const unread = { video: missing('video'), audio: missing('audio') }
  return unread.video + unread.audio > 0 ? { unread } : {}
}

function isBeyond(startMs = 0, endMs = 0): boolean {
  return !(Math.abs(startMs) < FARTHEST_MS && Math.abs(endMs) < FARTHEST_MS)
}
