/** Takes the measurements for the report at the end of a job, while its work folder and recordings exist. */
import type { Conf } from '../config/conf.ts'
import type { Job } from '../model/job.ts'
import { msOfFrame } from '../model/time.ts'
import { chaptersOf } from '../plan/chapters.ts'
import type { Planned } from './plan-job.ts'
import type { Log, Progress } from '../events/channels.ts'
import type { Measured } from '../report/facts.ts'
import { segmentsOf } from '../report/result.ts'
import { measureFinished, measureSpeech } from './measure.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'

/** Never throws: failed measurements are omitted. @param options.finished path of the finished file */
export async function measureMade(options: {
  job: Pick<Job, 'roomId'>
  made: Pick<Planned, 'timeline' | 'plan' | 'loudness'>
  finished: string
  folder: string
  ffmpeg: FencedFfmpeg
  conf: Conf
  log: Log
  progress: Progress
  signal: AbortSignal
}): Promise<Measured> {
  const { job, made, finished, folder, ffmpeg, conf, log, progress, signal } = options
  const { timeline, plan } = made
  const startedAt = performance.now()
  const lengthMs = msOfFrame(timeline.frames, timeline.fps)
  const { maxPixels } = conf.limits
  const look = { ffmpeg, folder, maxPixels, stallMs: conf.ffmpeg.stallMs, signal }
  const onFailure = (error: unknown) => log.warn({ err: error }, 'not measured for the report')
  const segments = segmentsOf(timeline)
  const hasSound = plan.audio !== undefined
  const clips = timeline.clips.filter(({ audio }) => audio)
  let done = 0
  const onStep = () => progress.update('report', done++, clips.length + 2)
  onStep()
  const finishedFile = { path: finished, segments, fps: timeline.fps, lengthMs, hasSound }
  const measured = await measureFinished({ look, ...finishedFile, onFailure, onStep })
  const heard = await measureSpeech({ look, clips, lengthMs, onFailure, onStep })
  progress.end('report')
  log.info({ ms: Math.round(performance.now() - startedAt) }, 'measured for the report')
  const chapters = conf.output.chapters ? chaptersOf(timeline) : []
  return {
    ...measured,
    ...(heard && { heard }),
    ...(made.loudness && { loudness: made.loudness }),
    ...(job.roomId && { room: job.roomId }),
    chapters: chapters.map(({ startFrame, title }) => ({
      startMs: Math.round(msOfFrame(startFrame, timeline.fps)),
      title,
    })),
  }
}
