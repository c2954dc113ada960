/**
 * The finished file against the plan, before anybody is told it is done. What looks wrong in the file is looked
 * up in the recording: a camera that sends black, a room that keeps silent, are no mistakes.
 */
import { rename } from 'node:fs/promises'
import { JobError } from '../errors.ts'
import { type Looker, keyframePictures, loudness, recordingPicture } from '../ffmpeg/look.ts'
import { probeRecording } from '../ffmpeg/probe.ts'
import { type Message, say } from '../messages/index.ts'
import type { Canvas } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { RenderPlan } from '../plan/render.ts'
import { compareFacts } from './facts.ts'
import { BUSY_LEVELS, type Moment, emptyTiles, levelsOf, unchanged } from './pictures.ts'
import { HEARD_DB, silentClips } from './silence.ts'

/**
 * Checks a finished file.
 * @param keepAs where a file that is wrong is moved
 * @throws JobError `checkFailed` naming everything that differs
 */
export async function checkFinished(options: {
  timeline: Timeline
  plan: RenderPlan
  canvas: Canvas
  look: Looker
  keepAs: string
}): Promise<void> {
  const { timeline, plan, canvas, look, keepAs } = options
  const path = plan.mux.output
  const hasPicture = plan.video.length > 0
  const hasSound = plan.audio !== undefined
  const { ffmpegPath, maxPixels, signal } = look
  const outcome = await probeRecording({ ffmpegPath, path, maxPixels, signal })
  const probe = 'probe' in outcome ? outcome.probe : { demuxer: 'mov' as const }
  const { frames, fps } = timeline
  const found: Message[] = [...compareFacts({ probe, frames, fps, hasPicture, hasSound })]
  if (probe.video) {
    const pictures = await keyframePictures(look, path)
    const moments = pictures.flatMap((picture, i): Moment[] => {
      const atMs = probe.video?.keyframesMs[i]
      return atMs === undefined ? [] : [{ atMs, picture }]
    })
    found.push(...(await wrongPictures({ moments, timeline, canvas, look })))
  }
  if (probe.audio) {
    found.push(...(await wrongSilences(await loudness(look, { path }), timeline, look)))
  }
  if (found.length === 0) return
  await rename(path, keepAs)
  throw new JobError({
    code: 'checkFailed',
    params: { found: found.map((one) => say(one)).join('; '), kept: keepAs },
  })
}

async function wrongPictures(options: {
  moments: readonly Moment[]
  timeline: Timeline
  canvas: Canvas
  look: Looker
}): Promise<Message[]> {
  const { moments, timeline, canvas, look } = options
  const wrong = unchanged(moments, timeline, canvas).map(({ atMs }): Message => ({
    code: 'checkUnchanged',
    params: { ms: atMs },
  }))
  for (const { tile, atMs } of emptyTiles(moments, timeline, canvas)) {
    const { recording, offsetMs, streamId } = tile.clip
    const dueMs = recording.probe.video?.timesMs.findLast((ms) => ms <= atMs - offsetMs)
    const picture = dueMs === undefined ? undefined : await recordingPicture(look, recording, dueMs)
    if (picture && levelsOf(picture) > BUSY_LEVELS) {
      wrong.push({ code: 'checkEmpty', params: { streamId, ms: atMs } })
    }
  }
  return wrong
}

async function wrongSilences(peaks: readonly number[], timeline: Timeline, look: Looker): Promise<Message[]> {
  const wrong: Message[] = []
  for (const { clip, startMs, endMs } of silentClips(peaks, timeline.clips)) {
    const { recording, offsetMs, streamId } = clip
    const own = await loudness(look, {
      path: recording.path,
      recording,
      fromMs: startMs - offsetMs,
      lengthMs: endMs - startMs,
    })
    if (own.some((peak) => peak > HEARD_DB))
      wrong.push({ code: 'checkSilent', params: { streamId, ms: startMs } })
  }
  return wrong
}
