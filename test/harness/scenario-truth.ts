/** What is true of a room's recordings once the mixing rules have been applied to them: as the oracle takes it. */
import { type TrueClip, type TrueFrame, offsetOf } from './truth.ts'

export interface Stalls {
  readonly rule: 'leave' | 'hold' | 'background'
  readonly holdMs: number
}

/** Applies what becomes of a camera that stops, and of a recording that goes on behind a later one of its stream. */
export function dealtWith(clips: readonly TrueClip[], stalls: Stalls | undefined): TrueClip[] {
  const all = resumed(clips)
  return stalls ? stalled(all, stalls) : all
}

/** The oracle lets a later recording take over for good: what goes on behind it is a recording of its own. */
function resumed(clips: readonly TrueClip[]): TrueClip[] {
  return clips.flatMap((clip) => {
    const inner = clips.filter((one) => one.streamId === clip.streamId && one.startMs > clip.startMs)
    const [later] = inner
    const { video, audio } = clip.truth
    const back = later?.truth.video && offsetOf(later) + later.truth.video.endMs
    const quiet = later?.truth.audio && offsetOf(later) + later.truth.audio.endMs
    if (inner.length !== 1 || !video || !audio || back === undefined || quiet === undefined) return [clip]
    if (back >= offsetOf(clip) + video.endMs) return [clip]
    const shown = video.frames.findLastIndex((frame) => frame.fileMs + offsetOf(clip) <= back)
    const frames = video.frames
      .slice(shown)
      .map((frame, i) => (i === 0 ? { ...frame, fileMs: back - offsetOf(clip) } : frame))
    const fromMs = frames[0]?.fileMs ?? 0
    return [
      clip,
      {
        ...clip,
        startMs: offsetOf(clip) + fromMs,
        truth: {
          look: clip.truth.look,
          video: {
            frames: frames.map((frame) => ({ ...frame, fileMs: frame.fileMs - fromMs })),
            endMs: video.endMs - fromMs,
          },
          audio: {
            ...audio,
            burstsMs: audio.burstsMs.map((ms) => ms - fromMs).filter((ms) => ms >= 0),
            startMs: quiet - offsetOf(clip) - fromMs,
            endMs: audio.endMs - fromMs,
          },
        },
      },
    ]
  })
}

/**
 * What is true once a camera that stops has been dealt with. One that leaves is a recording that ends and another
 * that begins; one that shows the background has nothing to be read there.
 */
function stalled(clips: readonly TrueClip[], stalls: Stalls): TrueClip[] {
  if (stalls.rule === 'hold') return [...clips]
  const { rule, holdMs } = stalls
  return clips.flatMap((clip) => {
    const { video } = clip.truth
    // A shared screen sends nothing while nothing changes: it is held whatever the rule.
    if (!video || clip.streamId.endsWith('_2')) return [clip]
    const mediaEndMs = Math.max(video.endMs, clip.truth.audio?.endMs ?? 0)
    const runs: TrueFrame[][] = []
    for (const frame of video.frames) {
      const run = runs.at(-1)
      if (run && frame.fileMs - (run.at(-1)?.fileMs ?? 0) <= holdMs) run.push(frame)
      else runs.push([frame])
    }
    const endOf = (run: readonly TrueFrame[], i: number) =>
      i < runs.length - 1
        ? (run.at(-1)?.fileMs ?? 0) + holdMs
        : Math.max(video.endMs, Math.min(mediaEndMs, (run.at(-1)?.fileMs ?? 0) + holdMs))
    if (rule === 'background') {
      const frames = runs.flatMap((run, i) => {
        const last = run.at(-1)
        const goneMs = endOf(run, i)
        const isKept = last && goneMs < mediaEndMs
        return isKept ? [...run, { ...last, fileMs: goneMs, tick: undefined, flashes: false }] : run
      })
      return [{ ...clip, truth: { ...clip.truth, video: { ...video, frames } } }]
    }
    const { audio, ...rest } = clip.truth
    return runs.map((run, i): TrueClip => {
      // Counted from its own first frame: a later run must not look like a recorder with a clock of its own.
      const fromMs = i === 0 ? 0 : (run[0]?.fileMs ?? 0)
      const frames = run.map((frame) => ({ ...frame, fileMs: frame.fileMs - fromMs }))
      return {
        ...clip,
        startMs: clip.startMs + fromMs,
        truth: {
          ...rest,
          ...(audio && i === 0 && { audio }),
          video: { frames, endMs: endOf(run, i) - fromMs },
        },
      }
    })
  })
}
