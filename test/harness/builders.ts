/** Plain data of the pure rooms with sensible defaults: a test names only what it is about. */
import type { TimelineRules } from '../../src/timeline/build.ts'
import { buildTimeline } from '../../src/timeline/build.ts'
import type { Warning } from '../../src/messages/index.ts'
import type { Canvas, Job, Settings } from '../../src/model/job.ts'
import type { AudioClock, AudioProbe, Recording, VideoProbe } from '../../src/model/room.ts'
import { runToEnd } from '../../src/model/stepwise.ts'
import type { Clip, ClipAudio, Look, Shot, TimeRange, Timeline } from '../../src/model/timeline.ts'
import { FONT } from '../../src/model/place.ts'
import type { ChunkRules } from '../../src/plan/budget.ts'
import type { EncodeSettings } from '../../src/plan/settings.ts'
import type { WatermarkFiles } from '../../src/plan/watermarks.ts'

/** Unix time in ms of output time 0: 2023-11-14 22:13:20 UTC. */
export const ROOM_MS = 1_700_000_000_000

export const RULES: TimelineRules = { holdMs: 3000, whenStalled: 'leave', minSegmentMs: 500 }

/** How a plan is encoded, as conf/ has it by default, on two cores. */
export function makeSettings(changes: Partial<EncodeSettings> = {}): EncodeSettings {
  return {
    encoder: 'x264',
    speed: 'balanced',
    preset: '',
    keyframeSeconds: 2,
    peakRatio: 0,
    matrix: 'auto',
    audioBitrateKbps: 128,
    output: { chapters: true, poster: false, thumbnails: false, hls: false },
    chunks: makeChunkRules(),
    maxPixels: 67_108_864,
    tolerant: false,
    toneMaps: true,
    decodesAlpha: true,
    pipes: true,
    isThreaded: false,
    ...changes,
  }
}

/** One chunk at once on two cores. */
export function makeChunkRules(changes: Partial<ChunkRules> = {}): ChunkRules {
  const graphs = { shotsPerGraph: 24, filesPerGraph: 128 }
  return { ...graphs, cores: 2, atOnce: 1, fleetAtOnce: 1, mostRedecode: 0.15, processes: 1, ...changes }
}

/** What watermarks are drawn with: in UTC, no pictures. */
export function makeWatermarkFiles(changes: Partial<WatermarkFiles> = {}): WatermarkFiles {
  return {
    type: { fontFile: FONT, sizePx: 15 },
    zone: [{ fromMs: 0, offsetMs: 0 }],
    images: new Map(),
    ...changes,
  }
}

/** A canvas of 640 x 360 at 10 frames/s: a frame is 100 ms. */
export function makeCanvas(changes: Partial<Canvas> = {}): Canvas {
  return { width: 640, height: 360, fps: 10, ...changes }
}

/** A job that tiles every stream, picture and sound, into a folder. */
export function makeJob(changes: Partial<Job & Settings> = {}): Job {
  const { layout, fit, background, mainStream, screenShare, watermarks, subscription, streams, ...rest } =
    changes
  const given = { layout, fit, background, mainStream, screenShare, watermarks, subscription, streams }
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return {
    stretches: [{ fromFrame: 0, soundFromMs: 0, settings: makeSettingsOf(own) }],
    jobId: 'job-1',
    roomId: 'room-1',
    appId: 'app-1',
    requestId: 'request-1',
    token: 'token-1',
    media: 'both',
    canvas: makeCanvas(),
    video: { bitrateKbps: 800, profile: 'high' },
    audio: { channels: 2 },
    storage: { kind: 'local', folder: '/bucket', bucket: 'recordings' },
    outputKey: 'out/job-1.mp4',
    notify: [],
    ...rest,
  }
}

/** The settings of a job that updates may change: every stream in tiles. */
export function makeSettingsOf(changes: Partial<Settings> = {}): Settings {
  return {
    layout: { kind: 'preset', preset: 'tile' },
    fit: 'contain',
    background: { r: 0, g: 0, b: 0 },
    screenShare: 'equal',
    watermarks: [],
    subscription: { audio: { kind: 'all' }, video: { kind: 'all' }, maxStreams: 32 },
    streams: [],
    ...changes,
  }
}

/** How pictures are drawn: letterboxed on black. */
export function makeLook(changes: Partial<Look> = {}): Look {
  return { fit: 'contain', background: { r: 0, g: 0, b: 0 }, watermarks: [], ...changes }
}

