/**
 * Measures what a report shows in addition to the result: pictures and loudness of the finished file, speech in
 * recordings.
 */
import type { Looker } from '../ffmpeg/inspect.ts'
import { measureLevels, measureMix } from './measure-audio.ts'
import { picturesAt } from '../ffmpeg/report-pictures.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip } from '../model/timeline.ts'
import type { Heard, Measured, SegmentPicture } from '../report/facts.ts'
import { segmentsToShow } from '../report/html/segments.ts'
import type { Result } from '../report/result.ts'
import { whenSpoken } from '../report/speech.ts'

/** Position of a segment's picture: by then, a participant who joined with it has sent video. */
const INTO_SEGMENT = 0.6
/** Limit for the total size of pictures in a page. */
const MOST_PICTURE_BYTES = 1_000_000

type Segments = Result['segments']

/**
 * Measures a finished file.
 * @param options.onFailure called for each measurement that failed and is omitted
 */
export async function measureFinished(options: {
  look: Looker
  path: string
  segments: Segments
  /** Of the file; ignored if it has no video. */
  fps: number
  lengthMs: number
  hasSound: boolean
  onFailure: (error: unknown) => void
  /** Called when a part is done. */
  onStep?: () => void
}): Promise<Measured> {
  const { look, path, segments, fps, lengthMs, hasSound, onFailure, onStep } = options
  const pictures = await orNothing(() => segmentPictures(look, { path, segments, fps }), onFailure)
  onStep?.()
  const sound = hasSound ? await orNothing(() => measureMix(look, { path, lengthMs }), onFailure) : undefined
  onStep?.()
  return { ...(pictures && { pictures }), ...(sound && { sound }) }
}

/** Measures the audio of all audible recordings, one after the other. */
export async function measureSpeech(options: {
  look: Looker
  clips: readonly Clip[]
  lengthMs: number
  onFailure: (error: unknown) => void
  onStep: () => void
}): Promise<readonly Heard[] | undefined> {
  const { look, clips, lengthMs, onFailure, onStep } = options
  return orNothing(async () => {
    const heard: Heard[] = []
    for (const { streamId, recording, offsetMs, audio } of clips) {
      if (!audio) continue
      const levels = await measureLevels(look, recording)
      const spoken = whenSpoken({ levels, offsetMs, within: audio.heard, gridMs: lengthMs / 2000 })
      heard.push({ streamId, name: recording.entry.name, ...spoken })
      onStep()
    }
    return heard
  }, onFailure)
}

async function segmentPictures(
  look: Looker,
  { path, segments, fps }: { path: string; segments: Segments; fps: number },
): Promise<readonly SegmentPicture[] | undefined> {
  const moments = segmentsToShow(segments).flatMap((at) => {
    const segment = segments[at]
    if (!segment) return []
    const { startMs, endMs } = segment
    const frame = Math.floor(((startMs + (endMs - startMs) * INTO_SEGMENT) * fps) / 1000 + 1e-6)
    return [{ segment: at, atMs: msOfFrame(frame, fps) }]
  })
  const size = moments.length > 24 ? 320 : 400
  const jpegs = await picturesAt(look, { path, momentsMs: moments.map(({ atMs }) => atMs), fps, size })
  let bytes = 0
  return jpegs?.flatMap((jpeg, i) => {
    const moment = moments[i]
    bytes += jpeg.length
    return moment && bytes <= MOST_PICTURE_BYTES
      ? [{ ...moment, atMs: Math.round(moment.atMs), jpeg: jpeg.toString('base64') }]
      : []
  })
}

async function orNothing<T>(
  work: () => Promise<T>,
  onFailure: (error: unknown) => void,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    onFailure(error)
    return undefined
  }
}
