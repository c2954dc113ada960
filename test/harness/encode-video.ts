/** Coded pictures of a source: raw frames through the real encoders, timestamps put on afterwards. */
import { type Coded, toFileMs } from './coded.ts'
import { readMatroska } from './matroska.ts'
import { OWN_MARKS, paintMarks } from './marks.ts'
import { type Picture, pictureBytes, pictureOf, turned } from './picture.ts'
import { runFfmpeg } from './run-ffmpeg.ts'
import { type SourceSpec, type VideoSpec, frameTimes, sizeAt } from './source-spec.ts'

/** Frames are coded on this grid; it only orders them. */
const GRID_FPS = 25

/** The picture's packets. Each size is encoded on its own; all begin with a keyframe that carries its headers. */
export async function encodeVideo(spec: SourceSpec, video: VideoSpec): Promise<Coded> {
  const pieces: { width: number; height: number; timesMs: number[] }[] = []
  for (const ms of frameTimes(spec, video)) {
    const { width, height } = sizeAt(video, ms)
    const last = pieces.at(-1)
    if (last?.width === width && last.height === height) last.timesMs.push(ms)
    else pieces.push({ width, height, timesMs: [ms] })
  }
  const coded: Coded[] = []
  for (const piece of pieces) coded.push(await encodePiece({ spec, video, ...piece }))
  const [first] = coded
  if (!first) throw new Error('a picture without frames')
  return { track: first.track, packets: coded.flatMap(({ packets }) => packets) }
}

async function encodePiece(options: {
  spec: SourceSpec
  video: VideoSpec
  width: number
  height: number
  timesMs: readonly number[]
}): Promise<Coded> {
  const { spec, video, timesMs } = options
  const {
    rotation = 0,
    colour = { matrix: 'bt601', range: 'limited' },
    pixelAspect,
    keyframeEveryMs = 2000,
  } = video
  const upright = { width: options.width, height: options.height }
  const isTurned = rotation === 90 || rotation === 270
  const [width, height] = isTurned ? [upright.height, upright.width] : [upright.width, upright.height]
  function* frames(): Generator<Uint8Array> {
    for (const sourceMs of timesMs) {
      const bytes = new Uint8Array(pictureBytes(upright.width, upright.height))
      const picture = pictureOf(bytes, upright.width, upright.height)
      paintMarks(picture, { id: spec.id, sourceMs, design: OWN_MARKS, code: colour })
      yield* rotation === 0 ? [bytes] : planes(turned(picture, 4 - rotation / 90))
    }
  }
  const keys = timesMs.flatMap((ms, i) => {
    if (keyframeEveryMs === 'first' || i === 0) return []
    return Math.floor(ms / keyframeEveryMs) > Math.floor((timesMs[i - 1] ?? 0) / keyframeEveryMs) ? [i] : []
  })
  const { stdout } = await runFfmpeg(
    [
      ...[
        '-loglevel',
        'error',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'yuv420p',
        '-color_range',
        colour.range === 'full' ? 'pc' : 'tv',
      ],
      ...['-video_size', `${width}x${height}`, '-framerate', String(GRID_FPS), '-i', 'pipe:0'],
      ...['-fps_mode', 'passthrough', '-threads', '1', '-g', '9999', ...videoEncoder(video)],
      ...(keys.length > 0 ? ['-force_key_frames', keys.map((i) => (i / GRID_FPS).toFixed(2)).join(',')] : []),
      ...(pixelAspect ? ['-aspect', `${width * pixelAspect[0]}:${height * pixelAspect[1]}`] : []),
      ...(colour.tagged === false ? [] : colourOptions(colour)),
      ...['-f', 'matroska', 'pipe:1'],
    ],
    { input: frames() },
  )
  const { track, packets } = readMatroska(stdout)
  if (packets.length !== timesMs.length)
    throw new Error(`${timesMs.length} frames became ${packets.length} packets`)
  return {
    track: {
      ...track,
      video: {
        width,
        height,
        ...(colour.tagged !== false && video.colour && { colour }),
        ...(pixelAspect && {
          display: { width: Math.round((width * pixelAspect[0]) / pixelAspect[1]), height },
        }),
      },
    },
    packets: packets.map((packet) => ({
      ...packet,
      timeMs: toFileMs(timesMs[Math.round((packet.timeMs * GRID_FPS) / 1000)] ?? NaN, spec, video),
    })),
  }
}

function planes({ y, u, v }: Picture): Uint8Array[] {
  return [y, u, v]
}

function videoEncoder({ codec, bFrames = 0, bitrateKbps }: VideoSpec): string[] {
  const rate = (kbps: number) => ['-b:v', `${bitrateKbps ?? kbps}k`]
  switch (codec) {
    case 'vp8':
      // Below 0 a speed is fixed; above it libvpx goes by how fast the machine is, and makes other bytes.
      return [
        '-c:v',
        'libvpx',
        '-deadline',
        'realtime',
        '-cpu-used',
        '-4',
        '-auto-alt-ref',
        '0',
        '-lag-in-frames',
        '0',
        ...rate(600),
      ]
    case 'vp9':
      return [
        ...[
          '-c:v',
          'libvpx-vp9',
          '-deadline',
          'realtime',
          '-cpu-used',
          '8',
          '-auto-alt-ref',
          '0',
          '-lag-in-frames',
          '0',
        ],
        ...rate(600),
      ]
    case 'h264':
      // Headers in band: a change of size is understood by whoever reads on.
      return [
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-bf', String(bFrames), '-sc_threshold', '0'],
        ...['-x264-params', 'repeat-headers=1', ...(bitrateKbps ? rate(bitrateKbps) : ['-crf', '23'])],
      ]
    case 'av1':
      // Newer SVT-AV1 has no other rate control without frames out of order than a constant rate, and its fastest
      // presets leave blocks of the picture before where they have changed.
      return ['-c:v', 'libsvtav1', '-preset', '7', '-svtav1-params', 'pred-struct=1:rc=2', ...rate(2000)]
  }
}

function colourOptions({
  matrix,
  range,
}: {
  matrix: 'bt601' | 'bt709'
  range: 'limited' | 'full'
}): string[] {
  const name = matrix === 'bt709' ? 'bt709' : 'smpte170m'
  return [
    ...['-colorspace', name, '-color_primaries', name, '-color_trc', name],
    ...['-color_range', range === 'full' ? 'pc' : 'tv'],
  ]
}