/** A picture of 640 x 360, one frame every 100 ms, one keyframe. All times are file times. */
export function makeVideo(
  options: Partial<Omit<VideoProbe, 'timesMs'>> & {
    readonly fromMs?: number
    readonly lengthMs?: number
    readonly everyMs?: number
    readonly timesMs?: readonly number[]
  } = {},
): VideoProbe {
  const { fromMs = 0, lengthMs = 10_000, everyMs = 100, timesMs, ...changes } = options
  const count = Math.max(1, Math.ceil(lengthMs / everyMs))
  const times = timesMs ?? Array.from({ length: count }, (_, i) => fromMs + i * everyMs)
  const firstMs = times[0] ?? fromMs
  return {
    codec: 'h264',
    timesMs: Float64Array.from(times),
    keyframesMs: [firstMs],
    endMs: timesMs ? (times.at(-1) ?? 0) + everyMs : fromMs + lengthMs,
    sizes: [{ fromMs: firstMs, width: 640, height: 360 }],
    pixelAspect: 1,
    rotation: 0,
    colour: { matrix: 'bt709', range: 'limited' },
    ...changes,
  }
}

/** Timestamps that say what the samples say. */
export function makeClock(changes: Partial<AudioClock> = {}): AudioClock {
  return {
    pace: 'exact',
    jitterMs: 0,
    driftPpm: 0,
    holes: 0,
    holesMs: 0,
    jumpMs: 2,
    firstLateMs: 0,
    longHoles: [],
    ...changes,
  }
}

/** Stereo Opus at 48 kHz. All times are file times. */
export function makeAudio(
  options: Partial<AudioProbe> & { readonly fromMs?: number; readonly lengthMs?: number } = {},
): AudioProbe {
  const { fromMs = 0, lengthMs = 10_000, ...changes } = options
  return {
    codec: 'opus',
    sampleRate: 48_000,
    channels: 2,
    startMs: fromMs,
    endMs: fromMs + lengthMs,
    clock: makeClock(),
    ...changes,
  }
}

/** A recording whose timestamp 0 lies `atMs` after output time 0; both media last `lengthMs` unless they are given. */
export function makeRecording(
  options: {
    readonly streamId?: string
    readonly name?: string
    readonly atMs?: number
    readonly lengthMs?: number
    /** `null`: it has none. */
    readonly video?: VideoProbe | null
    readonly audio?: AudioProbe | null
    readonly demuxer?: 'matroska' | 'mov'
  } = {},
): Recording {
  const { streamId = 'a_1', atMs = 0, lengthMs = 10_000, demuxer = 'matroska' } = options
  const name = options.name ?? `${streamId}.webm`
  const video = options.video === undefined ? makeVideo({ lengthMs }) : options.video
  const audio = options.audio === undefined ? makeAudio({ lengthMs }) : options.audio
  return {
    entry: { streamId, name, key: `rec/${name}`, startMs: ROOM_MS + atMs },
    version: 'v1',
    path: `/bucket/rec/${name}`,
    probe: { demuxer, ...(video && { video }), ...(audio && { audio }) },
  }
}

/** What the timeline's entry makes of these recordings. */
export function build(
  recordings: readonly Recording[],
  options: { readonly job?: Partial<Job & Settings>; readonly rules?: Partial<TimelineRules> } = {},
): { timeline?: Timeline; warnings: readonly Warning[] } {
  return runToEnd(
    buildTimeline({
      job: makeJob(options.job),
      roomStartMs: ROOM_MS,
      recordings,
      rules: { ...RULES, ...options.rules },
    }),
  )
}

/** The timeline of these recordings; there must be one. */
export function makeTimeline(...args: Parameters<typeof build>): Timeline {
  const { timeline } = build(...args)
  if (!timeline) throw new Error('these recordings make no timeline')
  return timeline
}

/** A clip that is seen and heard for the whole of its recording. */
export function makeClip(
  options: { readonly id?: number; readonly offsetMs?: number; readonly recording?: Recording } = {},
): Clip {
  const { id = 0, offsetMs = 0, recording = makeRecording() } = options
  const { video, audio } = recording.probe
  const range = video && { startMs: (video.timesMs[0] ?? 0) + offsetMs, endMs: video.endMs + offsetMs }
  return {
    id,
    streamId: recording.entry.streamId,
    recording,
    offsetMs,
    ...(range && { video: { range, shown: [range], seats: [], pictures: [] } }),
    ...(audio && { audio: wholeAudio({ startMs: audio.startMs + offsetMs, endMs: audio.endMs + offsetMs }) }),
  }
}

const BLACK = makeLook()

/** All of a clip's audio. */
const wholeAudio = (range: TimeRange): ClipAudio => ({ range, heard: [range] })

/** A shot from tiles written as clip and rectangle, painter's order. */
export function makeShot(
  startFrame: number,
  endFrame: number,
  ...tiles: readonly (readonly [clip: Clip, x: number, y: number, width: number, height: number])[]
): Shot {
  return {
    startFrame,
    endFrame,
    look: BLACK,
    tiles: tiles.map(([clip, x, y, width, height]) => ({
      clip,
      placement: { streamId: clip.streamId, x, y, width, height, z: 0 },
    })),
  }
}
