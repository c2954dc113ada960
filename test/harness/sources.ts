/**
 * Test recordings, made on demand and kept under the OS temp folder.
 *
 * Timestamps are exact because no encoder or muxer makes them: frames and samples are coded in order, and the
 * packets are then written with the times the description asks for.
 */
import { createHash, randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toFileMs } from './coded.ts'
import { type CodedSound, encodeAudio, pacing } from './encode-audio.ts'
import { encodeVideo } from './encode-video.ts'
import { OWN_MARKS, backgroundOf, flashesAt, tickOf } from './marks.ts'
import { writeMatroska } from './matroska.ts'
import { turnMp4 } from './mp4-turn.ts'
import { toYuv } from './picture.ts'
import { packetTimes } from './read-output.ts'
import { ffmpegPath, runFfmpeg } from './run-ffmpeg.ts'
import {
  type AudioSpec,
  type SourceSpec,
  type VideoSpec,
  frameTimes,
  pitchOf,
  sizeAt,
} from './source-spec.ts'
import type { TrueAudio, TrueLook, TrueVideo, Truth } from './truth.ts'

export {
  type AudioSpec,
  type Hole,
  type SizeFrom,
  type SourceSpec,
  type VideoSpec,
  pitchOf,
} from './source-spec.ts'

/** Raised whenever the same description makes another file. */
const VERSION = 4

/** A recording on disk, and all that is true of it. */
export interface Source {
  readonly spec: SourceSpec
  readonly path: string
  readonly truth: Truth
}

/** Makes the recording, or finds the one that an earlier call made. */
export async function makeSource(spec: SourceSpec): Promise<Source> {
  const folder = join(tmpdir(), 'owt-main-test-sources')
  const key = createHash('sha256')
    .update(JSON.stringify([VERSION, ffmpegPath(), spec]))
    .digest('hex')
    .slice(0, 24)
  const path = join(folder, `${key}.${spec.container}`)
  const truthPath = join(folder, `${key}.json`)
  if (!(await exists(truthPath))) {
    await mkdir(folder, { recursive: true })
    const own = join(folder, `${key}-${randomUUID()}`)
    try {
      const truth = await build(spec, own)
      await rename(`${own}.${spec.container}`, path)
      await writeFile(`${own}.json`, JSON.stringify(truth))
      // Last: a truth means that its file is complete, whoever else makes the same one right now.
      await rename(`${own}.json`, truthPath)
    } finally {
      await rm(`${own}.step`, { force: true })
    }
  }
  return { spec, path, truth: JSON.parse(await readFile(truthPath, 'utf8')) as Truth }
}

/** Puts a copy of a source's file somewhere else; a shorter one when `bytes` says so: a recorder that was killed. */
export async function copySource(source: Source, to: string, bytes?: number): Promise<void> {
  if (bytes === undefined) await copyFile(source.path, to)
  else await writeFile(to, (await readFile(source.path)).subarray(0, bytes))
}

