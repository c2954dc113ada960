/** Parses `showinfo` and the stream description: sizes, pixel aspect, rotation, colours and rate of the video. */
import type { PictureColour, PictureDoubt, SizeChange, VideoProbe } from '../model/room.ts'

export type Pictures = Pick<
  VideoProbe,
  'sizes' | 'pixelAspect' | 'rotation' | 'colour' | 'isInterlaced' | 'alpha' | 'doubts'
>

/** Maximum pixel aspect ratio, in either direction; no camera or television exceeds it. */
const MOST_PIXEL_ASPECT = 4
/** Tolerance for rotations in degrees from a multiple of 90: matrices are rounded. */
const TURN_TOLERANCE = 1

/** A frame: "n:   0 pts:      0 pts_time:0.04    fmt:yuv420p cl:left sar:64/45 s:720x576 i:P". */
const FRAME = {
  is: /^n: *\d+ pts:/,
  number: /^n: *(\d+)/,
  seconds: / pts_time:(\S+)/,
  format: / fmt:(\S+)/,
  size: / sar:(\d+)\/(\d+) s:(\d+)x(\d+)/,
  fields: / s:\d+x\d+ i:[TB]/,
} as const
/** Pixel formats that have an alpha plane, or may have alpha in their palette. */
const ALPHA = /^(?:yuva|gbrap|rgba|argb|bgra|abgr|ayuv|vuya|ya\d|pal8)/
const COLOURS = /^color_range:(\S+) color_space:(\S+) color_primaries:\S+ color_trc:(\S+)/
/** The start of every line about a frame; elsewhere in a line it shows that the line's own start was lost. */
const BEGINS = /(?:n: *\d+ pts:|color_range:)/g
const RATE = /^config in time_base: \S+, frame_rate: (\d+)\/(\d+)/
// Older releases report it only in the stream description, newer ones for each frame.
const ROTATION = /: rotation of (-?[\d.]+) degrees/
/** "h264 (High) (avc1 / 0x31637661), yuvj420p(pc, bt709/bt709/iec61966-2-1, progressive), 640x480". */
const DECLARED = /, \w+\(([^()]*)\)/

export class PictureReader {
  private readonly sizes: SizeChange[] = []
  private pixelAspect: number | undefined
  /** Counterclockwise. */
  private degrees = 0
  private pixelFormat = ''
  /** Format of the keyframe being reported. */
  private format = ''
  /** Colours of the first keyframe, as decoded. */
  private colours: string | undefined
  private readonly changes = new Set<PictureDoubt>()
  private isInterlaced = false
  private decoded: { range: string; space: string; curve: string } | undefined
  private declared: { range?: string; space?: string; curve?: string } = {}
  private rate = 0
  private frames = 0
  private colourLines = 0
  private hasGap = false

  /** @param report a line of `showinfo`, after the filter's name */
  shown(report: string): void {
    const text = report.slice(report.indexOf('[info] ') + '[info] '.length)
    this.hasGap ||= [...text.matchAll(BEGINS)].some(({ index }) => index > 0)
    if (FRAME.is.test(text)) this.frameLine(text)
    const [, range, space, curve = ''] = COLOURS.exec(text) ?? []
    if (range !== undefined && space !== undefined) this.coloursLine({ range, space, curve })
    else this.hasGap ||= text.startsWith('color_range:')
    const [, num, den] = RATE.exec(text) ?? []
    if (num !== undefined && Number(den) > 0) this.rate = Math.max(this.rate, Number(num) / Number(den))
    this.turnLine(text)
  }

  /** @param text ffmpeg's description of the stream: what the container declares */
  described(text: string): void {
    const inBrackets = DECLARED.exec(text)?.[1]
    if (inBrackets !== undefined) this.declared = declaredColour(inBrackets)
  }

  /** @param text a line of the stream's side data */
  describedFurther(text: string): void {
    this.turnLine(text)
  }

  private turnLine(text: string): void {
    const turn = ROTATION.exec(text)
    if (turn) this.degrees = Number(turn[1])
  }

  private coloursLine(said: { range: string; space: string; curve: string }): void {
    this.colourLines += 1
    this.decoded ??= said
    const colours = JSON.stringify(pictureColour({ ...said, format: this.format }))
    this.colours ??= colours
    if (colours !== this.colours) this.changes.add('coloursChange')
  }

  /**
   * Whether lines are missing. Since version 7 each filter graph runs in its own thread, and `showinfo` writes lines in
   * pieces: output of another thread may replace the start of a line.
   */
  isGarbled(): boolean {
    return this.hasGap || this.colourLines !== this.frames
  }

