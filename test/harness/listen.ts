/** Bursts heard against bursts due. */
import type { Stream, StreamEvent } from './due.ts'
import { type Sound, burstsIn } from './read-output.ts'
import { offsetOf } from './truth.ts'

/** A burst and what is due are the same one when they are no further apart, in ms. */
const SAME_BURST_MS = 400
/** Sounds that start this close to the edge of a recording may be half of one, in ms. */
const EDGE_MS = 150

/**
 * Compares a stream's bursts with those that are due.
 * @param options.unwanted stretches of output time in which the stream is not to be heard
 */
export function listen(options: {
  stream: Stream
  sound: Sound
  pitches: readonly number[]
  unwanted?: readonly { readonly fromMs: number; readonly toMs: number }[]
}): {
  events: StreamEvent[]
  missed: number
  extra: number
} {
  const { stream, sound, pitches, unwanted = [] } = options
  const sounding = stream.clips.flatMap((clip) =>
    clip.truth.audio ? [{ clip, audio: clip.truth.audio }] : [],
  )
  const pitchHz = sounding[0]?.audio.pitchHz
  if (pitchHz === undefined) return { events: [], missed: 0, extra: 0 }
  const heard = burstsIn(sound, pitchHz, pitches)
  const ranges = sounding.map(({ clip, audio }, i) => {
    const next = sounding[i + 1]
    const startMs = audio.startMs + offsetOf(clip)
    const takenMs = next ? next.audio.startMs + offsetOf(next.clip) : Infinity
    return { startMs, endMs: Math.min(audio.endMs + offsetOf(clip), takenMs, sound.endMs), clip, audio }
  })
  const due = ranges.flatMap(({ startMs, endMs, clip, audio }) =>
    audio.burstsMs
      .map((ms) => ms + offsetOf(clip))
      // Cut in its first moments, a burst is none.
      .filter((ms) => ms >= Math.max(startMs, 0) && ms < endMs - 60)
      .filter((ms) => !unwanted.some(({ fromMs, toMs }) => ms > fromMs - 60 && ms < toMs)),
  )
  const nearest = (list: readonly number[], ms: number) =>
    list.reduce((best, one) => (Math.abs(one - ms) < Math.abs(best - ms) ? one : best), Infinity)
  const events = due.flatMap((atMs) => {
    const found = nearest(heard, atMs)
    return Math.abs(found - atMs) <= SAME_BURST_MS ? [{ atMs, errorMs: found - atMs }] : []
  })
  const extra = heard.filter(
    (ms) =>
      Math.abs(nearest(due, ms) - ms) > SAME_BURST_MS &&
      ![...ranges, ...unwanted.map(({ fromMs, toMs }) => ({ startMs: fromMs, endMs: toMs }))].some(
        ({ startMs, endMs }) => Math.abs(ms - startMs) < EDGE_MS || Math.abs(ms - endMs) < EDGE_MS,
      ),
  )
  return { events, missed: due.length - events.length, extra: extra.length }
}

/** A flash and a burst belong together when the recording has them within half a second. */
export function lipErrors(flashes: readonly StreamEvent[], bursts: readonly StreamEvent[]): number[] {
  return flashes.flatMap((flash) => {
    const burst = bursts.find((one) => Math.abs(one.atMs - flash.atMs) < 500)
    return burst ? [flash.errorMs - burst.errorMs] : []
  })
}
