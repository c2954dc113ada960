/** Sound stays where it belongs: real files with holes, jitter and clocks that are off, through the real ffmpeg. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { probeRecording } from '../../src/ffmpeg/probe.ts'
import { runCommand } from '../../src/ffmpeg/run.ts'
import type { Command } from '../../src/model/command.ts'
import { WORK } from '../../src/model/place.ts'
import type { AudioClock } from '../../src/model/room.ts'
import { soundCommand } from '../../src/plan/audio.ts'
import { pathOf } from '../../src/plan/locate.ts'
import { ROOM_MS, makeJob, makeSettings, makeTimeline } from '../harness/builders.ts'
import { type Sound, burstsIn, decodeSound, packetTimes } from '../harness/read-output.ts'
import { readMatroska, writeMatroska } from '../harness/matroska.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import { type AudioSpec, type Hole, type SourceSpec, makeSource } from '../harness/sources.ts'

/** When the recordings start in output time, in ms: a place that no frame and no packet begins at. */
const START_MS = 1234
const RATE = 48000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-audio-clock-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/**
 * Mixes one recording's sound.
 * @param coded how the result is coded, as options of ffmpeg; default as the worker does
 */
async function mix(path: string, coded?: { args: readonly string[]; ending: string; channels: 1 }) {
  const outcome = await probeRecording({
    ffmpeg: await fencedFfmpeg(),
    path,
    maxPixels: 2 ** 26,
    codecs: defaultConf().ffmpeg.codecs,
    stallMs: 60_000,
  })
  if (!('probe' in outcome) || !outcome.probe.audio) throw new Error(`${path} has no sound`)
  const { probe } = outcome
  const entry = { streamId: 'a_1', name: 'a.webm', key: 'rec/a.webm', startMs: ROOM_MS + START_MS }
  const timeline = makeTimeline([{ entry, version: '1', path, probe }], { job: { media: 'audio' } })
  const planned = soundCommand({
    job: makeJob({ media: 'audio', audio: { channels: coded?.channels ?? 2 } }),
    timeline,
    name: 'audio',
    settings: makeSettings(),
  })
  const command: Command = coded
    ? { ...planned, args: ['-map', '[out]', ...coded.args], output: `${WORK}/audio.${coded.ending}` }
    : planned
  const at = { work: folder, font: '', files: new Map([['{recording:rec/a.webm}', path] as const]) }
  await runCommand(command, { ffmpeg: await fencedFfmpeg(), at, stallMs: 60_000 })
  return {
    sound: await decodeSound(pathOf(command.output, at)),
    clock: outcome.probe.audio.clock,
    offsetMs: timeline.clips[0]?.offsetMs ?? NaN,
    lengthMs: planned.durationMs,
  }
}

function source(audio: AudioSpec, more: Partial<SourceSpec> = {}): SourceSpec {
  return { id: 5, container: 'webm', durationMs: 60_000, audio, ...more }
}

/** Where the bursts of a source belong in its file, in ms: at its whole seconds, by its clock, jitter or not. */
function dueMs(spec: SourceSpec, burstsMs: readonly number[]): number[] {
  const pace = 1 + (spec.audio?.clockErrorPpm ?? 0) / 1e6
  const startMs = spec.fileStartMs ?? 0
  return burstsMs.map((ms) => Math.round((ms - startMs) / pace / 1000) * 1000 * pace + startMs)
}

/** Mixes a made recording and compares its bursts with where they belong. */
async function listen(spec: SourceSpec) {
  const { path, truth } = await makeSource(spec)
  if (!truth.audio) throw new Error('a source without sound')
  const { sound, clock, offsetMs, lengthMs } = await mix(path)
  const heard = burstsIn(sound, truth.audio.pitchHz)
  const due = dueMs(spec, truth.audio.burstsMs).map((ms) => ms + offsetMs)
  const errors = due.map((ms) => Math.min(...heard.map((one) => Math.abs(one - ms))))
  return {
    bursts: due.length,
    extra: heard.length - due.length,
    worstMs: Math.max(...errors),
    clock,
    sound,
    lengthMs,
  }
}

/** A hole of 3 s before every such moment, away from the bursts. */
function holes(everyMs: number, durationMs: number, lengthMs = 3000): Hole[] {
  return Array.from({ length: Math.floor(durationMs / everyMs) }, (_, i) => {
    const toMs = (i + 1) * everyMs - 700
    return { fromMs: toMs - lengthMs, toMs }
  })
}

/** As a browser's recorder stamps: most packets in time, some late, the next ones in time again. */
const BROWSER = [0, 0, 0, 0, 8, 18, 10, 0, 0, 0, 0, 19, 12, 0, 0, 12, 0, 0, 0, 5, 0, 0, 0, 0, 7, 0, 13, 0, 0]

type Expected = Partial<Record<keyof AudioClock, unknown>>
const near = (value: number, within: number): unknown =>
  expect.toSatisfy((one: number) => Math.abs(one - value) <= within, `within ${within} of ${value}`)

