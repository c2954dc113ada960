/** Recordings with wrong timestamps, through the real ffmpeg: what is found in them, and what they are mended to. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { probeRecording } from '../../src/ffmpeg/probe.ts'
import { unwrapBlocks } from '../../src/ffmpeg/unwrap-blocks.ts'
import { mendRecording } from '../../src/job/mend-recording.ts'
import { ffmpeg } from '../harness/frames.ts'
import { writeMatroska } from '../harness/matroska.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import {
  type Tracks,
  WRAP_MS,
  makeTracks,
  webmOf,
  webmOfTracks,
  withSampleDuration,
} from '../harness/wrong-times.ts'

let folder: string
let tracks: Tracks
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-times-'))
  await mkdir(join(folder, 'work'))
  tracks = await makeTracks(join(folder, 'source'), 5)
})
afterAll(() => rm(folder, { recursive: true }))

const options = async () => ({
  ffmpeg: await fencedFfmpeg(),
  maxPixels: 67_108_864,
  codecs: defaultConf().ffmpeg.codecs,
  stallMs: 120_000,
  signal: new AbortController().signal,
})

async function look(name: string, bytes: Buffer) {
  const path = join(folder, name)
  await writeFile(path, bytes)
  const outcome = await probeRecording({ ...(await options()), path })
  const copyPath = join(folder, 'work', `${name}.mkv`)
  const mended = await mendRecording({ ...(await options()), name, path, outcome, copyPath })
  return { path, copyPath, outcome, mended }
}

/** What a good recording has, and the one that is mended. */
async function compare(bad: Buffer, good: Buffer, name: string) {
  const [wrong, right] = [await look(name, bad), await look(`good-${name}`, good)]
  if ('unusable' in wrong.mended || 'unusable' in right.mended) throw new Error('it cannot be used')
  expect(right.mended.warnings).toEqual([])
  expect(right.mended.path).toBe(right.path)
  // Never beside the recording: that may lie in the bucket.
  expect(wrong.mended.path).toBe(wrong.copyPath)
  return { mended: wrong.mended, due: right.mended.probe }
}

function expectNear(actual: ArrayLike<number> = [], due: ArrayLike<number> = [], ms: number) {
  expect(actual.length).toBe(due.length)
  const off = Array.from(actual, (one, i) => Math.abs(one - (due[i] ?? NaN)))
  expect(Math.max(...off)).toBeLessThanOrEqual(ms)
}

describe('packets far from their neighbours', () => {
  it('of a WebM get times between them, and everything else keeps its own', async () => {
    const bad = webmOf(tracks, (medium, i) => {
      if (medium === 'video') return i === 40 ? WRAP_MS : i === 50 || i === 51 ? 0 : undefined
      return i >= 100 && i < 104 ? 2 * WRAP_MS + i : undefined
    })
    const { mended, due } = await compare(bad, webmOf(tracks), 'stray.webm')
    const params = { name: 'stray.webm' }
    expect(mended.warnings).toEqual([
      { code: 'timesMended', params: { ...params, medium: 'video', packets: 3 }, where: 'stray.webm' },
      { code: 'timesMended', params: { ...params, medium: 'audio', packets: 4 }, where: 'stray.webm' },
    ])
    expectNear(mended.probe.video?.timesMs, due.video?.timesMs, 2)
    expectNear(mended.probe.video?.keyframesMs, due.video?.keyframesMs, 2)
    expectNear([mended.probe.audio?.endMs ?? 0], [due.audio?.endMs ?? 0], 1)
    expect(mended.probe.audio?.clock).toMatchObject({ pace: 'exact', holes: 0, longHoles: [] })
  })

  it('of a fragmented MP4 too, where one sample claims to last for hours', async () => {
    const path = join(folder, 'fragments.mp4')
    await ffmpeg([
      ...['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc=s=160x120:r=15:d=5'],
      // Samples of more than one length: only then each of them says its own.
      ...[
        '-vf',
        'settb=1/90000,setpts=PTS+900*mod(N\\,3)',
        '-fps_mode',
        'passthrough',
        '-enc_time_base',
        '1/90000',
      ],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-video_track_timescale', '90000'],
      ...['-movflags', 'frag_keyframe+empty_moov+default_base_moof', path],
    ])
    const good = await readFile(path)
    const bad = withSampleDuration(good, { fragment: 2, sample: 6, duration: 0xfffff000 })
    const { mended, due } = await compare(bad, good, 'fragments.mp4')
    expect(mended.warnings).toMatchObject([{ code: 'timesMended', params: { packets: 8 } }])
    expectNear(mended.probe.video?.timesMs, due.video?.timesMs, 25)
    expect(mended.probe.video?.endMs).toBeLessThan(5200)
    const last = withSampleDuration(good, { fragment: 5, sample: 14, duration: 0xfffff000 })
    const { outcome } = await look('last.mp4', last)
    expect('probe' in outcome && outcome.probe.video?.endMs).toBeLessThan(5200)
  })
})

