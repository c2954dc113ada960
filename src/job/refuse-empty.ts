/** Refuses a job whose whole picture or sound would be empty though its recordings have one. */
import { EXIT, JobError } from '../errors.ts'
import type { Job, Selection } from '../model/job.ts'
import type { Recording } from '../model/room.ts'
import type { Timeline } from '../model/timeline.ts'

/**
 * A list of streams to leave out that names them all, and MediaChannel, ask for an empty picture or sound; nothing else
 * does.
 * @throws JobError `nothingSeen` or `nothingHeard`, exit code 6
 */
export function refuseEmpty(options: {
  job: Pick<Job, 'media' | 'subscription'>
  recordings: readonly Recording[]
  timeline: Pick<Timeline, 'shots' | 'clips'>
}): void {
  const { job, recordings, timeline } = options
  const { media, subscription } = job
  const streamsWith = (medium: 'video' | 'audio') =>
    recordings.filter(({ probe }) => probe[medium]).map(({ entry }) => entry.streamId)
  if (media !== 'audio' && !timeline.shots.some(({ tiles }) => tiles.length > 0)) {
    refuse('nothingSeen', streamsWith('video'), subscription.video)
  }
  if (media !== 'video' && !timeline.clips.some(({ audio }) => audio)) {
    refuse('nothingHeard', streamsWith('audio'), subscription.audio)
  }
}

function refuse(code: 'nothingSeen' | 'nothingHeard', streamIds: readonly string[], of: Selection): void {
  const isAskedFor = of.kind === 'except' && streamIds.every((streamId) => of.streamIds.includes(streamId))
  if (streamIds.length === 0 || isAskedFor) return
  const params = { recordings: streamIds.length }
  throw new JobError({ code, params }, { exitCode: EXIT.noStream, fault: 'config' })
}
