/** Small JPEGs of a finished file at given moments, in one run that decodes only near them. */
import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeText } from '../files/write-file.ts'
import type { Looker } from './inspect.ts'
import { runWatched } from './run-watched.ts'

/** Packets may come that many frames out of order: what is read of a moment has to reach so far behind it. */
const REORDERED = 18
/** Half a frame of the fastest file is more, and rounding less. In s. */
const EARLY = 0.001

/**
 * @param momentsMs when the frames that are wanted begin: ascending, in ms of the file
 * @param size what the longer side of a picture may have, in pixels
 * @returns a JPEG for each moment; undefined where not all could be made
 */
export async function picturesAt(
  look: Looker,
  { path, momentsMs, fps, size }: { path: string; momentsMs: readonly number[]; fps: number; size: number },
): Promise<readonly Buffer[] | undefined> {
  if (momentsMs.length === 0) return []
  const { folder } = look
  const stretch = 0.2 + REORDERED / fps
  // Each moment gets so much time of its own in what ffmpeg reads: frames tell by it which one they are of.
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
        // The list names a file of the worker's own by its full path, which is what "unsafe" means.
        args: [
          ...['-protocol_whitelist', 'file', '-f', 'concat', '-safe', '0', '-segment_time_metadata', '1'],
          // Else all timestamps are moved by how far before the first moment its keyframe lies.
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
      // A `%` of the folder's own would be part of the pattern.
      to: join(folder.replaceAll('%', '%%'), `${pattern}%05d.jpg`),
    })
    const made = await names()
    // Pictures are told apart by their order alone.
    if (made.length !== momentsMs.length) return undefined
    return await Promise.all(made.map((name) => readFile(join(folder, name))))
  } finally {
    for (const name of [list, ...(await names()).map((one) => join(folder, one))])
      await rm(name, { force: true })
  }
}

/** The first frame of each stretch; `concatdec_select` drops what is decoded only to get there. */
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
