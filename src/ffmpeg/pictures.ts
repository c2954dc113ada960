/** Reads the filter `showinfo` and the stream description: sizes, shape, turn and colours of the picture. */
import type { PictureColour, SizeChange, VideoProbe } from '../model/room.ts'

export type Pictures = Pick<VideoProbe, 'sizes' | 'pixelAspect' | 'rotation' | 'colour'>

const FRAME = /showinfo.* n: *\d+ pts: *\S+ pts_time:(\S+) .*fmt:(\S+) .*sar:(\d+)\/(\d+) s:(\d+)x(\d+)/
const COLOURS = /showinfo.* color_range:(\S+) color_space:(\S+)/
const ROTATION = /rotation of (-?[\d.]+) degrees/

export class PictureReader {
  private readonly sizes: SizeChange[] = []
  private pixelAspect = 1
  private rotation: VideoProbe['rotation'] = 0
  private pixelFormat = ''
  private colour: PictureColour | undefined

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
    if (colours) this.colour ??= pictureColour(colours[1] ?? '', colours[2] ?? '', this.pixelFormat)
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
