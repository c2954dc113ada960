/** Flat colours through the whole worker, from recordings of every matrix and range, tagged and not. */
import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ffmpeg, meanColour, readFrames } from '../harness/frames.ts'

const HOME = resolve(import.meta.dirname, '../..')
const CANVAS = { width: 320, height: 180 }
/** Frames are read in the middle of the patch, away from its edges. */
const TOLERANCE = 8

type Rgb = readonly [number, number, number]
const PATCHES: Record<string, Rgb> = {
  red: [200, 30, 40],
  green: [40, 180, 60],
  blue: [30, 60, 200],
  skin: [224, 172, 140],
  grey: [128, 128, 128],
  white: [250, 250, 250],
}

/** Weights of red and blue in the luma of each matrix: ITU-R BT.601 and BT.709. */
const LUMA = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722] } as const

interface Kind {
  readonly matrix: keyof typeof LUMA
  readonly range: 'limited' | 'full'
  readonly tagged: boolean
  readonly codec: 'libx264' | 'libvpx'
}

function yuv([r, g, b]: Rgb, { matrix, range }: Kind): number[] {
  const [kr, kb] = LUMA[matrix]
  const y = kr * r + (1 - kr - kb) * g + kb * b
  const cb = (b - y) / (2 * (1 - kb))
  const cr = (r - y) / (2 * (1 - kr))
  return range === 'full'
    ? [y, cb + 128, cr + 128].map(Math.round)
    : [16 + (y * 219) / 255, 128 + (cb * 224) / 255, 128 + (cr * 224) / 255].map(Math.round)
}

/** A recording that shows each patch for a second. */
async function patches(folder: string, name: string, kind: Kind): Promise<void> {
  const [width, height, fps] = [160, 96, 10]
  const frames = Object.values(PATCHES).flatMap((rgb) => {
    const [y = 0, u = 0, v = 0] = yuv(rgb, kind)
    const planes = [
      Buffer.alloc(width * height, y),
      Buffer.alloc((width * height) / 4, u),
      Buffer.alloc((width * height) / 4, v),
    ]
    return Array.from({ length: fps }, () => Buffer.concat(planes))
  })
  const raw = join(folder, `${name}.yuv`)
  await writeFile(raw, Buffer.concat(frames))
  const space = kind.matrix === 'bt601' ? 'smpte170m' : 'bt709'
  const tags = kind.tagged ? ['-colorspace', space, '-color_range', kind.range === 'full' ? 'pc' : 'tv'] : []
  const codec =
    kind.codec === 'libx264' ? ['-c:v', 'libx264', '-crf', '12'] : ['-c:v', 'libvpx', '-b:v', '2M']
  await ffmpeg([
    ...['-f', 'rawvideo', '-pix_fmt', kind.tagged && kind.range === 'full' ? 'yuvj420p' : 'yuv420p'],
    ...[
      '-s',
      `${width}x${height}`,
      '-r',
      String(fps),
      ...tags,
      '-i',
      raw,
      ...codec,
      ...tags,
      join(folder, name),
    ],
  ])
  await rm(raw)
}

