/** The harness judged: it says nothing of a correct file, and says what is wrong with a wrong one. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBursts } from '../harness/bursts.ts'
import { OWN_MARKS, readMarks } from '../harness/marks.ts'
import { type Verdict, judge } from '../harness/oracle.ts'
import { burstsIn, decodePictures, decodeSound } from '../harness/read-output.ts'
import { tempFolder } from '../harness/room.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import { SOURCE_CASES } from '../harness/source-cases.ts'
import { type Source, type SourceSpec, makeSource, pitchOf } from '../harness/sources.ts'
import { verdictText } from '../harness/verdict-text.ts'

const FPS = 25
const canvas = { width: 480, height: 180, fps: FPS }
const half = (streamId: string, x: number) => ({ streamId, x, y: 0, width: 240, height: 180, z: 0 })
const segments = [{ startMs: 0, endMs: 4000, layout: [half('left_1', 0), half('right_1', 240)] }]

let folder = ''
let left: Source
let right: Source
let correct = ''

beforeAll(async () => {
  folder = await tempFolder('oracle')
  const size = { width: 240, height: 180 }
  const spec = (id: number): SourceSpec => ({
    id,
    container: 'mkv',
    durationMs: 4000,
    video: { codec: 'h264', size, fps: FPS },
    audio: { codec: 'pcm' },
  })
  left = await makeSource(spec(1))
  right = await makeSource(spec(2))
  correct = await make(
    [left.path, right.path],
    '[0:v][1:v]hstack[v];[0:a][1:a]amix=normalize=0:duration=longest[a]',
  )
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Makes an output of `[v]` and `[a]` with plain ffmpeg. */
async function make(inputs: readonly string[], graph: string): Promise<string> {
  const path = join(folder, `${graph.replace(/\W+/g, '-').slice(0, 120)}.mp4`)
  await runFfmpeg([
    ...['-loglevel', 'error', ...inputs.flatMap((input) => ['-i', input]), '-filter_complex', graph],
    ...[
      '-map',
      '[v]',
      '-map',
      '[a]',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-b:v',
      '500k',
      '-c:a',
      'aac',
      '-b:a',
      '96k',
    ],
    ...['-video_track_timescale', '25000', path],
  ])
  return path
}

async function verdictOf(path: string): Promise<{ verdict: Verdict; text: string }> {
  const clips = [
    { streamId: 'left_1', name: 'left', startMs: 0, truth: left.truth },
    { streamId: 'right_1', name: 'right', startMs: 0, truth: right.truth },
  ]
  const verdict = await judge({ path, clips, segments, canvas })
  return { verdict, text: verdictText(verdict) }
}

describe('the oracle', () => {
  it('finds nothing wrong with a correct file', async () => {
    const { verdict, text } = await verdictOf(correct)
    expect(verdict.video, text).toMatchObject({ count: 200, worst: 0 })
    expect(verdict.sound.count, text).toBe(6)
    expect(Math.abs(verdict.sound.worst), text).toBeLessThan(2)
    expect(verdict.lips.count, text).toBe(6)
    expect(Math.abs(verdict.lips.worst), text).toBeLessThan(2)
    expect(verdict.between.video.worst, text).toBe(0)
    expect(Math.abs(verdict.between.sound.worst), text).toBeLessThan(2)
    expect(verdict, text).toMatchObject({
      unread: 0,
      stray: 0,
      wrongSource: 0,
      unseated: 0,
      missedBursts: 0,
      missedFlashes: 0,
      extraBursts: 0,
      frames: { counted: 100, due: 100 },
    })
    expect(verdict.ptsWorstMs, text).toBeLessThan(0.1)
    expect(Math.abs(verdict.endsMs), text).toBeLessThan(1000 / FPS)
  })

  it('sees a picture that is two frames late', async () => {
    const { verdict, text } = await verdictOf(
      await make([correct], '[0:v]tpad=start=2:start_mode=clone,trim=end_frame=100[v];[0:a]anull[a]'),
    )
    expect(verdict.video, text).toMatchObject({ worst: 2, p95: 2, median: 2 })
    expect(verdict.lips.median, text).toBeCloseTo(80, -0.5)
    expect(Math.abs(verdict.sound.worst), text).toBeLessThan(3)
  })

  it('sees a picture that is one frame early', async () => {
    const { verdict, text } = await verdictOf(
      await make(
        [correct],
        '[0:v]trim=start_frame=1,setpts=N/25/TB,tpad=stop=1:stop_mode=clone[v];[0:a]anull[a]',
      ),
    )
    expect(verdict.video, text).toMatchObject({ worst: -1, p95: 1, median: -1 })
    expect(verdict.lips.median, text).toBeCloseTo(-40, -0.5)
  })

  it('hears a sound that is 60 ms late', async () => {
    const { verdict, text } = await verdictOf(
      await make([correct], '[0:v]null[v];[0:a]adelay=60:all=1,atrim=end=4[a]'),
    )
    expect(verdict.video.worst, text).toBe(0)
    expect(verdict.sound.median, text).toBeCloseTo(60, -0.5)
    expect(verdict.sound.p95, text).toBeCloseTo(60, -0.5)
    expect(verdict.lips.median, text).toBeCloseTo(-60, -0.5)
    expect(Math.abs(verdict.between.sound.worst), text).toBeLessThan(3)
  })

  it('tells one late stream from two', async () => {
    const { verdict, text } = await verdictOf(
      await make(
        [left.path, right.path],
        [
          '[1:v]tpad=start=3:start_mode=clone,trim=end_frame=100[late];[0:v][late]hstack[v]',
          '[1:a]adelay=45:all=1,atrim=end=4[quiet];[0:a][quiet]amix=normalize=0:duration=longest[a]',
        ].join(';'),
      ),
    )
    expect(verdict.streams['left_1']?.video.worst, text).toBe(0)
    expect(verdict.streams['right_1']?.video.worst, text).toBe(3)
    expect(Math.abs(verdict.between.video.median), text).toBe(120)
    expect(Math.abs(verdict.between.sound.median), text).toBeCloseTo(45, -0.5)
  })

  it('sees somebody else in a region', async () => {
    const { verdict, text } = await verdictOf(
      await make(
        [correct],
        '[0:v]split[p][q];[p]crop=240:180:0:0[l];[q]crop=240:180:240:0[r];[r][l]hstack[v];[0:a]anull[a]',
      ),
    )
    expect(verdict.wrongSource, text).toBe(200)
    expect(verdict.video.count, text).toBe(0)
  })

  it('sees what is missing: a hidden tile, silence, frames', async () => {
    const { verdict, text } = await verdictOf(
      await make(
        [correct],
        '[0:v]drawbox=x=240:w=240:t=fill:color=gray,trim=end_frame=97[v];[0:a]volume=0[a]',
      ),
    )
    expect(verdict.frames, text).toEqual({ counted: 97, due: 100 })
    expect(verdict.unread, text).toBe(97)
    expect(verdict.missedBursts, text).toBe(6)
    expect(verdict.endsMs, text).toBeGreaterThan(100)
  })

  it('hears sounds that nobody made', async () => {
    const { verdict, text } = await verdictOf(
      await make(
        [correct, left.path],
        '[0:v]null[v];[1:a]adelay=500:all=1,atrim=end=4[echo];[0:a][echo]amix=normalize=0[a]',
      ),
    )
    expect(verdict.extraBursts, text).toBe(3)
  })
})

