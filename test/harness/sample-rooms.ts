/** The two recorded rooms, with what is true of them: read from the recordings' own marks, frame by frame. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SAMPLE_MARKS, type Reading, readMarks } from './marks.ts'
import { type Colour, toYuv } from './picture.ts'
import { burstsIn, decodePictures, decodeSound, packetTimes } from './read-output.ts'
import type { Changes } from './cfg.ts'
import { type Canvas, type Room, fillBucket, readJson, writeJob } from './room.ts'
import type { TrueClip, TrueLook, Truth } from './truth.ts'
import { makeWorkplace } from './workplace.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))

export const SAMPLE_ROOMS = {
  demo: {
    bucket: join(HERE, '../../mixer/bucket'),
    index: 'job-demo-20261122-0001.json',
    truth: join(HERE, 'room-demo.truth.json'),
  },
  hard: {
    bucket: join(HERE, '../fixtures/room-webrtc-hard'),
    index: 'index.json',
    truth: join(HERE, '../fixtures/room-webrtc-hard/truth.json'),
  },
} as const

/** What the recorder of a room wrote down, as far as it is used here. Times in ms. */
export interface SampleTruth {
  readonly t0: number
  readonly streams: readonly {
    readonly streamId: string
    readonly name: string
    readonly colour: string | null
    readonly flashColour: string | null
    readonly beepHz: number | null
    readonly startTime: number
    readonly measured: {
      readonly video?: {
        readonly clock: { readonly startTimePlusPtsMinusCaptureMs: { readonly median: number } }
      }
      readonly audio?: {
        readonly beeps: { readonly startTimePlusPtsMinusWallMs: { readonly median: number } }
      }
    }
  }[]
}

interface SampleIndex {
  readonly JobId: string
  readonly StartTime: number
  readonly Root: string
  readonly Files: readonly { readonly StreamId: string; readonly Name: string; readonly StartTime: number }[]
}

/** Copies a sample room into a workplace, ready to be run, and reads its recordings. */
export async function sampleRoom(
  name: keyof typeof SAMPLE_ROOMS,
  { canvas, cfg }: { canvas: Canvas; cfg?: Changes },
): Promise<Room & { readonly truth: SampleTruth; readonly roomStartMs: number }> {
  const sample = SAMPLE_ROOMS[name]
  const index = await readJson<SampleIndex>(join(sample.bucket, sample.index))
  const truth = await readJson<SampleTruth>(sample.truth)
  const place = await makeWorkplace()
  const keyOf = (file: { readonly Name: string }) => `${index.Root}/${file.Name}`
  await fillBucket(place, sample.bucket, index.Files.map(keyOf))
  // Where it is looked for, whatever it was called.
  await place.write(`bucket/${index.JobId}.json`, index)
  const job = await writeJob(place, { jobId: index.JobId, canvas, cfg, conf: undefined })
  const clips: TrueClip[] = []
  for (const file of index.Files) {
    const told = truth.streams.find((stream) => stream.name === file.Name)
    if (!told) throw new Error(`nothing is known of ${file.Name}`)
    clips.push({
      streamId: file.StreamId,
      name: file.Name,
      startMs: file.StartTime - index.StartTime,
      truth: await readRecording(join(sample.bucket, keyOf(file)), told),
    })
  }
  return { ...job, fps: canvas.fps, clips, truth, roomStartMs: index.StartTime }
}

/** Reads a recording's marks and bursts: what it shows and lets hear, and at which of its own timestamps. */
async function readRecording(path: string, told: SampleTruth['streams'][number]): Promise<Truth> {
  const look = lookOf(told)
  const readings: Reading[] = []
  const size = { width: 320, height: 240 }
  const infos = told.measured.video
    ? await decodePictures({
        path,
        size,
        onFrame: (picture) => readings.push(readMarks(picture, { x: 0, y: 0, ...size }, SAMPLE_MARKS)),
      })
    : []
  const frames = infos.map(({ ptsMs, width, height }, i) => {
    const { tick, level } = readings[i] ?? {}
    const flashes =
      level !== undefined && Math.abs(level - look.flashLevel) < Math.abs(level - look.restLevel)
    return { fileMs: ptsMs, tick, flashes, width, height }
  })
  const last = told.measured.video && (await packetTimes(path, 'video')).at(-1)
  const sound = told.measured.audio && (await decodeSound(path))
  return {
    look,
    ...(last && { video: { frames, endMs: last.ptsMs + last.durationMs } }),
    ...(sound &&
      told.beepHz !== null && {
        audio: {
          pitchHz: told.beepHz,
          burstsMs: burstsIn(sound, told.beepHz),
          startMs: sound.startMs,
          endMs: sound.endMs,
        },
      }),
  }
}

function lookOf({ colour, flashColour }: SampleTruth['streams'][number]): TrueLook {
  const level = (hex: string | null) => toYuv(rgbOf(hex), { matrix: 'bt601', range: 'full' })[0] / 255
  return {
    design: SAMPLE_MARKS,
    background: rgbOf(colour),
    restLevel: level(colour),
    flashLevel: level(flashColour),
  }
}

function rgbOf(hex: string | null): Colour {
  const value = Number.parseInt((hex ?? '#000000').slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** A file's bytes, for tests that want to damage one. */
export async function sampleBytes(name: keyof typeof SAMPLE_ROOMS, key: string): Promise<Buffer> {
  return readFile(join(SAMPLE_ROOMS[name].bucket, key))
}