async function build(spec: SourceSpec, stem: string): Promise<Truth> {
  const { container, video, audio } = spec
  const isMp4 = container === 'mp4'
  // Sound first: short packets before the picture's at the same time.
  const sound = audio && (await encodeAudio(spec, audio))
  const picture = video && (await encodeVideo(spec, video))
  const tickUs = isMp4 ? 1 : 1000
  const bytes = writeMatroska({
    tracks: [picture, sound].filter((coded) => coded !== undefined),
    docType: container === 'webm' ? 'webm' : 'matroska',
    tickUs,
  })
  const target = `${stem}.${container}`
  if (!isMp4 && spec.finish !== 'tidy') {
    await writeFile(target, bytes)
  } else {
    await writeFile(`${stem}.step`, bytes)
    await runFfmpeg([
      ...[
        '-loglevel',
        'error',
        '-copyts',
        '-i',
        `${stem}.step`,
        '-map',
        '0',
        '-c',
        'copy',
        '-avoid_negative_ts',
        'disabled',
      ],
      ...(isMp4 ? ['-video_track_timescale', '90000'] : []),
      ...(isMp4 && spec.movflags ? ['-movflags', spec.movflags] : []),
      target,
    ])
    if (isMp4 && video?.rotation) await writeFile(target, turnMp4(await readFile(target), video.rotation))
  }
  const stamped = (ms: number) => Math.round((ms * 1000) / tickUs) * (tickUs / 1000)
  const videoShiftMs = video && picture ? await stampedShift(target, 'video', picture.packets) : 0
  const audioShiftMs = audio && sound ? await stampedShift(target, 'audio', sound.packets) : 0
  return {
    look: lookOf(spec.id),
    ...(video && { video: trueVideo(spec, video, (ms) => stamped(ms) + videoShiftMs) }),
    ...(audio && sound && { audio: trueAudio({ spec, audio, sound, shiftMs: audioShiftMs }) }),
  }
}

/**
 * Reads the packets back and compares their times with those that were asked for.
 * @returns by how much all of them are later, in ms: a fragmented MP4 cannot say when it starts
 * @throws Error when they are not all alike
 */
async function stampedShift(
  path: string,
  medium: 'video' | 'audio',
  wanted: readonly { timeMs: number }[],
): Promise<number> {
  const found = await packetTimes(path, medium)
  const due = wanted.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b)
  const shifts = found.map(({ ptsMs }, i) => ptsMs - (due[i] ?? NaN))
  const shiftMs = shifts.at(-1) ?? NaN
  // Stamps of whole ms, and a delay that is rounded to them on its own.
  const isExact = found.length === due.length && shifts.every((ms) => Math.abs(ms - shiftMs) <= 1.01)
  if (!isExact) throw new Error(`${path}: its ${medium} packets are not where they were asked for`)
  return Math.abs(shiftMs) <= 1.01 ? 0 : shiftMs
}

function lookOf(id: number): TrueLook {
  const [luma] = toYuv(backgroundOf(id), { matrix: 'bt601', range: 'full' })
  return { design: OWN_MARKS, id, background: backgroundOf(id), restLevel: luma / 255, flashLevel: 1 }
}

function trueVideo(spec: SourceSpec, video: VideoSpec, stamped: (ms: number) => number): TrueVideo {
  const frames = frameTimes(spec, video).map((sourceMs) => {
    const { width, height } = sizeAt(video, sourceMs)
    const [across, down] = video.pixelAspect ?? [1, 1]
    const isTurned = video.rotation === 90 || video.rotation === 270
    return {
      fileMs: stamped(toFileMs(sourceMs, spec, video)),
      tick: tickOf(sourceMs, OWN_MARKS),
      flashes: flashesAt(sourceMs),
      width: isTurned ? width : (width * across) / down,
      height: isTurned ? (height * across) / down : height,
    }
  })
  const [last, before] = [frames.at(-1)?.fileMs ?? 0, frames.at(-2)?.fileMs]
  return { frames, endMs: last + (before === undefined ? 0 : last - before) }
}

function trueAudio(options: {
  spec: SourceSpec
  audio: AudioSpec
  sound: CodedSound
  shiftMs: number
}): TrueAudio {
  const { spec, audio, sound, shiftMs } = options
  const { startMs = 0, endMs = spec.durationMs } = audio
  const { packetMs } = pacing(audio)
  const lastEndMs =
    packetMs === undefined ? toFileMs(endMs, spec, audio) : (sound.packets.at(-1)?.timeMs ?? 0) + packetMs
  return {
    pitchHz: audio.pitchHz ?? pitchOf(spec.id),
    burstsMs: sound.burstsMs.map((ms) => ms + shiftMs),
    startMs: toFileMs(startMs, spec, audio) + shiftMs,
    endMs: lastEndMs + shiftMs,
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