describe('the burst finder', () => {
  it.each([16000, 44100, 48000])('is good to 2 ms at %i Hz with others sounding', (sampleRate) => {
    const samples = new Float32Array(sampleRate * 3)
    const due = Array.from({ length: 6 }, (_, id) => [500 + 3 * id + id / 7, 1500 + ((id * 37) % 30)])
    due.forEach((times, id) => {
      for (const startMs of times) tone(samples, { sampleRate, startMs, hz: pitchOf(id) })
    })
    const pitches = due.map((_, id) => pitchOf(id))
    due.forEach((times, id) => {
      const found = findBursts({ samples, sampleRate, pitchHz: pitchOf(id), otherHz: pitches })
      expect(found).toHaveLength(2)
      found.forEach((ms, i) => expect(Math.abs(ms - (times[i] ?? 0))).toBeLessThan(2))
    })
  })
})

function tone(samples: Float32Array, options: { sampleRate: number; startMs: number; hz: number }): void {
  const { sampleRate, startMs, hz } = options
  const at = (startMs * sampleRate) / 1000
  for (let i = Math.ceil(at); i < at + 0.08 * sampleRate; i++) {
    samples[i] = (samples[i] ?? 0) + 0.3 * Math.sin((2 * Math.PI * hz * (i - at)) / sampleRate)
  }
}

describe('the sources', () => {
  it.each(Object.entries(SOURCE_CASES))('are as they were asked for: %s', async (_, spec) => {
    const { path, truth } = await makeSource(spec)
    const tile = { width: 100, height: 76 }
    const readings: ReturnType<typeof readMarks>[] = []
    const frames = await decodePictures({
      path,
      size: tile,
      onFrame: (picture) => readings.push(readMarks(picture, { x: 0, y: 0, ...tile }, OWN_MARKS)),
    })
    const due = truth.video?.frames ?? []
    expect(frames).toHaveLength(due.length)
    expect(frames.map(({ width, height }) => `${width}x${height}`)).toEqual(
      due.map(({ width, height }) => `${width}x${height}`),
    )
    frames.forEach(({ ptsMs }, i) => expect(ptsMs).toBeCloseTo(due[i]?.fileMs ?? NaN, 1))
    expect(readings.map(({ tick }) => tick)).toEqual(due.map(({ tick }) => tick))
    expect(new Set(readings.map(({ id }) => id))).toEqual(new Set([spec.id]))
    const middle = ((truth.look.restLevel ?? 0) + 1) / 2
    expect(readings.map(({ level }) => (level ?? 0) > middle)).toEqual(due.map(({ flashes }) => flashes))

    const bursts = burstsIn(await decodeSound(path), pitchOf(spec.id))
    expect(bursts).toHaveLength(truth.audio?.burstsMs.length ?? 0)
    bursts.forEach((ms, i) => expect(Math.abs(ms - (truth.audio?.burstsMs[i] ?? NaN))).toBeLessThan(1))
  })
})