it('a clock that jumps and stays is followed', async () => {
  const jumped = webmOf(tracks, (_, __, ms) => (ms < 2500 ? undefined : ms + 3_600_000))
  const { path, mended } = await look('jump.webm', jumped)
  expect(mended).toMatchObject({ path, warnings: [], probe: { audio: { clock: { holes: 1 } } } })
})

it.each([10 ** 16, 2 ** 62])('timestamps from %d ms on cannot be used', async (fromMs) => {
  const { mended } = await look(
    'beyond.webm',
    webmOf(tracks, (_, __, ms) => fromMs + ms),
  )
  expect(mended).toEqual({ unusable: { code: 'timesBeyond', params: { detail: '' } } })
})

it('two recordings in one file are used one behind the other', async () => {
  const one = webmOf(tracks)
  const { mended } = await look('two.webm', Buffer.concat([one, one]))
  if ('unusable' in mended) throw new Error('it cannot be used')
  expect(mended.warnings).toMatchObject([{ code: 'clockRestarts', params: { parts: 2 } }])
  const { video, audio } = mended.probe
  expect(video?.timesMs).toHaveLength(150)
  expect(video?.endMs).toBeGreaterThan(9900)
  expect(video?.keyframesMs).toHaveLength(10)
  expect(audio?.clock.holes).toBeLessThanOrEqual(1)
  expect(audio?.endMs).toBeGreaterThan(9900)
})

it.each([0, 40_000])(
  'a cluster without end that begins at %d ms: its blocks get their times back',
  async (fromMs) => {
    // 70 s from 5 s: the same packets over and over.
    const long = ({ track, packets }: Tracks['video']) => ({
      track,
      packets: Array.from({ length: 14 }, (_, k) =>
        packets.map((one) => ({ ...one, timeMs: fromMs + k * 5000 + one.timeMs })),
      ).flat(),
    })
    const list = [long(tracks.video), long(tracks.audio)]
    const webm = (isOneCluster: boolean) =>
      writeMatroska({ tracks: list, docType: 'webm', tickUs: 1000, isOneCluster })
    const { mended, due } = await compare(webm(true), webm(false), `cluster-${fromMs}.webm`)
    expect(mended.warnings).toMatchObject([{ code: 'blockTimesWrapped' }])
    expectNear(mended.probe.video?.timesMs, due.video?.timesMs, 50)
    expectNear(mended.probe.video?.timesMs.slice(-60), due.video?.timesMs.slice(-60), 2)
    expectNear([mended.probe.audio?.endMs ?? 0], [due.audio?.endMs ?? 0], 2)
  },
)

