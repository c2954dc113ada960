/** Refuses a job whose whole picture or sound would be empty though its recordings have one. */
import { EXIT, JobError } from '../errors.ts'
import type { Job, Settings } from '../model/job.ts'
import type { Recording } from '../model/room.ts'
import type { Timeline } from '../model/timeline.ts'

/**
 * Streams that are all left out by name, in `cfg.json` and by every timed update, and MediaChannel ask for an empty
 * picture or sound; nothing else does.
 * @throws JobError `nothingSeen` or `nothingHeard`, exit code 6
 */
export function refuseEmpty(options: {
  job: Pick<Job, 'media' | 'stretches'>
  recordings: readonly Recording[]
  timeline: Pick<Timeline, 'shots' | 'clips' | 'frames'>
}): void {
  const { job, recordings, timeline } = options
  const { media } = job
  const settings = job.stretches
    .filter(({ fromFrame }) => fromFrame < timeline.frames)
    .map((one) => one.settings)
  const refuseUnlessAsked = (code: 'nothingSeen' | 'nothingHeard', medium: Medium): void => {
    const streamIds = recordings.filter(({ probe }) => probe[medium]).map(({ entry }) => entry.streamId)
    if (streamIds.every((streamId) => settings.every((one) => isLeftOut(one, medium, streamId)))) return
    const params = { recordings: streamIds.length }
    throw new JobError({ code, params }, { exitCode: EXIT.noStream, fault: 'config' })
  }
  if (media !== 'audio' && !timeline.shots.some(({ tiles }) => tiles.length > 0))
    refuseUnlessAsked('nothingSeen', 'video')
  if (media !== 'video' && !timeline.clips.some(({ audio }) => audio))
    refuseUnlessAsked('nothingHeard', 'audio')
}

type Medium = 'video' | 'audio'

/** Whether a medium of a stream is left out by the stream's name: removed, muted, or in a list of those to leave out. */
function isLeftOut({ subscription, streams }: Settings, medium: Medium, streamId: string): boolean {
  const own = streams.find((one) => one.streamId === streamId)
  if (own?.[medium === 'video' ? 'isVideoMuted' : 'isAudioMuted']) return true
  const selection = subscription[medium]
  const isListed = selection.kind === 'except' && selection.streamIds.includes(streamId)
  return own?.[medium] === undefined ? isListed : !own[medium]
}