const CASES: readonly (readonly [name: string, spec: SourceSpec, withinMs: number, clock: Expected])[] = [
  ['a clean one', source({ codec: 'opus' }), 2, { pace: 'exact', holes: 0, driftPpm: 0 }],
  [
    'a clock that is 0.5 % slow, with holes of 3 s',
    source({ codec: 'opus', clockErrorPpm: 5000, holes: holes(15_000, 60_000) }),
    5,
    { pace: 'wandering', holes: 4, driftPpm: near(5000, 20) },
  ],
  [
    'a clock that is 0.5 % fast, with holes of 3 s, in MP4',
    source({ codec: 'aac', clockErrorPpm: -5000, holes: holes(15_000, 60_000) }, { container: 'mp4' }),
    5,
    { pace: 'wandering', holes: 4, driftPpm: near(-5000, 20) },
  ],
  [
    'a slow clock behind a browser’s jitter',
    source({ codec: 'opus', clockErrorPpm: 5000, jitterMs: BROWSER, holes: holes(15_000, 60_000) }),
    20,
    { pace: 'wandering', holes: 4, driftPpm: near(5000, 100) },
  ],
  [
    'a clock that is off by too little to be sure',
    source({ codec: 'opus', clockErrorPpm: 120 }),
    5,
    { driftPpm: 0, holes: 0 },
  ],
  [
    'a browser’s jitter',
    source({ codec: 'opus', jitterMs: BROWSER }),
    2,
    { pace: 'jittering', holes: 0, driftPpm: 0 },
  ],
  [
    'single lost packets',
    source({ codec: 'opus', holes: holes(1000, 60_000, 20) }),
    2,
    { pace: 'exact', holes: 60, holesMs: near(1200, 1) },
  ],
  [
    'silence that is not sent',
    source({
      codec: 'opus',
      holes: Array.from({ length: 59 }, (_, i) => ({ fromMs: i * 1000 + 300, toMs: i * 1000 + 700 })),
    }),
    2,
    { pace: 'exact', holes: 59, holesMs: near(59 * 400, 1) },
  ],
  [
    'a hole that splits the sound',
    source({ codec: 'opus', holes: [{ fromMs: 10_300, toMs: 85_500 }] }, { durationMs: 100_000 }),
    2,
    { pace: 'exact', holes: 1 },
  ],
  [
    'AAC at 44.1 kHz with short holes, in MP4',
    source(
      { codec: 'aac', sampleRate: 44_100, channels: 2, holes: holes(5000, 60_000, 60) },
      { container: 'mp4' },
    ),
    2,
    { pace: 'exact', holes: 12 },
  ],
  [
    'AAC at 44.1 kHz in whole ms',
    source({ codec: 'aac', sampleRate: 44_100 }, { container: 'mkv' }),
    2,
    { pace: 'exact', driftPpm: 0 },
  ],
  [
    'Vorbis, whose packets vary, with holes',
    source({ codec: 'vorbis', sampleRate: 44_100, holes: holes(15_000, 60_000) }),
    5,
    { holes: 4, driftPpm: 0 },
  ],
  [
    'sound that starts late',
    source({ codec: 'opus', startMs: 3300 }, { durationMs: 20_000 }),
    2,
    { pace: 'exact', holes: 0 },
  ],
  [
    'a recorder that kept its own clock',
    source({ codec: 'opus', clockErrorPpm: 2000 }, { fileStartMs: 3_600_000, durationMs: 30_000 }),
    5,
    { driftPpm: near(2000, 20) },
  ],
]

describe('bursts stay where they belong', () => {
  it.each(CASES)('%s', async (_, spec, withinMs, clock) => {
    const heard = await listen(spec)
    expect(heard.clock).toMatchObject(clock)
    expect(heard.extra).toBe(0)
    expect(heard.bursts).toBeGreaterThan(10)
    expect(heard.worstMs).toBeLessThan(withinMs)
    // As long as was planned, to the sample; the coder fills its last packet.
    expect(heard.sound.endMs - heard.lengthMs).toBeGreaterThan(-0.1)
    expect(heard.sound.endMs - heard.lengthMs).toBeLessThan(1024 / 48 + 0.1)
  })

  it.runIf(process.env['TEST_LONG']).each([
    ['Opus in WebM', source({ codec: 'opus', clockErrorPpm: 5000 }), 5],
    ['AAC in MP4', source({ codec: 'aac', clockErrorPpm: -5000 }, { container: 'mp4' }), 5],
    ['with a browser’s jitter', source({ codec: 'opus', clockErrorPpm: 5000, jitterMs: BROWSER }), 20],
  ])(
    'for 10 minutes of a clock that is half a percent off, with holes of 3 s: %s',
    async (_, short, withinMs) => {
      const durationMs = 600_000
      const audio = { codec: 'opus' as const, ...short.audio, holes: holes(60_000, durationMs) }
      const heard = await listen({ ...short, durationMs, audio })
      expect(heard.clock).toMatchObject({ holes: 10, driftPpm: near(audio.clockErrorPpm ?? 0, 20) })
      expect(heard.bursts).toBeGreaterThan(500)
      expect(heard.worstMs).toBeLessThan(withinMs)
    },
  )
})

