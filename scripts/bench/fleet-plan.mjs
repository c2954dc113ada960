/** The worker's own planner on a room of which only packet times are known: how it is cut, and what each chunk costs. */
import { load, loadPlanner } from './dist.mjs'
import { makeJob } from './job.mjs'
import { FULL_HD } from './workloads.mjs'

/** As the benchmark's cameras send. */
const PICTURES_PER_SECOND = 27
const MEMORY_MB_PER_CORE = 4000

/**
 * @param {object} options
 * @param {string} options.worker home of the worker
 * @param {ReturnType<import('./fleet-room.mjs').plannedPeople>} options.people
 * @param {number} options.minutes
 * @returns what plans it and costs it, in the planner's unit of work: a decoded pixel
 */
export async function planner({ worker, people, minutes }) {
  const { planJob, runToEnd, defaultConf, readJob, parseCfg } = await loadPlanner(worker)
  const [{ chunkRules }, { cutChunks }, { cutCosts, totalWork }, chunkTimes, { soundWork }] =
    await Promise.all([
      load(worker, 'plan/budget.js'),
      load(worker, 'plan/chunks.js'),
      load(worker, 'plan/cut-costs.js'),
      load(worker, 'plan/chunk-time.js'),
      load(worker, 'plan/sound-work.js'),
    ])
  const room = { name: 'planned', stays: [], lengthMs: minutes * 60_000, ...FULL_HD }
  const { cfg, index } = makeJob(room)
  const conf = defaultConf()
  const { job } = readJob({ cfg: parseCfg({ text: JSON.stringify(cfg), file: '/room/cfg.json' }), conf })
  const recordings = people.map((person) => recordingOf(person, index.StartTime))
  const budgetOf = (cores) => ({ cores, memoryMb: MEMORY_MB_PER_CORE * cores })
  const startedAt = performance.now()
  const { timeline } = runToEnd(
    planJob({
      ...{ job, conf, recordings, skipped: 0, images: new Map(), toneMaps: false, decodesAlpha: false },
      budget: budgetOf(2),
      attempt: { encoder: 'x264', tolerant: false },
      roomStartMs: index.StartTime,
    }),
  )
  const planMs = performance.now() - startedAt
  const { shots } = timeline
  const { canvas } = job
  const costs = cutCosts({ shots, canvas })
  const { chunk } = chunkTimes.withLeads(costs)
  const sound = soundWork(timeline, minutes * 60_000)
  return {
    people,
    planMs,
    /** How a fleet of such machines cuts it, and each chunk's times, the encoder's threads included. */
    chunks({ machines, cores }) {
      const limits = { ...conf.limits, fleetCores: machines * cores }
      const rules = chunkRules({ budget: budgetOf(cores), canvas, limits, encoder: 'x264' })
      const chunks = runToEnd(cutChunks({ shots, costs, rules, soundWork: sound }))
      const uncut = totalWork(costs.chunk(0, costs.endFrame))
      const ranges = chunks.map((one) => [one.shots[0].startFrame, one.shots.at(-1).endFrame])
      const sum = ranges.reduce((total, range) => total + totalWork(costs.chunk(...range)), 0)
      const of = chunks.length
      const times = ranges.map((range, i) => chunkTimes.chunkTime(chunk(...range), i + 1, { of, rules }))
      return {
        walls: times.map(({ wall }) => wall),
        cpus: times.map(({ cpu }) => cpu),
        places: rules.fleetAtOnce,
        redecoded: sum / uncut - 1,
      }
    },
  }
}

function recordingOf({ user, codec, width, height, fromMs, durationMs, keysMs }, roomStartMs) {
  const count = Math.floor((durationMs / 1000) * PICTURES_PER_SECOND)
  const timesMs = Float64Array.from({ length: count }, (_, i) => (i * 1000) / PICTURES_PER_SECOND)
  // A keyframe is the first picture from when it was asked for.
  const keyframesMs = keysMs.map((ms) => Math.ceil((ms * PICTURES_PER_SECOND) / 1000 - 1e-9))
  const clock = {
    ...{ pace: 'exact', jitterMs: 0, driftPpm: 0, holes: 0, holesMs: 0, jumpMs: 2, firstLateMs: 0 },
    longHoles: [],
  }
  const video = {
    ...{ codec, timesMs, endMs: durationMs, sizes: [{ fromMs: 0, width, height }] },
    keyframesMs: keyframesMs.map((i) => timesMs[i]).filter((ms) => ms !== undefined),
    ...{ pixelAspect: 1, rotation: 0, colour: { matrix: 'bt601', range: 'limited' } },
  }
  const audio = { codec: 'opus', sampleRate: 48000, channels: 1, startMs: 0, endMs: durationMs, clock }
  const name = `${user}.webm`
  return {
    entry: { streamId: `${user}_1`, name, key: name, startMs: roomStartMs + fromMs },
    path: `/room/${name}`,
    version: name,
    probe: { demuxer: 'matroska', video, audio },
  }
}
