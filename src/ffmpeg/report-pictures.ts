/** Makes small JPEGs of a finished file at given times, in one run that decodes only near them. */
import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeText } from '../files/write-file.ts'
import type { Looker } from './inspect.ts'
import { runWatched } from './run-watched.ts'

/** Packets may be this many frames out of order, so each range must extend this far beyond its moment. */
const REORDERED = 18
/** In s. Less than half a frame of the fastest file, and more than rounding errors. */
const EARLY = 0.001

/**
 * @param momentsMs start times of the requested frames: ascending, in ms of the file
 * @param size maximum length of a picture's longer side, in pixels
 * @returns a JPEG for each moment; undefined if not all could be made
 */
export async function picturesAt(
  look: Looker,
  { path, momentsMs, fps, size }: { path: string; momentsMs: readonly number[]; fps: number; size: number },
): Promise<readonly Buffer[] | undefined> {
  if (momentsMs.length === 0) return []
  const { folder } = look
  const stretch = 0.2 + REORDERED / fps
  // Each moment gets this much time in the concatenated input, which tells its frames from those of the next.
  const apart = Math.ceil(4 * stretch)
  const list = join(folder, 'report.ffconcat')
  const pattern = 'report-picture-'
  const names = async () => (await readdir(folder)).filter((name) => name.startsWith(pattern)).sort()
  try {
    const text = concatList({ path, momentsMs, stretch, apart })
    await writeText(list, text)
    await runWatched(look, {
      fence: look.ffmpeg.fences.look,
      input: {
        // The list contains an absolute path, which `-safe 0` allows; the file is the worker's own.
        args: [
          ...['-protocol_whitelist', 'file', '-f', 'concat', '-safe', '0', '-segment_time_metadata', '1'],
          // Otherwise all timestamps are shifted by the distance from the first moment to its keyframe.
          ...['-threads', '1', '-copyts'],
        ],
        path: list,
      },
      files: [{ path: list, text }],
      writes: [folder],
      logLevel: 'error',
      args: [
        ...['-map', '0:V:0', '-vf', filter(size, apart), '-fps_mode', 'passthrough'],
        ...['-c:v', 'mjpeg', '-q:v', '6', '-f', 'image2'],
      ],
      // A `%` in the folder's name would be part of the pattern.
      to: join(folder.replaceAll('%', '%%'), `${pattern}%05d.jpg`),
    })
    const made = await names()
    // Pictures are identified only by their order.
    if (made.length !== momentsMs.length) return undefined
    return await Promise.all(made.map((name) => readFile(join(folder, name))))
  } finally {
    for (const name of [list, ...(await names()).map((one) => join(folder, one))])
      await rm(name, { force: true })
  }
}

/** Selects the first frame of each range; `concatdec_select` drops frames decoded only to get there. */
const filter = (size: number, apart: number): string =>
  [
    `select=concatdec_select*(isnan(prev_selected_t)+gt(t-prev_selected_t\\,${apart / 2}))`,
    `scale=min(${size}\\,iw):min(${size}\\,ih):force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=full`,
    'format=yuvj420p',
  ].join(',')

function concatList(of: {
  path: string
  momentsMs: readonly number[]
  stretch: number
  apart: number
}): string {
  const name = `'file:${of.path.replaceAll("'", "'\\''")}'`
  const entries = of.momentsMs.map((ms) => {
    const from = Math.max(0, ms / 1000 - EARLY)
    return [
      `file ${name}`,
      `inpoint ${from.toFixed(4)}`,
      `outpoint ${(from + of.stretch).toFixed(4)}`,
      `duration ${of.apart}`,
    ].join('\n')
  })
  return `ffconcat version 1.0\n${entries.join('\n')}\n`
}
