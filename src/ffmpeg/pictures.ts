/** Reads the filter `showinfo` and the stream description: sizes, shape, turn and colours of the picture. */
import type { PictureColour, SizeChange, VideoProbe } from '../model/room.ts'

export type Pictures = Pick<VideoProbe, 'sizes' | 'pixelAspect' | 'rotation' | 'colour'>

// Told by the start of the line: a recording's own tags are printed too, and may hold any text.
const FRAME = /^\[showinfo@.* n: *\d+ pts: *\S+ pts_time:(\S+) .*fmt:(\S+) .*sar:(\d+)\/(\d+) s:(\d+)x(\d+)/
const COLOURS = /^\[showinfo@.* color_range:(\S+) color_space:(\S+)/
/** "Stream #0:1(eng): Video: vp8, yuv420p(pc, bt709/bt709/iec61966-2-1, progressive), 320x240": the container's word. */
const DECLARED = /Stream #\d+:\d+.*: Video: .*?, (\w+)\(([^)]*)\)/
const ROTATION = /rotation of (-?[\d.]+) degrees/

export class PictureReader {
  private readonly sizes: SizeChange[] = []
  private pixelAspect = 1
  private rotation: VideoProbe['rotation'] = 0
  private pixelFormat = ''
  private colour: PictureColour | undefined
  private declared: { range?: string; space?: string } = {}

  line(line: string): void {
    const frame = FRAME.exec(line)
    if (frame) {
      const [, seconds, format, aspectWidth, aspectHeight, width, height] = frame
      this.frame(Number(seconds) * 1000, Number(width), Number(height))
      this.pixelFormat = format ?? ''
      if (this.sizes.length === 1 && Number(aspectWidth) > 0 && Number(aspectHeight) > 0) {
        this.pixelAspect = Number(aspectWidth) / Number(aspectHeight)
      }
      return
    }
    const colours = COLOURS.exec(line)
    if (colours) {
      // Some decoders (VP8's) say what is usual where the container says what is so.
      const { range = colours[1] ?? '', space = colours[2] ?? '' } = this.declared
      this.colour ??= pictureColour(range, space, this.pixelFormat)
    }
    const declared = this.sizes.length === 0 ? DECLARED.exec(line) : null
    if (declared) this.declared = declaredColour(declared[2] ?? '')
    const turn = ROTATION.exec(line)
    // ffmpeg counts the turn the other way round.
    if (turn) this.rotation = quarterTurn(-Number(turn[1]))
  }

  private frame(fromMs: number, width: number, height: number): void {
    const last = this.sizes.at(-1)
    if (Number.isFinite(fromMs) && (last?.width !== width || last.height !== height)) {
      this.sizes.push({ fromMs, width, height })
    }
  }

  /** Undefined where not one keyframe could be decoded. */
  result(): Pictures | undefined {
    if (this.sizes.length === 0) return undefined
    return {
      sizes: this.sizes,
      pixelAspect: this.pixelAspect,
      rotation: this.rotation,
      colour: this.colour ?? { matrix: 'bt601', range: 'limited' },
    }
  }
}

/** Range and matrix among what stands in brackets behind the pixel format; absent where unspecified. */
function declaredColour(text: string): { range?: string; space?: string } {
  const parts = text.split(', ')
  const range = parts.find((part) => part === 'pc' || part === 'tv')
  const space = parts.map((part) => part.split('/')[0] ?? '').find((part) => /^(bt|smpte)/.test(part))
  return { ...(range !== undefined && { range }), ...(space !== undefined && { space }) }
}

/** What is not said is BT.601 limited (DOMAIN.md); yuvj formats say their range by their name. */
function pictureColour(range: string, space: string, format: string): PictureColour {
  const matrix = space === 'bt709' ? 'bt709' : space.startsWith('bt2020') ? 'bt2020' : 'bt601'
  const isFull = range === 'pc' || range === 'full' || format.startsWith('yuvj')
  return { matrix, range: isFull ? 'full' : 'limited' }
}

function quarterTurn(degrees: number): VideoProbe['rotation'] {
  const quarters = ((Math.round(degrees / 90) % 4) + 4) % 4
  return ([0, 90, 180, 270] as const)[quarters] ?? 0
}
