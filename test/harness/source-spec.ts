/** How a test recording is described. Everything is in source time: ms since the source began. */

export interface Hole {
  readonly fromMs: number
  readonly toMs: number
}

export interface SizeFrom {
  readonly fromMs: number
  readonly width: number
  readonly height: number
}

export interface VideoSpec {
  readonly codec: 'vp8' | 'vp9' | 'h264' | 'av1'
  /** Even pixels, upright. A list changes the size in mid file, with a keyframe. */
  readonly size: { readonly width: number; readonly height: number } | readonly SizeFrom[]
  /** Frames per second of an even grid; default 20. */
  readonly fps?: number
  /** The frames' times instead of a grid: variable frame rate, holes. */
  readonly timesMs?: readonly number[]
  /** Stretches without frames, on top of either. */
  readonly holes?: readonly Hole[]
  /** When the picture starts and ends; default all of the source. */
  readonly startMs?: number
  readonly endMs?: number
  /** How much faster the timestamps run than the source, in millionths. */
  readonly clockErrorPpm?: number
  /** Time between keyframes; `first`: only the first (and where the size changes). Default 2000. */
  readonly keyframeEveryMs?: number | 'first'
  /** B-frames between others (H.264); default 0. */
  readonly bFrames?: number
  /** Clockwise turn in degrees that shows the coded picture upright (MP4). */
  readonly rotation?: 0 | 90 | 180 | 270
  /** Width of a coded pixel over its height. */
  readonly pixelAspect?: readonly [number, number]
  /** What the pixels are; default BT.601 limited. `tagged` false leaves the file silent about it. */
  readonly colour?: {
    readonly matrix: 'bt601' | 'bt709'
    readonly range: 'limited' | 'full'
    readonly tagged?: boolean
  }
  readonly bitrateKbps?: number
}

export interface AudioSpec {
  readonly codec: 'opus' | 'aac' | 'vorbis' | 'mp3' | 'flac' | 'pcm'
  /** Default 48000. */
  readonly sampleRate?: number
  /** Default 1. */
  readonly channels?: 1 | 2
  readonly startMs?: number
  readonly endMs?: number
  /** Packets that begin in a hole are not in the file. */
  readonly holes?: readonly Hole[]
  readonly clockErrorPpm?: number
  /** Packet n is stamped this much later, in ms, over and over; too little to turn packets around. */
  readonly jitterMs?: readonly number[]
  /** Default the pitch of the source's id. */
  readonly pitchHz?: number
  /** Loudness of a burst, 0 to 1; default 0.3. */
  readonly gain?: number
  /** False: the file does not say that its first samples are the coder's delay (as WebRTC recorders do). */
  readonly delayDeclared?: boolean
  readonly bitrateKbps?: number
}

export interface SourceSpec {
  /** 0 to 63: names colour, pitch and id strip. */
  readonly id: number
  readonly container: 'webm' | 'mkv' | 'mp4'
  readonly durationMs: number
  readonly video?: VideoSpec
  readonly audio?: AudioSpec
  /** Added to every timestamp: a recorder that kept its own clock. Default 0. */
  readonly fileStartMs?: number
  /** `server` (default): WebM without duration and cues. `tidy`: as ffmpeg writes it. */
  readonly finish?: 'server' | 'tidy'
  /** For MP4, as ffmpeg's `-movflags`: `frag_keyframe+empty_moov`. */
  readonly movflags?: string
}

/** Pitches lie far enough apart to be told from one another while they sound together. */
export function pitchOf(id: number): number {
  return 500 + 150 * (id % 32)
}

/** Coded and upright sizes in force at a moment of source time. */
export function sizeAt(
  video: VideoSpec,
  sourceMs: number,
): { readonly width: number; readonly height: number } {
  const { size } = video
  if (!('length' in size)) return size
  const found = size.findLast((one) => one.fromMs <= sourceMs + 1e-6) ?? size[0]
  if (!found) throw new Error('an empty list of sizes')
  return found
}

/** Source times of the frames in ms, ascending. */
export function frameTimes({ durationMs }: SourceSpec, video: VideoSpec): number[] {
  const { fps = 20, startMs = 0, endMs = durationMs, holes = [] } = video
  const grid =
    video.timesMs ??
    Array.from(
      { length: Math.ceil(((endMs - startMs) * fps) / 1000 - 1e-6) },
      (_, i) => startMs + (i * 1000) / fps,
    )
  return grid.filter((ms) => ms < endMs && !holes.some((hole) => ms >= hole.fromMs && ms < hole.toMs))
}