describe('a cluster that goes on for longer than 16 bits can say', () => {
  /** A picture that comes as a network brings it, with pauses, and a tone that stops for a while. */
  const uneven = (isOneCluster: boolean, seconds: number) => {
    const long = ({ track, packets }: Tracks['video'], isKept: (ms: number) => boolean) => ({
      track,
      packets: Array.from({ length: Math.ceil(seconds / 5) }, (_, k) =>
        packets.map((one, i) => ({ ...one, timeMs: Math.round(k * 5000 + one.timeMs) + (i % 3) * 7 })),
      )
        .flat()
        .filter(({ timeMs }) => timeMs < seconds * 1000 && isKept(timeMs)),
    })
    return writeMatroska({
      tracks: [
        long(tracks.video, (ms) => ms < 34_000 || ms > 38_000),
        long(tracks.audio, (ms) => ms < 33_500 || ms > 36_000),
      ],
      ...{ docType: 'webm', tickUs: 1000, isOneCluster },
    })
  }

  it.each([50, 110])('in %d s has every time as it was', async (seconds) => {
    const [path, to] = [join(folder, `wrapped-${seconds}.webm`), join(folder, 'work', 'unwrapped.mkv')]
    const good = join(folder, `good-${seconds}.webm`)
    await writeFile(path, uneven(true, seconds))
    await writeFile(good, uneven(false, seconds))
    const { signal } = new AbortController()
    expect(await unwrapBlocks({ path, to, signal })).toBe(true)
    const [made, due] = [
      await probeRecording({ ...(await options()), path: to }),
      await probeRecording({ ...(await options()), path: good }),
    ]
    if ('unusable' in made || 'unusable' in due) throw new Error('it cannot be used')
    expect(made.probe).toEqual(due.probe)
    expect(made.timing).toEqual(due.timing)
    expect(await unwrapBlocks({ path: good, to, signal })).toBe(false)
  })

  it('and says its sizes, as its segment does', async () => {
    const [path, to] = [join(folder, 'sized.webm'), join(folder, 'work', 'sized.mkv')]
    const bytes = uneven(true, 40)
    const cluster = bytes.indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75]))
    const segment = bytes.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67]))
    for (const at of [segment, cluster]) {
      expect(bytes[at + 4]).toBe(0x01)
      bytes.writeUIntBE(bytes.length - at - 12, at + 6, 6)
      bytes[at + 5] = 0
    }
    await writeFile(path, bytes)
    expect(await unwrapBlocks({ path, to, signal: new AbortController().signal })).toBe(true)
    const made = await probeRecording({ ...(await options()), path: to })
    expect('probe' in made && made.probe.video?.endMs).toBeGreaterThan(39_000)
  })

  it('is left as it is where it ends in the middle of anything', async () => {
    const [path, to] = [join(folder, 'short.webm'), join(folder, 'work', 'short.mkv')]
    const whole = uneven(true, 40)
    const { signal } = new AbortController()
    for (const length of [0, 1, 5, 60, 700, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length))
      const isMade = await unwrapBlocks({ path, to, signal })
      expect(isMade).toBe(length === whole.length - 1)
    }
    await writeFile(path, Buffer.alloc(1000, 0xff))
    expect(await unwrapBlocks({ path, to, signal })).toBe(false)
  })
})

describe('another recording behind the first that cannot be read with it is named', () => {
  it('MP4 files one behind the other', async () => {
    const path = join(folder, 'plain.mp4')
    const picture = [
      '-f',
      'lavfi',
      '-i',
      'testsrc=s=160x120:r=15:d=4',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ]
    await ffmpeg(['-v', 'error', '-y', ...picture, path])
    const one = await readFile(path)
    const { mended } = await look('two.mp4', Buffer.concat([one, one]))
    expect(mended).toMatchObject({ warnings: [{ code: 'partUnread', params: { at: one.length } }] })
    expect((await look('one.mp4', one)).mended).toMatchObject({ warnings: [] })
    await ffmpeg(['-v', 'error', '-y', ...picture, '-movflags', 'frag_keyframe+empty_moov', path])
    const parts = await readFile(path)
    const fragments = await look('fragments-twice.mp4', Buffer.concat([parts, parts]))
    expect(fragments.mended).toMatchObject({ warnings: [{ code: 'clockRestarts' }] })
  })

  it('a WebM of other codecs behind a WebM', async () => {
    const one = webmOf(tracks)
    const { video, audio } = tracks
    const other = webmOfTracks([{ ...video, track: { ...video.track, codecId: 'V_VP9' } }, audio])
    const { mended } = await look('codecs.webm', Buffer.concat([one, other]))
    if ('unusable' in mended) throw new Error('it cannot be used')
    expect(mended.warnings.map(({ code }) => code).sort()).toEqual(['clockRestarts', 'partUnread'])
    expect(mended.warnings).toContainEqual({
      code: 'partUnread',
      params: { name: 'codecs.webm', at: one.length },
      where: 'codecs.webm',
    })
  })
})

