/** Selects recordings by the job's settings and turns them into clips in seat order. */
import { groupBy } from '../model/collect.ts'
import type { Job } from '../model/job.ts'
import type { Recording } from '../model/room.ts'
import { firstWhere } from '../model/search.ts'
import type { TimeRange } from '../model/timeline.ts'
import type { Warning } from '../messages/index.ts'
import { withinMaximum } from './maximum.ts'
import type { PlacedRecording } from './placed.ts'
import { wantedMedia } from './wanted.ts'

/** A recorder whose timestamps start further than this from 0 used its own clock. */
const OWN_CLOCK_MS = 5000

export interface Placed {
  /** Streams in seat order: by the start of their first clip, ties by id. */
  readonly streams: readonly { readonly streamId: string; readonly clips: readonly PlacedRecording[] }[]
  readonly warnings: readonly Warning[]
}

/**
 * Places recordings on the timeline and decides which of them are used.
 * @param roomStartMs Unix time in ms of output time 0
 */
export function placeClips(options: {
  job: Job
  roomStartMs: number
  recordings: readonly Recording[]
}): Placed {
  const { job, roomStartMs, recordings } = options
  const warnings: Warning[] = []
  const placed = recordings
    .map((recording) => place({ job, roomStartMs, recording, warnings }))
    .filter((clip) => clip.video !== undefined || clip.audio !== undefined)
    .toSorted(byStart)

  const byStream = groupBy(placed, (clip) => clip.streamId)
  const ordered = [...byStream]
    .map(([streamId, clips]) => ({ streamId, clips }))
    .toSorted((a, b) => joinMs(a.clips) - joinMs(b.clips) || (a.streamId < b.streamId ? -1 : 1))
  const within = withinMaximum(ordered, job)
  const streams = within.streams.map(({ streamId, clips }) => ({ streamId, clips: takeOver(clips) }))
  return { streams, warnings: [...warnings, ...within.warnings] }
}

/** Names break ties, so that the order of the input never matters. */
function byStart(a: PlacedRecording, b: PlacedRecording): number {
  const [one, two] = [a.recording.entry, b.recording.entry]
  return one.startMs - two.startMs || (one.name < two.name ? -1 : 1)
}

function joinMs(clips: readonly PlacedRecording[]): number {
  return clips.reduce((least, { recording }) => Math.min(least, recording.entry.startMs), Infinity)
}

function place(options: {
  job: Job
  roomStartMs: number
  recording: Recording
  warnings: Warning[]
}): PlacedRecording {
  const { job, roomStartMs, recording, warnings } = options
  const { entry, probe } = recording
  const earliestMs = Math.min(probe.video?.timesMs[0] ?? Infinity, probe.audio?.startMs ?? Infinity)
  const keptOwnClock =
    !entry.isRoomClock && Number.isFinite(earliestMs) && Math.abs(earliestMs) > OWN_CLOCK_MS
  if (keptOwnClock) {
    warnings.push({
      code: 'recorderOwnClock',
      params: { name: entry.name, earliestMs: Math.round(earliestMs) },
      where: entry.name,
    })
  }
  const offsetMs = entry.startMs - roomStartMs - (keptOwnClock ? earliestMs : 0)
  const wanted = wantedMedia(job, entry.streamId)
  const video = wanted.video && probe.video && probe.video.timesMs.length > 0 ? probe.video : undefined
  const audio =
    wanted.audio && probe.audio && probe.audio.endMs > probe.audio.startMs ? probe.audio : undefined
  return {
    streamId: entry.streamId,
    recording,
    offsetMs,
    ...(video && { video: { startMs: (video.timesMs[0] ?? 0) + offsetMs, endMs: video.endMs + offsetMs } }),
    ...(audio && { audio: { startMs: audio.startMs + offsetMs, endMs: audio.endMs + offsetMs } }),
  }
}

/**
 * Resolves overlaps between clips of one stream: the later clip takes over while it lasts, so that there is one picture
 * and no doubled audio. A clip that continues after a later one becomes two clips of one recording.
 */
function takeOver(clips: readonly PlacedRecording[]): PlacedRecording[] {
  const takenVideo: TimeRange[] = []
  const takenAudio: TimeRange[] = []
  const pieces = clips.toReversed().flatMap(({ video, audio, ...clip }) => {
    const videos = take(video, takenVideo)
    const audios = take(audio, takenAudio)
    return Array.from({ length: Math.max(videos.length, audios.length) }, (_, k) => {
      const [seen, heard] = [videos[k], audios[k]]
      return { ...clip, video: seen, audio: heard }
    }).toReversed()
  })
  return pieces.toReversed().toSorted((a, b) => startOf(a) - startOf(b))
}

function startOf({ video, audio }: PlacedRecording): number {
  return Math.min(video?.startMs ?? Infinity, audio?.startMs ?? Infinity)
}

/**
 * Takes the part of a range that is still free, as ranges in order.
 * @param taken ascending, disjoint; changed in place
 */
function take(whole: TimeRange | undefined, taken: TimeRange[]): TimeRange[] {
  if (!whole || whole.endMs <= whole.startMs) return whole ? [whole] : []
  const first = firstWhere(taken, (other) => other.endMs >= whole.startMs)
  const free: TimeRange[] = []
  let { startMs, endMs } = whole
  let fromMs = whole.startMs
  let last = first
  for (let other = taken[last]; other && other.startMs <= whole.endMs; other = taken[++last]) {
    if (other.startMs > fromMs) free.push({ startMs: fromMs, endMs: other.startMs })
    fromMs = Math.max(fromMs, other.endMs)
    startMs = Math.min(startMs, other.startMs)
    endMs = Math.max(endMs, other.endMs)
  }
  if (whole.endMs > fromMs) free.push({ startMs: fromMs, endMs: whole.endMs })
  taken.splice(first, last - first, { startMs, endMs })
  return free
}
