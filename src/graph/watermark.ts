/** Watermarks, laid once over the finished picture. */
import { msOfFrame, seconds } from '../model/time.ts'
import type { CanvasMatrix } from './colour.ts'
import { type Stream, filter, input, joined, through } from './node.ts'

/** A watermark with everything that drawing it needs. `x`, `y` in pixels, `alpha` 0 to 1. */
export type Mark = { readonly x: number; readonly y: number; readonly alpha: number } & (
  | {
      readonly kind: 'time'
      readonly type: Typeface
      /** The first holds from output time 0. */
      readonly clocks: readonly LocalClock[]
    }
  /** The text lies in a file: it never comes near the graph's syntax. */
  | { readonly kind: 'text'; readonly type: Typeface; readonly textFile: string }
  /** Number of the command's input that holds the picture. */
  | { readonly kind: 'image'; readonly input: number }
)

/** Local time from one moment on; where summer time begins or ends another takes over. */
export interface LocalClock {
  /** The output frame that it first holds for. */
  readonly fromFrame: number
  /** Unix time in ms of output time 0, moved by the zone's offset: read as UTC it gives local time. */
  readonly localStartMs: number
}

export interface Typeface {
  readonly fontFile: string
  readonly sizePx: number
}

/**
 * Lays marks over a picture, the first lowest.
 * @param startFrame output frame of the picture's first frame, so that a chunk shows its own time
 * @param frames length of the picture
 */
export function layMarks(options: {
  onto: Stream
  marks: readonly Mark[]
  matrix: CanvasMatrix
  startFrame: number
  frames: number
  fps: number
}): Stream {
  const { onto, marks, matrix, startFrame, frames, fps } = options
  if (marks.length === 0) return onto
  const stamped = through(onto, [filter('settb', { expr: `1/${fps}` }), filter('setpts', { expr: 'N' })])
  return marks.reduce<Stream>((picture, mark) => {
    switch (mark.kind) {
      case 'time': {
        const stretches = clocksDuring(mark.clocks, { startFrame, frames })
        return through(
          picture,
          stretches.map(({ localStartMs, ...stretch }) => {
            const offset = seconds(localStartMs + msOfFrame(startFrame, fps))
            const text = `%{pts:gmtime:${offset}:%Y-%m-%d %H\\:%M\\:%S}`
            return drawText(mark, mark.type, { text, ...during(stretch) })
          }),
        )
      }
      case 'text':
        return through(picture, [drawText(mark, mark.type, { textfile: mark.textFile, expansion: 'none' })])
      case 'image': {
        const logo = through(input('video', mark.input), [
          filter('format', { pix_fmts: 'rgba' }),
          ...(mark.alpha < 1 ? [filter('colorchannelmixer', { aa: mark.alpha })] : []),
          filter('scale', { out_color_matrix: matrix, out_range: 'limited' }),
          filter('format', { pix_fmts: 'yuva420p' }),
        ])
        return joined([picture, logo], [filter('overlay', { x: mark.x, y: mark.y, format: 'yuv420' })])
      }
    }
  }, stamped)
}

/** The clocks of a piece of the output, in frames counted from its first. */
function clocksDuring(
  clocks: readonly LocalClock[],
  { startFrame, frames }: { startFrame: number; frames: number },
): readonly { readonly localStartMs: number; readonly first: number; readonly behind: number }[] {
  return clocks
    .map(({ fromFrame, localStartMs }, i) => ({
      localStartMs,
      first: fromFrame - startFrame,
      behind: (clocks[i + 1]?.fromFrame ?? Infinity) - startFrame,
    }))
    .filter(({ first, behind }) => first < frames && behind > 0)
    .map((stretch) => ({ ...stretch, behind: stretch.behind < frames ? stretch.behind : Infinity }))
}

/** The option that lets a filter work on some frames only; `n` counts them from the first it is given. */
function during({ first, behind }: { first: number; behind: number }): { enable?: string } {
  if (first > 0)
    return { enable: behind === Infinity ? `gte(n,${first})` : `between(n,${first},${behind - 1})` }
  return behind === Infinity ? {} : { enable: `lt(n,${behind})` }
}

/** White with a dark rim: readable on any picture. */
function drawText(mark: Mark, type: Typeface, what: Record<string, string>) {
  return filter('drawtext', {
    ...what,
    fontfile: type.fontFile,
    fontsize: type.sizePx,
    fontcolor: 'white',
    bordercolor: 'black@0.6',
    borderw: Math.max(1, Math.round(type.sizePx / 16)),
    x: mark.x,
    y: mark.y,
    alpha: mark.alpha,
  })
}
