/**
 * Plans a room of four hours with 32 people, 500 clips and 2,000 joins and leaves, and prints what that took. Run in a
 * process of its own, so that its memory can be told.
 *
 *   node scripts/bench/big-room.mjs <home of the worker>
 */
import { join } from 'node:path'
import { loadPlanner } from './dist.mjs'
import { makeJob } from './job.mjs'
import { chance } from './random.mjs'

const HOURS = 4
const PEOPLE = 32
const CLIPS = 500
/** A camera that sends nothing for longer than `layout.holdMs` leaves, and joins when it sends again. */
const HOLES_PER_CLIP = 1
const FRAME_MS = 40
const KEYFRAME_MS = 3000
const SEED = 4

const home = process.argv[2] ?? join(import.meta.dirname, '../..')
const { planJob, runToEnd, defaultConf, readJob, parseCfg } = await loadPlanner(home)

const room = { name: 'big', stays: [], width: 1920, height: 1080, fps: 25, kbps: 4000 }
const { cfg, index } = makeJob(room)
const conf = defaultConf()
const { job } = readJob({ cfg: parseCfg({ text: JSON.stringify(cfg), file: '/room/cfg.json' }), conf })
const recordings = Array.from({ length: CLIPS }, (_, i) => recording(i))
const before = process.cpuUsage()
const startedAt = performance.now()
const { timeline, plan } = runToEnd(
  planJob({
    ...{ job, conf, recordings, skipped: 0, images: new Map(), fontFile: '/font.otf', workFolder: '/work' },
    budget: { cores: 2, memoryMb: 8000 },
    attempt: { encoder: 'x264', tolerant: false },
    roomStartMs: index.StartTime,
  }),
)
const { user, system } = process.cpuUsage(before)
process.stdout.write(
  JSON.stringify({
    wallMs: Math.round(performance.now() - startedAt),
    cpuMs: Math.round((user + system) / 1000),
    /** Of the whole process, the recordings' packets included. */
    peakBytes: process.resourceUsage().maxRSS * 1024,
    clips: recordings.length,
    packets: recordings.reduce((sum, { probe }) => sum + probe.video.timesMs.length, 0),
    joinsAndLeaves: joinsAndLeaves(timeline),
    segments: timeline.segments.length,
    commands: plan.video.length,
  }) + '\n',
)

/** One of a person's clips, which follow one another over the whole room. */
function recording(number) {
  const person = number % PEOPLE
  const turn = Math.floor(number / PEOPLE)
  const slotMs = (HOURS * 3_600_000) / Math.ceil(CLIPS / PEOPLE)
  const rnd = (k) => chance(SEED, number * 8 + k)
  const startMs = Math.round(turn * slotMs + rnd(0) * 10_000)
  const lengthMs = Math.round(slotMs - 20_000 - rnd(1) * 20_000)
  const holes = Array.from({ length: HOLES_PER_CLIP }, (_, i) => {
    const fromMs = ((i + 0.2 + rnd(2 + i) * 0.5) * lengthMs) / HOLES_PER_CLIP
    return { fromMs, toMs: fromMs + 5000 + rnd(5) * 20_000 }
  })
  const timesMs = Float64Array.from(
    { length: Math.floor(lengthMs / FRAME_MS) },
    (_, i) => i * FRAME_MS,
  ).filter((ms) => holes.every(({ fromMs, toMs }) => ms <= fromMs || ms >= toMs))
  const keyframesMs = timesMs.filter((ms, i) => i === 0 || ms % KEYFRAME_MS === 0)
  const streamId = `p${person}_1`
  const name = `${streamId}.${turn}.webm`
  const colour = { matrix: 'bt601', range: 'limited' }
  const size = { fromMs: 0, width: 640, height: 360 }
  const clock = {
    ...{
      pace: 'exact',
      jitterMs: 0,
      driftPpm: 0,
      holes: 0,
      holesMs: 0,
      jumpMs: 2,
      firstLateMs: 0,
      longHoles: [],
    },
  }
  const audio = { codec: 'opus', sampleRate: 48000, channels: 2, startMs: 0, endMs: lengthMs, clock }
  const video = { codec: 'vp8', timesMs, keyframesMs: [...keyframesMs], endMs: lengthMs, sizes: [size] }
  return {
    entry: { streamId, name, key: name, startMs: index.StartTime + startMs },
    path: `/room/${name}`,
    version: name,
    probe: { demuxer: 'matroska', video: { ...video, pixelAspect: 1, rotation: 0, colour }, audio },
  }
}

/** How often somebody comes or goes between one layout and the next. */
function joinsAndLeaves({ segments }) {
  const peopleIn = (segment) => new Set(segment.placements.map(({ streamId }) => streamId))
  return segments.slice(1).reduce((sum, segment, i) => {
    const [then, now] = [peopleIn(segments[i]), peopleIn(segment)]
    const missing = (some, others) => [...some].filter((id) => !others.has(id)).length
    return sum + missing(now, then) + missing(then, now)
  }, 0)
}