describe('sound and picture hours apart by their timestamps', () => {
  const HOURS = 5 * 3_600_000
  it.each(['audio', 'video'] as const)('%s is placed by what lies beside it in the file', async (medium) => {
    const apart = webmOf(tracks, (one, _, ms) => (one === medium ? ms + HOURS : undefined))
    const { mended, due } = await compare(apart, webmOf(tracks), `apart-${medium}.webm`)
    expect(mended.warnings).toMatchObject([{ code: 'clocksApart', params: { medium, isPlaced: true } }])
    expectNear(mended.probe.video?.timesMs, due.video?.timesMs, 20)
    expectNear([mended.probe.audio?.endMs ?? 0], [due.audio?.endMs ?? 0], 20)
  })

  it('one that lies elsewhere in the file is not used', async () => {
    const video = {
      ...tracks.video,
      packets: tracks.video.packets.map((one) => ({
        ...one,
        timeMs: one.timeMs + HOURS,
        saysMs: one.timeMs,
      })),
    }
    const late = {
      ...tracks.audio,
      packets: tracks.audio.packets.map((one) => ({ ...one, saysMs: one.timeMs + 2 * HOURS })),
    }
    const { mended } = await look('elsewhere.webm', webmOfTracks([video, late]))
    expect(mended).toMatchObject({
      warnings: [{ code: 'clocksApart', params: { medium: 'audio', isPlaced: false } }],
    })
    expect('probe' in mended && mended.probe.audio).toBeUndefined()
    expect('probe' in mended && mended.probe.video?.timesMs).toHaveLength(75)
  })
})

describe('two tracks of one kind', () => {
  const empty = (track: Tracks['video']) => ({ ...track, packets: [] })

  it('the first is declared and never sent: the second is used', async () => {
    const { video, audio } = tracks
    const { mended } = await look('late.webm', webmOfTracks([empty(video), empty(audio), video, audio]))
    if ('unusable' in mended) throw new Error('it cannot be used')
    expect(mended.warnings).toEqual([])
    expect(mended.lostPicture).toBe(false)
    expect(mended.probe.video?.timesMs).toHaveLength(75)
    expect(mended.probe.audio?.endMs).toBeGreaterThan(4900)
  })

  it('a second sound is mixed in where it was, as loud as it was; a second picture is named', async () => {
    const { video, audio } = tracks
    const packets = audio.packets.filter(({ timeMs }) => timeMs >= 2000 && timeMs < 3500)
    const bytes = webmOfTracks([video, audio, { ...audio, packets }, video])
    const { mended, path } = await look('both.webm', bytes)
    if ('unusable' in mended) throw new Error('it cannot be used')
    expect(mended.warnings).toMatchObject([
      { code: 'tracksMixed', params: { tracks: 2 } },
      { code: 'tracksUnused', params: { video: 1, audio: 0 } },
    ])
    expect(mended.probe.video?.timesMs).toHaveLength(75)
    expect(mended.probe.audio).toMatchObject({ startMs: 0, clock: { jitterMs: 0, holes: 0 } })
    expect(mended.probe.audio?.endMs).toBeGreaterThan(4900)
    const alone = await levels(path)
    const together = await levels(mended.path)
    // Sines of one frequency add up by their phases: what counts is where, and that nothing else has changed.
    const changed = together.flatMap((level, i) => (Math.abs(level - (alone[i] ?? 0)) > 0.01 ? [i] : []))
    expect(changed.filter((i) => i > 0 && i < 249 && (i < 99 || i > 176))).toEqual([])
    expect(changed.length).toBeGreaterThan(60)
  })

  it('one that its demuxer passes over is named', async () => {
    const { video, audio } = tracks
    const odd = { ...video, track: { ...video.track, codecId: 'A_VORBIS' } }
    const { mended } = await look('odd.webm', webmOfTracks([audio, odd]))
    const warning = { code: 'tracksUnused', params: { video: 1, audio: 0 } }
    expect(mended).toMatchObject({ warnings: [warning] })
  })

  it('one whose times do not go with the rest of the file is named', async () => {
    const { video, audio } = tracks
    const packets = audio.packets.map((one) => ({ ...one, saysMs: one.timeMs + 7_200_000 }))
    const { path, mended } = await look('far.webm', webmOfTracks([video, audio, { ...audio, packets }]))
    const params = { name: 'far.webm', video: 0, audio: 1 }
    expect(mended).toMatchObject({ path, warnings: [{ code: 'tracksUnused', params }] })
  })
})

/** The level (RMS) of each 20 ms of a file's first sound. */
async function levels(path: string): Promise<readonly number[]> {
  const args = ['-v', 'error', '-i', path, '-map', '0:a:0', '-ac', '1', '-ar', '48000', '-f', 'f32le', '-']
  const { stdout } = await runFfmpeg(args)
  const samples = new Float32Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 4))
  return Array.from({ length: Math.floor(samples.length / 960) }, (_, i) => {
    const part = samples.subarray(i * 960, (i + 1) * 960)
    return Math.sqrt(part.reduce((sum, one) => sum + one * one, 0) / part.length)
  })
}
