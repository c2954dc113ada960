/** Reads media files back through the real ffmpeg: packet times, pictures, marks, sound. */
import { type MarkDesign, type Reading, readMarks } from './marks.ts'
import { type Box, type Picture, pictureBytes, pictureOf } from './picture.ts'
import { findBursts } from './bursts.ts'
import { inPieces, runFfmpeg } from './run-ffmpeg.ts'

/** One packet's times in ms, as the container has them (edit lists applied). */
export interface PacketTime {
  readonly ptsMs: number
  readonly durationMs: number
}

/** The packets of one stream of a file, ascending by presentation time. */
export async function packetTimes(path: string, medium: 'video' | 'audio'): Promise<PacketTime[]> {
  const { stdout } = await runFfmpeg([
    ...[
      '-loglevel',
      'error',
      '-copyts',
      '-i',
      path,
      '-map',
      medium === 'video' ? '0:v:0' : '0:a:0',
      '-c',
      'copy',
    ],
    ...['-avoid_negative_ts', 'disabled', '-f', 'framecrc', 'pipe:1'],
  ])
  const lines = stdout.toString('utf8').split('\n')
  const [over = 1, under = 1] = (/#tb 0: (\d+)\/(\d+)/.exec(stdout.toString('utf8'))?.slice(1) ?? []).map(
    Number,
  )
  return lines
    .filter((line) => line.startsWith('0,'))
    .map((line) => {
      const [, , pts, duration] = line.split(',').map(Number)
      const ms = (ticks = NaN) => (ticks * over * 1000) / under
      return { ptsMs: ms(pts), durationMs: ms(duration) }
    })
    .toSorted((a, b) => a.ptsMs - b.ptsMs)
}

/** What decoding says of a frame before it is scaled. */
export interface FrameInfo {
  readonly ptsMs: number
  /** Upright size in pixels. */
  readonly width: number
  readonly height: number
}

/**
 * Decodes all of a file's picture.
 * @param options.size every frame is stretched to it; with a size that never changes it may be the file's own
 * @param options.onFrame its picture is only valid during the call
 * @returns every decoded frame, in order
 */
export async function decodePictures(options: {
  path: string
  size: { readonly width: number; readonly height: number }
  onFrame: (picture: Picture, number: number) => void
}): Promise<FrameInfo[]> {
  const { path, size, onFrame } = options
  const { width, height } = size
  let count = 0
  const { stderr } = await runFfmpeg(
    [
      ...['-loglevel', 'info', '-copyts', '-threads', '1', '-i', path, '-map', '0:v:0'],
      ...['-vf', `showinfo=checksum=0,scale=${width}:${height}:flags=area,format=yuv420p`],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
    ],
    {
      onBytes: inPieces(pictureBytes(width, height), (bytes, number) => {
        count++
        onFrame(pictureOf(bytes, width, height), number)
      }),
    },
  )
  const infos = frameInfos(stderr)
  if (infos.length !== count) throw new Error(`${path}: ${count} pictures, ${infos.length} of them described`)
  return infos
}

function frameInfos(said: string): FrameInfo[] {
  const infos: FrameInfo[] = []
  let [over, under] = [1, 1]
  for (const match of said.matchAll(
    /config in time_base: (\d+)\/(\d+)|n: *\d+ pts: *(-?\d+).*? s:(\d+)x(\d+)/g,
  )) {
    const [, num, den, pts, width, height] = match.map(Number)
    if (match[1] !== undefined) [over, under] = [num ?? 1, den ?? 1]
    else infos.push({ ptsMs: ((pts ?? 0) * over * 1000) / under, width: width ?? 0, height: height ?? 0 })
  }
  return infos
}

/** A place to be read in one output frame: where the picture (not its region) lies. */
export interface Place {
  readonly streamId: string
  readonly box: Box
  readonly design: MarkDesign
}

export interface PlaceReading extends Reading {
  readonly frame: number
  readonly streamId: string
}

/** Reads the marks of every place in every frame of an output, decoding it once. */
export async function readPlaces(options: {
  path: string
  canvas: { readonly width: number; readonly height: number }
  placesOf: (frame: number) => readonly Place[]
}): Promise<{ frames: readonly FrameInfo[]; readings: readonly PlaceReading[] }> {
  const { path, canvas, placesOf } = options
  const readings: PlaceReading[] = []
  const frames = await decodePictures({
    path,
    size: canvas,
    onFrame: (picture, frame) => {
      for (const { streamId, box, design } of placesOf(frame)) {
        readings.push({ frame, streamId, ...readMarks(picture, box, design) })
      }
    },
  })
  return { frames, readings }
}

/** A decoded sound as it came out of the decoder, with where each stretch of it lies in the file. */
export interface Sound {
  readonly sampleRate: number
  /** Mono. Stretches follow one another without their gaps. */
  readonly samples: Float32Array
  readonly stretches: readonly { readonly firstSample: number; readonly startMs: number }[]
  readonly startMs: number
  readonly endMs: number
}

/** Decodes a file's sound to mono. */
export async function decodeSound(path: string): Promise<Sound> {
  const { stdout, stderr } = await runFfmpeg([
    ...[
      '-loglevel',
      'info',
      '-copyts',
      '-i',
      path,
      '-map',
      '0:a:0',
      '-af',
      'ashowinfo,aformat=sample_fmts=flt:channel_layouts=mono',
    ],
    ...['-f', 'f32le', 'pipe:1'],
  ])
  const samples = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length))
  const stretches: { firstSample: number; startMs: number }[] = []
  let firstSample = 0
  let sampleRate = 48000
  let endMs = 0
  for (const match of said(stderr)) {
    sampleRate = match.rate
    const startMs = (match.pts * 1000) / match.rate
    stretches.push({ firstSample, startMs })
    firstSample += match.count
    endMs = startMs + (match.count * 1000) / match.rate
  }
  return { sampleRate, samples, stretches, startMs: stretches[0]?.startMs ?? 0, endMs }
}

function said(text: string): { pts: number; rate: number; count: number }[] {
  return [...text.matchAll(/n:\d+ pts:(-?\d+) .*? rate:(\d+) nb_samples:(\d+)/g)].map((match) => {
    const [, pts = 0, rate = 48000, count = 0] = match.map(Number)
    return { pts, rate, count }
  })
}

/** File times in ms at which bursts of a pitch start. */
export function burstsIn(sound: Sound, pitchHz: number, otherHz: readonly number[] = []): number[] {
  const { samples, sampleRate, stretches } = sound
  return findBursts({ samples, sampleRate, pitchHz, otherHz }).map((ms) => {
    const sample = (ms * sampleRate) / 1000
    const stretch = stretches.findLast((one) => one.firstSample <= sample) ?? stretches[0]
    return (stretch?.startMs ?? 0) + ((sample - (stretch?.firstSample ?? 0)) * 1000) / sampleRate
  })
}
