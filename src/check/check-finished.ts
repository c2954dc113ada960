/**
 * Checks the finished file against the plan before the job is reported as done. What looks wrong in the file is looked
 * up in the recording: a camera that sends black, or a silent room, is not an error.
 */
import { rename } from 'node:fs/promises'
import { JobError } from '../errors.ts'
import { type Looker, lookAtFinished, loudness, recordingPictures } from '../ffmpeg/inspect.ts'
import { isRetimed } from '../ffmpeg/probe-outcome.ts'
import { type Message, say } from '../messages/index.ts'
import type { Canvas } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Tiny } from '../model/tiny.ts'
import type { RenderPlan } from '../plan/render.ts'
import { compareFacts } from './facts.ts'
import {
  type Moment,
  type Planned,
  type Suspect,
  emptyTiles,
  isBusy,
  isOther,
  unchangedTiles,
} from './pictures.ts'
import { HEARD_DB, silentClips } from './silence.ts'

/**
 * Checks a finished file.
 * @param keepAs where a wrong file is moved
 * @throws JobError `checkFailed` naming all differences
 */
export async function checkFinished(options: {
  path: string
  timeline: Timeline
  plan: RenderPlan
  canvas: Canvas
  look: Looker
  keepAs: string
}): Promise<void> {
  const { path, timeline, plan, canvas, look, keepAs } = options
  const found = await differences({
    path,
    plan,
    planned: { timeline, canvas, matrix: plan.matrix, covered: plan.covered },
    look,
  })
  if (found.length === 0) return
  await rename(path, keepAs)
  throw new JobError({
    code: 'checkFailed',
    params: { found: found.map((one) => say(one)), kept: keepAs },
  })
}

async function differences(options: {
  path: string
  plan: RenderPlan
  planned: Planned
  look: Looker
}): Promise<Message[]> {
  const { path, plan, planned, look } = options
  const { timeline } = planned
  const { frames, fps } = timeline
  const hasPicture = plan.video.length > 0
  const hasSound = plan.audio !== undefined
  const tracks = { picture: hasPicture, sound: hasSound }
  const { outcome, keyframes, peaks } = await lookAtFinished(look, path, tracks)
  if ('unusable' in outcome) return [{ code: outcome.unusable, params: { detail: outcome.detail } }]
  const { probe, lostPicture, timing } = outcome
  if (hasPicture && lostPicture) return [{ code: 'undecodable', params: { medium: 'video' } }]
  const { video, audio } = probe
  // Timestamps are corrected in recordings, but must be correct in the worker's own output.
  if (isRetimed(timing)) return [{ code: 'timesUnsound', params: {} }]
  const found: Message[] = [...compareFacts({ probe, frames, fps, hasPicture, hasSound })]
  // A file without one of its tracks was not inspected further.
  if ((hasPicture && !video) || (hasSound && !audio)) return found
  if (hasPicture && video) {
    if (keyframes.length < video.keyframesMs.length) {
      found.push({ code: 'undecodable', params: { medium: 'video' } })
    }
    const moments = keyframes.flatMap((picture, i): Moment[] => {
      const atMs = video.keyframesMs[i]
      return atMs === undefined ? [] : [{ atMs, picture }]
    })
    found.push(...(await wrongPictures(moments, planned, look)))
  }
  if (hasSound && audio) {
    if (peaks.length < Math.floor(audio.endMs / 1000) - 1) {
      found.push({ code: 'undecodable', params: { medium: 'audio' } })
    }
    found.push(...(await wrongSilences(peaks, timeline, look)))
  }
  return found
}

async function wrongPictures(
  moments: readonly Moment[],
  planned: Planned,
  look: Looker,
): Promise<readonly Message[]> {
  const wrong: Message[] = []
  for (const suspect of unchangedTiles(moments, planned)) {
    const ms = suspect.moment.atMs
    if (isOther(suspect, await picturesOf(suspect, planned, look), planned)) {
      wrong.push({ code: 'checkUnchanged', params: { streamId: suspect.tile.clip.streamId, ms } })
    }
  }
  for (const suspect of emptyTiles(moments, planned)) {
    const ms = suspect.moment.atMs
    if (isBusy(suspect, await picturesOf(suspect, planned, look), planned)) {
      wrong.push({ code: 'checkEmpty', params: { streamId: suspect.tile.clip.streamId, ms } })
    }
  }
  return wrong
}

/** A recording's pictures from one frame before a moment to one after: the frame grid rounds either way. */
async function picturesOf(
  { tile, moment }: Suspect,
  { timeline, matrix }: Planned,
  look: Looker,
): Promise<readonly Tiny[]> {
  const { recording, offsetMs } = tile.clip
  const fileMs = moment.atMs - offsetMs
  const frameMs = 1000 / timeline.fps
  const times = recording.probe.video?.timesMs
  const startMs = times?.findLast((ms) => ms <= fileMs - frameMs) ?? times?.[0]
  if (startMs === undefined) return []
  return recordingPictures(look, recording, { startMs, endMs: Math.max(startMs, fileMs + frameMs), matrix })
}

async function wrongSilences(
  peaks: readonly number[],
  timeline: Timeline,
  look: Looker,
): Promise<readonly Message[]> {
  const wrong: Message[] = []
  for (const { clip, startMs, endMs } of silentClips(peaks, timeline.clips)) {
    const { recording, offsetMs, streamId } = clip
    const own = await loudness(look, recording, { startMs: startMs - offsetMs, endMs: endMs - offsetMs })
    if (own.some((peak) => peak > HEARD_DB))
      wrong.push({ code: 'checkSilent', params: { streamId, ms: startMs } })
  }
  return wrong
}