  /** The frame rate ffmpeg assumes, and filters use; 0 if unknown. */
  framesPerSecond(): number {
    return this.rate
  }

  private frameLine(text: string): void {
    this.hasGap ||= Number(FRAME.number.exec(text)?.[1]) !== this.frames
    this.frames += 1
    const [, seconds] = FRAME.seconds.exec(text) ?? []
    const [, format] = FRAME.format.exec(text) ?? []
    const [, aspectWidth, aspectHeight, width, height] = FRAME.size.exec(text) ?? []
    if (width === undefined) return
    this.isInterlaced ||= FRAME.fields.test(text)
    this.frame(Number(seconds) * 1000, Number(width), Number(height))
    this.format = format ?? ''
    this.pixelFormat ||= this.format
    if (ALPHA.test(this.format) !== ALPHA.test(this.pixelFormat)) this.changes.add('alphaChanges')
    const aspect = Number(aspectWidth) / Number(aspectHeight)
    // An unknown aspect counts as square.
    const pixelAspect = aspect > 0 && Number.isFinite(aspect) ? aspect : 1
    this.pixelAspect ??= pixelAspect
    if (pixelAspect !== this.pixelAspect) this.changes.add('aspectChanges')
  }

  private frame(fromMs: number, width: number, height: number): void {
    const last = this.sizes.at(-1)
    if (Number.isFinite(fromMs) && (last?.width !== width || last.height !== height)) {
      this.sizes.push({ fromMs, width, height })
    }
  }

  /** Undefined if no keyframe could be decoded. */
  result(): Pictures | undefined {
    if (this.sizes.length === 0) return undefined
    // Some decoders (VP8's) report defaults where the container has the actual values.
    const { range = '', space = '', curve = '' } = { ...this.decoded, ...this.declared }
    const { pixelAspect = 1, degrees } = this
    const isShaped = pixelAspect <= MOST_PIXEL_ASPECT && pixelAspect >= 1 / MOST_PIXEL_ASPECT
    const offDegrees = Math.abs(degrees - 90 * Math.round(degrees / 90))
    const doubts: readonly PictureDoubt[] = [
      ...(isShaped ? [] : (['aspect'] as const)),
      ...(offDegrees > TURN_TOLERANCE ? (['turn'] as const) : []),
      ...this.changes,
    ]
    return {
      sizes: this.sizes,
      pixelAspect: isShaped ? pixelAspect : 1,
      // ffmpeg counts rotation counterclockwise.
      rotation: quarterTurn(-degrees),
      colour: pictureColour({ range, space, curve, format: this.pixelFormat }),
      ...(ALPHA.test(this.pixelFormat) && { alpha: 'decoded' }),
      ...(this.isInterlaced && { isInterlaced: true }),
      ...(doubts.length > 0 && { doubts }),
    }
  }
}

/** Range, matrix and transfer function from the parentheses after the pixel format; absent if unspecified. */
function declaredColour(text: string): { range?: string; space?: string; curve?: string } {
  const parts = text.split(', ')
  const range = parts.find((part) => part === 'pc' || part === 'tv')
  const space = parts.map((part) => part.split('/')[0] ?? '').find((part) => /^(bt|smpte)/.test(part))
  const curve = parts.map((part) => part.split('/')[2] ?? '').find((part) => HDR_CURVES.has(part))
  return {
    ...(range !== undefined && { range }),
    ...(space !== undefined && { space }),
    ...(curve !== undefined && { curve }),
  }
}

/** ffmpeg's names of HDR transfer functions. */
const HDR_CURVES: ReadonlyMap<string, 'hlg' | 'pq'> = new Map([
  ['arib-std-b67', 'hlg'],
  ['smpte2084', 'pq'],
])

/** Untagged frames are BT.601 limited; yuvj formats imply full range. */
function pictureColour(said: { range: string; space: string; curve: string; format: string }): PictureColour {
  const { range, space, curve, format } = said
  const hdr = HDR_CURVES.get(curve)
  const matrix = space === 'bt709' ? 'bt709' : space.startsWith('bt2020') ? 'bt2020' : 'bt601'
  const isFull = range === 'pc' || range === 'full' || format.startsWith('yuvj')
  return { matrix, range: isFull ? 'full' : 'limited', ...(hdr && { hdr }) }
}

/** Rounds to a multiple of 90. @param degrees clockwise */
export function quarterTurn(degrees: number): VideoProbe['rotation'] {
  const quarters = ((Math.round(degrees / 90) % 4) + 4) % 4
  return ([0, 90, 180, 270] as const)[quarters] ?? 0
}
