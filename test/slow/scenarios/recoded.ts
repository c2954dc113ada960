/** Recordings of kinds that the harness does not make itself: its own ones, coded again by plain ffmpeg. */
import { randomUUID } from 'node:crypto'
import { rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { burstsIn, decodeSound, packetTimes } from '../../harness/read-output.ts'
import { runFfmpeg } from '../../harness/run-ffmpeg.ts'
import { type Source, type SourceSpec, makeSource } from '../../harness/sources.ts'
import type { TrueVideo, Truth } from '../../harness/truth.ts'
import { keptPath } from './kept-file.ts'

/** Timestamps of whole ms. */
const STAMP_MS = 1.01
/** All bursts may be off alike by what a muxer makes of a coder's delay, and from one another by so much. */
const DELAY_MS = 8
const BURST_MS = 2

/**
 * Codes a source again. Its timestamps stay as they are but for a constant that some containers add.
 * @param options.args how: `['-c:v', 'libx265', '-c:a', 'copy']`
 * @param options.size of the upright picture in square pixels, where `args` change it
 * @param options.shiftMs what `args` do to all timestamps; what lies before 0 then is cut off
 * @throws Error when the file's own packets and bursts are not where they are due
 */
export async function recoded(
  spec: SourceSpec,
  options: {
    container: SourceSpec['container']
    args: readonly string[]
    size?: { readonly width: number; readonly height: number }
    shiftMs?: number
    /** Begins the copy here, as an edit list says it. */
    fromMs?: number
  },
): Promise<Source> {
  const { container, args, size, shiftMs = 0, fromMs } = options
  const source = await makeSource(spec)
  const path = keptPath(source, options, `.${container}`)
  const isThere = await stat(path).catch(() => undefined)
  if (!isThere) {
    const own = join(dirname(path), `${randomUUID()}.${container}`)
    await runFfmpeg([
      ...['-loglevel', 'error', ...(fromMs === undefined ? ['-copyts'] : ['-ss', String(fromMs / 1000)])],
      ...['-i', source.path, '-map', '0'],
      ...['-fps_mode', 'passthrough', '-enc_time_base:v', '1:1000', ...args],
      ...(container === 'mp4' ? ['-video_track_timescale', '90000'] : []),
      ...['-avoid_negative_ts', 'disabled', own],
    ])
    await rename(own, path)
  }
  const { truth } = source
  const video =
    truth.video && (await movedVideo({ path, video: truth.video, shiftMs, ...(size && { size }) }))
  const audio = truth.audio && (await movedAudio({ path, audio: truth.audio, shiftMs }))
  const moved: Truth = { look: truth.look, ...(video && { video }), ...(audio && { audio }) }
  return { spec: { ...spec, container }, path, truth: moved }
}

async function movedVideo(options: {
  path: string
  video: TrueVideo
  shiftMs: number
  size?: { readonly width: number; readonly height: number }
}): Promise<TrueVideo> {
  const { path, video, shiftMs, size } = options
  const frames = video.frames
    .map((frame) => ({ ...frame, ...size, fileMs: frame.fileMs + shiftMs }))
    .filter(({ fileMs }) => fileMs >= -STAMP_MS)
  const found = (await packetTimes(path, 'video')).filter(({ ptsMs }) => ptsMs >= -STAMP_MS)
  const isSame =
    found.length === frames.length &&
    found.every(({ ptsMs }, i) => Math.abs(ptsMs - (frames[i]?.fileMs ?? NaN)) <= STAMP_MS)
  if (!isSame) throw new Error(`${path}: its pictures are not where they are due`)
  return { frames, endMs: video.endMs + shiftMs }
}

async function movedAudio(options: {
  path: string
  audio: NonNullable<Truth['audio']>
  shiftMs: number
}): Promise<NonNullable<Truth['audio']>> {
  const { path, audio, shiftMs } = options
  const heard = burstsIn(await decodeSound(path), audio.pitchHz)
  const due = audio.burstsMs.map((ms) => ms + shiftMs).filter((ms) => ms > 50)
  const late = due.map((ms) =>
    heard.reduce((best, one) => (Math.abs(one - ms) < Math.abs(best) ? one - ms : best), Infinity),
  )
  const delayMs = late.toSorted((a, b) => a - b)[late.length >> 1] ?? NaN
  const isSame = Math.abs(delayMs) <= DELAY_MS && late.every((ms) => Math.abs(ms - delayMs) <= BURST_MS)
  if (!isSame) throw new Error(`${path}: bursts at ${heard.join(' ')} ms are due at ${due.join(' ')} ms`)
  return {
    ...audio,
    burstsMs: due.map((ms) => ms + delayMs),
    startMs: Math.max(0, audio.startMs + shiftMs),
    endMs: audio.endMs + shiftMs,
  }
}