describe('a tone that never stops', () => {
  const HZ = 440
  const LEVEL = 0.3
  const SECONDS = 20
  /** What resampling may add to the most that a tone changes from one sample to the next. */
  const STEEPER = 1.02
  const UNCODED = { args: ['-c:a', 'pcm_f32le', '-f', 'wav'], ending: 'wav', channels: 1 } as const

  /** A tone in packets of 60 ms, each stamped as asked: with its number and its true time in ms. */
  async function tone(name: string, stamp: (ms: number, i: number) => number): Promise<string> {
    const path = join(folder, `${name}.webm`)
    const samples = Float32Array.from(
      { length: SECONDS * RATE },
      (_, i) => LEVEL * Math.sin((2 * Math.PI * HZ * i) / RATE),
    )
    const { stdout } = await runFfmpeg(
      [
        ...['-loglevel', 'error', '-f', 'f32le', '-ar', String(RATE), '-ac', '1', '-i', 'pipe:0'],
        ...['-c:a', 'libopus', '-b:a', '96k', '-frame_duration', '60', '-f', 'matroska', 'pipe:1'],
      ],
      { input: [new Uint8Array(samples.buffer)] },
    )
    const { track, packets } = readMatroska(stdout)
    const stamped = packets.map((packet, i) => ({ ...packet, timeMs: stamp(i * 60, i) }))
    const { codecId, codecPrivate } = track
    // Without a coder's delay: nothing is cut off, and every packet is heard from its timestamp on.
    const plain = { codecId, ...(codecPrivate && { codecPrivate }), audio: { sampleRate: RATE, channels: 1 } }
    await writeFile(
      path,
      writeMatroska({ tracks: [{ track: plain, packets: stamped }], docType: 'webm', tickUs: 1000 }),
    )
    return path
  }

  /** The largest change from one sample to the next, away from the ends. */
  function steepest({ samples }: Sound, startMs: number): number {
    const from = Math.round(((startMs + 200) * RATE) / 1000)
    const to = Math.round(((startMs + SECONDS * 1000 - 200) * RATE) / 1000)
    let most = 0
    for (let i = from; i < to; i++) most = Math.max(most, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)))
    return most
  }

  it('is the same sample by sample, however its timestamps jitter', async () => {
    const late = (i: number) => (i % 9 === 4 ? 45 : i % 5 === 2 ? 17 : 0)
    const path = await tone('jitter', (ms, i) => ms + late(i))
    const times = (await packetTimes(path, 'audio')).map(({ ptsMs }) => ptsMs)
    const gaps = times.slice(1).map((ms, i) => ms - (times[i] ?? 0))
    expect([Math.min(...gaps), Math.max(...gaps)]).toEqual([near(15, 3), near(105, 3)])

    const { sound, clock } = await mix(path, UNCODED)
    expect(clock).toMatchObject({ pace: 'jittering', holes: 0, driftPpm: 0 })
    const own = await decodeSound(path)
    const shift = Math.round(((START_MS + own.startMs) * RATE) / 1000)
    // To within the rounding of its own first timestamp to whole ms.
    const shifts = Array.from({ length: 97 }, (_, i) => shift - 48 + i)
    const differs = (by: number) =>
      own.samples.findIndex((sample, i) => Math.abs(sample - (sound.samples[i + by] ?? 0)) > 1e-4)
    const longest = Math.max(...shifts.map((by) => (differs(by) < 0 ? own.samples.length : differs(by))))
    expect(longest / own.samples.length).toBeGreaterThan(0.99)
    expect(steepest(sound, START_MS)).toBeLessThan(steepest(own, 0) * STEEPER)
  })

  it.each([
    [
      'a clock that is off is put right',
      'drift',
      (ms: number) => ms * 1.005,
      { pace: 'wandering', driftPpm: near(5000, 20) },
    ],
    [
      // Late by 30 ms more and more between 8 s and 12 s: no clock does that, a recorder's buffer may.
      'it is brought back from where it strayed',
      'stray',
      (ms: number) => ms + 30 * Math.min(1, Math.max(0, (ms - 8000) / 4000)),
      { pace: 'wandering', holes: 0, driftPpm: 0 },
    ],
  ] as const)('never jumps while %s', async (_, name, stamp, expected) => {
    const path = await tone(name, stamp)
    const { sound, clock } = await mix(path, UNCODED)
    expect(clock).toMatchObject(expected)
    expect(steepest(sound, START_MS)).toBeLessThan(steepest(await decodeSound(path), 0) * STEEPER)
  })
})
