/** Compares the finished file's tracks and timestamps with the plan. Pure. */
import type { Message } from '../messages/index.ts'
import type { Probe } from '../model/room.ts'
import { msOfFrame } from '../model/time.ts'

/** Tolerance of timestamps on the frame grid, in ms. */
const EXACT_MS = 0.05

/** The differences; empty if all is as planned. */
export function compareFacts(options: {
  probe: Probe
  frames: number
  fps: number
  hasPicture: boolean
  hasSound: boolean
}): readonly Message[] {
  const { probe, frames, fps, hasPicture, hasSound } = options
  const { video, audio } = probe
  const found: Message[] = []
  if (hasPicture && !video) found.push({ code: 'checkNoTrack', params: { medium: 'video' } })
  if (hasSound && !audio) found.push({ code: 'checkNoTrack', params: { medium: 'audio' } })
  if (hasPicture && video) {
    const made = video.timesMs.length
    if (made !== frames) found.push({ code: 'checkFrames', params: { made, planned: frames } })
    const off = video.timesMs.findIndex((ms, frame) => Math.abs(ms - msOfFrame(frame, fps)) > EXACT_MS)
    if (off >= 0) found.push({ code: 'checkTimes', params: { frame: off, ms: video.timesMs[off] ?? 0 } })
  }
  if (hasSound && audio) {
    const frameMs = 1000 / fps
    const offMs = audio.endMs - msOfFrame(frames, fps)
    // The last AAC packet is 21.3 ms long and may be padded.
    if (Math.abs(audio.startMs) > EXACT_MS) found.push({ code: 'checkStart', params: { ms: audio.startMs } })
    if (offMs < -frameMs || offMs > Math.max(frameMs, 22)) {
      found.push({ code: 'checkEnds', params: { ms: offMs } })
    }
  }
  return found
}
