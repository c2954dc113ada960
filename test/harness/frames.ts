/** Pictures out of files, as a viewer sees them: RGB by the file's own colour tags. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A picture in RGB, 8 bits a channel, rows top to bottom. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Buffer
}

export const FFMPEG = process.env['FFMPEG_PATH'] ?? 'ffmpeg'

/** Runs ffmpeg quietly and gives back its stdout. */
export async function ffmpeg(args: readonly string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)(FFMPEG, ['-v', 'error', '-nostdin', '-y', ...args], {
    encoding: 'buffer',
    maxBuffer: 1 << 30,
  })
  return stdout
}

/** The frames with these numbers, counted from 0 in the order they are shown. */
export async function readFrames(path: string, numbers: readonly number[], size: Size): Promise<Picture[]> {
  const wanted = [...new Set(numbers)].toSorted((a, b) => a - b)
  const select = wanted.map((n) => `eq(n\\,${n})`).join('+')
  const raw = await ffmpeg([
    ...['-i', path, '-an', '-vf', `select=${select},scale=flags=accurate_rnd+full_chroma_int,format=rgb24`],
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
  ])
  const bytes = size.width * size.height * 3
  if (raw.length !== bytes * wanted.length) {
    throw new Error(`${path}: ${raw.length / bytes} pictures where ${wanted.length} were asked for`)
  }
  return numbers.map((n) => ({
    ...size,
    rgb: raw.subarray(wanted.indexOf(n) * bytes, (wanted.indexOf(n) + 1) * bytes),
  }))
}

export interface Size {
  readonly width: number
  readonly height: number
}

export async function readPng(path: string, size: Size): Promise<Picture> {
  return { ...size, rgb: await ffmpeg(['-i', path, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1']) }
}

export async function writePng(path: string, { width, height, rgb }: Picture): Promise<void> {
  const child = execFile(FFMPEG, [
    ...[
      '-v',
      'error',
      '-y',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-s',
      `${width}x${height}`,
      '-i',
      'pipe:0',
    ],
    ...['-frames:v', '1', path],
  ])
  child.stdin?.end(rgb)
  await new Promise<void>((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${path} was not written`))))
  })
}

/** A channel that is off by more than this is seen as another colour. */
const FAR = 40
/** Side of the squares whose mean colours are compared, in pixels. */
const BLOCK = 20

/**
 * How much two pictures of one size differ, in steps of 0 to 255: the share of channels that are far off, and
 * the greatest difference between the mean colours of two blocks, which sees a tint that no pixel shows.
 */
export function difference(a: Picture, b: Picture): { far: number; block: number; picture: Picture } {
  const { width, height } = a
  const rgb = Buffer.alloc(a.rgb.length)
  const across = Math.ceil(width / BLOCK)
  const sums = new Float64Array(across * Math.ceil(height / BLOCK) * 3)
  const counts = new Float64Array(sums.length)
  let far = 0
  for (let i = 0; i < a.rgb.length; i++) {
    const by = (a.rgb[i] ?? 0) - (b.rgb[i] ?? 0)
    rgb[i] = Math.min(255, Math.abs(by) * 4)
    if (Math.abs(by) > FAR) far++
    const pixel = Math.floor(i / 3)
    const block = Math.floor(Math.floor(pixel / width) / BLOCK) * across + Math.floor((pixel % width) / BLOCK)
    sums[block * 3 + (i % 3)]! += by
    counts[block * 3 + (i % 3)]!++
  }
  const block = sums.reduce((most, sum, i) => Math.max(most, Math.abs(sum) / (counts[i] || 1)), 0)
  return { far: far / a.rgb.length, block, picture: { width, height, rgb } }
}

/** Mean colour of a rectangle. */
export function meanColour(
  picture: Picture,
  rect: { x: number; y: number; width: number; height: number },
): [number, number, number] {
  const sum = [0, 0, 0]
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const at = (y * picture.width + x) * 3
      for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (picture.rgb[at + c] ?? 0)
    }
  }
  const count = rect.width * rect.height
  return [(sum[0] ?? 0) / count, (sum[1] ?? 0) / count, (sum[2] ?? 0) / count]
}
