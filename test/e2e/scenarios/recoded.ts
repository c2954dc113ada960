/** Recordings of kinds that the harness does not make itself: its own ones, coded again by plain ffmpeg. */
import { createHash, randomUUID } from 'node:crypto'
import { rename, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { burstsIn, decodeSound, packetTimes } from '../../harness/read-output.ts'
import { runFfmpeg } from '../../harness/run-ffmpeg.ts'
import { type Source, type SourceSpec, makeSource } from '../../harness/sources.ts'
import type { TrueVideo, Truth } from '../../harness/truth.ts'

/** Timestamps of whole ms, and a sound whose start is known to a packet's rounding. */
const STAMP_MS = 1.01
const BURST_MS = 3

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
  },
): Promise<Source> {
  const { container, args, size, shiftMs = 0 } = options
  const source = await makeSource(spec)
  const key = createHash('sha256')
    .update(JSON.stringify([source.path, options]))
    .digest('hex')
  const path = join(tmpdir(), 'owt-main-test-sources', `recoded-${key.slice(0, 24)}.${container}`)
  const isThere = await stat(path).catch(() => undefined)
  if (!isThere) {
    const own = join(tmpdir(), 'owt-main-test-sources', `${randomUUID()}.${container}`)
    await runFfmpeg([
      ...['-loglevel', 'error', '-copyts', '-i', source.path, '-map', '0'],
      ...['-fps_mode', 'passthrough', '-enc_time_base:v', '1:1000', ...args],
      ...(container === 'mp4' ? ['-video_track_timescale', '90000'] : []),
      ...['-avoid_negative_ts', 'disabled', own],
    ])
    await rename(own, path)
  }
  const { truth } = source
  const video = truth.video && (await movedVideo({ path, video: truth.video, shiftMs, ...(size && { size }) }))
  const moved: Truth = {
    look: truth.look,
    ...(video && { video }),
    ...(truth.audio && {
      audio: {
        ...truth.audio,
        burstsMs: truth.audio.burstsMs.map((ms) => ms + shiftMs),
        startMs: Math.max(0, truth.audio.startMs + shiftMs),
        endMs: truth.audio.endMs + shiftMs,
      },
    }),
  }
  if (moved.audio) await checkBursts(path, moved.audio)
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

async function checkBursts(path: string, { pitchHz, burstsMs }: NonNullable<Truth['audio']>): Promise<void> {
  const heard = burstsIn(await decodeSound(path), pitchHz)
  const due = burstsMs.filter((ms) => ms > 50)
  const isSame = due.every((ms) => heard.some((one) => Math.abs(one - ms) <= BURST_MS))
  if (!isSame) throw new Error(`${path}: bursts at ${heard.join(' ')} ms are due at ${due.join(' ')} ms`)
}