async function mix(options: { kinds: readonly Kind[]; background: Rgb; conf?: object }) {
  const folder = await mkdtemp(join(tmpdir(), 'owt-colours-'))
  await mkdir(join(folder, 'bucket'))
  const names = options.kinds.map((kind, i) => `c${i}.${kind.codec === 'libx264' ? 'mp4' : 'webm'}`)
  for (const [i, kind] of options.kinds.entries()) await patches(join(folder, 'bucket'), names[i]!, kind)
  await writeFile(
    join(folder, 'colours.json'),
    JSON.stringify({
      JobId: 'colours',
      RoomId: 'r',
      StartTime: 1795320226000,
      Root: '',
      Files: names.map((Name, i) => ({ StreamId: `c${i}_1`, Name, StartTime: 1795320226000 })),
    }),
  )
  const [R, G, B] = options.background
  await writeFile(
    join(folder, 'cfg.json'),
    JSON.stringify({
      Action: 'job.start',
      Internal: { JobId: 'colours', Mode: 1 },
      Data: {
        TranscodingConfig: {
          Video: { Codec: 'h264', Width: 320, Height: 180, Fps: 10, BitRate: 4000, Profile: 'high' },
        },
        MixerConfig: { MixedVideoLayout: 1, ResizeMode: 2, BackgroundColor: { R, G, B } },
        RecordingConfig: { StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'out.mp4' } },
      },
    }),
  )
  await writeFile(join(folder, 'conf.json'), JSON.stringify(options.conf ?? {}))
  await promisify(execFile)(process.execPath, [
    join(HOME, 'bin/owt-main'),
    ...[
      '--quiet',
      '--conf',
      join(folder, 'conf.json'),
      '--work-dir',
      join(folder, 'work'),
      '--log-dir',
      join(folder, 'logs'),
    ],
    join(folder, 'cfg.json'),
  ])
  return { path: join(folder, 'bucket/out.mp4'), folder }
}

const middles = Object.keys(PATCHES).map((_, i) => i * 10 + 5)

function expectColour(actual: readonly number[], wanted: Rgb, what: string): void {
  for (let c = 0; c < 3; c++) {
    expect(
      Math.abs((actual[c] ?? 0) - wanted[c]!),
      `${what}: ${actual.map(Math.round)} for ${wanted}`,
    ).toBeLessThanOrEqual(TOLERANCE)
  }
}

const KINDS: Kind[] = [
  { matrix: 'bt601', range: 'limited', tagged: false, codec: 'libx264' },
  { matrix: 'bt601', range: 'limited', tagged: false, codec: 'libvpx' },
  { matrix: 'bt601', range: 'limited', tagged: true, codec: 'libx264' },
  { matrix: 'bt601', range: 'full', tagged: true, codec: 'libx264' },
  { matrix: 'bt709', range: 'limited', tagged: true, codec: 'libx264' },
  { matrix: 'bt709', range: 'limited', tagged: true, codec: 'libvpx' },
  { matrix: 'bt709', range: 'full', tagged: true, codec: 'libx264' },
]

describe('colours', () => {
  it.each(KINDS)('come back from $codec $matrix $range, tagged: $tagged', async (kind) => {
    const background: Rgb = [20, 140, 60]
    const { path, folder } = await mix({ kinds: [kind], background })
    const frames = await readFrames(path, middles, CANVAS)
    for (const [i, [name, rgb]] of Object.entries(PATCHES).entries()) {
      // 160 x 96 letterboxed in 320 x 180 is 300 x 180 at x 10.
      expectColour(meanColour(frames[i]!, { x: 120, y: 60, width: 80, height: 60 }), rgb, name)
    }
    expectColour(meanColour(frames[0]!, { x: 1, y: 60, width: 6, height: 60 }), background, 'background')
    await rm(folder, { recursive: true })
  })

  it.each(['bt601', 'bt709'] as const)('come back from mixed recordings on a %s canvas', async (matrix) => {
    const kinds = [KINDS[0]!, KINDS[3]!, KINDS[4]!, KINDS[6]!]
    const background: Rgb = [250, 20, 200]
    const { path, folder } = await mix({ kinds, background, conf: { video: { matrix } } })
    const frames = await readFrames(path, middles, CANVAS)
    for (const [i, [name, rgb]] of Object.entries(PATCHES).entries()) {
      for (const [x, y] of [
        [0, 0],
        [160, 0],
        [0, 90],
        [160, 90],
      ] as const) {
        expectColour(
          meanColour(frames[i]!, { x: x + 60, y: y + 30, width: 40, height: 30 }),
          rgb,
          `${name} at ${x},${y}`,
        )
      }
    }
    expectColour(meanColour(frames[0]!, { x: 0, y: 20, width: 3, height: 50 }), background, 'background')
    await rm(folder, { recursive: true })
  })
})
