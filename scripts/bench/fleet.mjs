/**
 * What a fleet and its queue take, on this machine: workers with one core each, the tests' Redis and S3 server. Then a
 * model of more machines, from what was measured.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  cpuOf,
  foldersOf,
  minus,
  queueOfBench,
  runJob,
  startRun,
  startWorker,
  sum,
  treeCpu,
  until,
} from './fleet-jobs.mjs'
import { lines, tasksOf } from './fleet-log.mjs'
import { modelFleet } from './fleet-model.mjs'
import { planner } from './fleet-plan.mjs'
import { QUICK, WHOLE, fleetRoom, plannedPeople } from './fleet-room.mjs'
import { BUCKET, startServices } from './fleet-services.mjs'
import { output } from './inspect.mjs'
import { makeRoom } from './media.mjs'
import { partsOf } from './parts.mjs'
import { median, spread } from './statistics.mjs'

const POSTS = 3

/**
 * @param {object} around
 * @param {string} around.home of this project
 * @param {string} around.worker home of the worker
 * @param {string} around.cache
 * @param {string} around.ffmpeg
 * @param {number} around.cores
 * @param {number} around.turns
 * @param {boolean} around.quick
 * @param {(text: string) => void} around.say
 */
export async function measureFleet(around) {
  const { home, cache, quick, turns, say } = around
  const size = quick ? QUICK : WHOLE
  const { minutes, chunks } = size
  const made = await makeRoom(fleetRoom(size), around)
  const small = await makeRoom(fleetRoom({ ...size, minutes: 1 }), around)
  const services = await startServices({ home, cache })
  try {
    const jobs = { room: await place(made, services.s3), small: await place(small, services.s3) }
    const bench = { ...around, ...services, fleetCores: chunks }
    const runs = { alone: [], one: [], two: [] }
    const ways = {
      alone: () => runAlone(bench, jobs.room),
      one: () => runFleet(bench, jobs.room, 1),
      two: () => runFleet(bench, jobs.room, 2),
    }
    // One worker takes longest and says least: once.
    const inTurn = Array.from({ length: turns }, (_, i) => (i % 2 ? ['two', 'alone'] : ['alone', 'two']))
    for (const name of ['one', ...inTurn.flat()]) {
      const done = await ways[name]()
      runs[name].push(done)
      const { wallMs, cpuMs } = done
      say(`${name}: ${seconds(wallMs)} s, CPU ${seconds(cpuMs.node + cpuMs.ffmpeg)} s`)
    }
    const posts = await postAndEnd(bench, jobs.small, POSTS)
    const hashes = new Set([...runs.alone, ...runs.one, ...runs.two].map(({ hash }) => hash))
    const figures = { minutes, fleetCores: chunks, bytes: jobs.room.bytes, ...runs, posts }
    const model = await modelOf(around, figures)
    return { ...figures, queue: queueOf(figures), isSame: hashes.size === 1, model }
  } finally {
    await services.stop()
  }
}

const seconds = (ms) => (ms / 1000).toFixed(1)

/** Puts a room into the bucket. @returns the job there */
async function place(made, s3) {
  let bytes = 0
  for (const { key, name } of made.files) {
    const path = made.recordings.get(name)
    bytes += statSync(path).size
    await s3.put(key, readFileSync(path))
  }
  await s3.put(`${made.jobId}.json`, JSON.stringify(made.index))
  const { endpoint, region, credentials } = s3
  const cfg = structuredClone(made.cfg)
  cfg.Data.RecordingConfig.StorageConfig = {
    ...{ Vendor: 's3', Endpoint: endpoint, Region: region, Bucket: BUCKET },
    ...{ PublicKey: credentials.accessKeyId, SecretKey: credentials.secretAccessKey },
    FileNamePrefix: 'output/$Jobid.mp4',
  }
  const cfgPath = join(made.folder, 'cfg-s3.json')
  writeFileSync(cfgPath, JSON.stringify(cfg))
  return { cfgPath, jobId: made.jobId, key: made.output, bytes }
}

/** The same chunks in one process on two cores, without a queue. */
async function runAlone(bench, job) {
  const done = await runJob(bench, job, { OWT_LIMITS_CORES: '2' })
  const { log, startedAt, endedAt, node, children } = done
  return {
    ...{ wallMs: endedAt - startedAt, cpuMs: { node, ffmpeg: children }, parts: partsOf(log, done) },
    ...{ othersShare: done.othersShare, hash: await filmHash(bench, job), tasks: tasksOf(log) },
  }
}

/** @param {number} count of workers, each on a core of its own */
async function runFleet(bench, job, count) {
  const { redis, s3 } = bench
  await redis.client.flushall()
  const workers = []
  try {
    for (let core = 0; core < count; core++) workers.push(await startWorker(bench, core))
    const pids = [...workers.map(({ pid }) => pid), redis.pid]
    const before = pids.map(cpuOf)
    const s3Before = treeCpu(s3.pid)
    const done = await runJob(bench, job, { OWT_LIMITS_CORES: '1', ...queueOfBench(redis) }, pids)
    const spent = pids.map((pid, i) => minus(cpuOf(pid), before[i]))
    const s3Ms = treeCpu(s3.pid) - s3Before
    const { startedAt, endedAt, log } = done
    const redisMs = spent.pop().own
    const tasks = workers.flatMap(({ said }) => tasksOf(said()))
    const posted = await postedAt(redis.client)
    const fetched = lines(log).filter(({ msg }) => msg === 'fetched')
    const lastAt = Math.max(...fetched.map(({ time }) => Date.parse(time)))
    return {
      wallMs: endedAt - startedAt,
      cpuMs: {
        node: done.node + sum(spent.map(({ own }) => own)),
        ffmpeg: done.children + sum(spent.map(({ children }) => children)),
        redis: redisMs,
        s3: s3Ms,
      },
      beforeMs: posted - startedAt,
      tasksMs: lastAt - posted,
      afterMs: endedAt - lastAt,
      ...{ othersShare: done.othersShare, hash: await filmHash(bench, job), tasks },
    }
  } finally {
    for (const { stop } of workers) await stop()
  }
}

/** From a task's post to its ffmpeg, on a worker that waits and has the recordings, a job of a minute each time. */
async function postAndEnd(bench, job, times) {
  const worker = await startWorker(bench, 0)
  const posts = []
  try {
    for (let time = 0; time <= times; time++) {
      await bench.redis.client.flushall()
      const before = worker.said().length
      const folders = foldersOf(bench)
      const env = { OWT_LIMITS_CORES: '1', ...queueOfBench(bench.redis) }
      const { child, startedAt, ended } = startRun(bench, job, env, folders)
      const posted = await until('a task is posted', () => postedAt(bench.redis.client))
      // One of the job before may still be ending.
      const isOf = (task) => task.startedAt >= posted
      const task = await until('it begins', () => tasksOf(worker.said().slice(before), true).find(isOf))
      child.kill('SIGTERM')
      await ended
      // The first fetches the recordings.
      const post = { postMs: task.startedAt - posted, commandMs: task.startedAt - startedAt }
      posts.push({ ...post, isCold: time === 0 })
    }
  } finally {
    await worker.stop()
  }
  return posts
}

/** When the first task was put on the queue, by Redis's clock, which is this machine's: Unix ms; undefined before. */
async function postedAt(client) {
  const [name] = await client.keys('*:events')
  const events = name === undefined ? [] : await client.xrange(name, '-', '+')
  const added = events.find(([, fields]) => fields.includes('added'))
  return added && Number(added[0].split('-')[0])
}

/** A hash of the packets of the finished film. */
async function filmHash({ s3, ffmpeg, cache }, { key }) {
  const path = join(cache, 'run/film.mp4')
  writeFileSync(path, await s3.get(key))
  const args = ['-v', 'error', '-i', path, '-map', '0:V', '-map', '0:a', '-c', 'copy', '-f', 'framecrc', '-']
  return createHash('sha256')
    .update(await output(ffmpeg, args))
    .digest('hex')
}

/** What the queue costs: the worker's processes and Redis, as a share of all CPU of the job without it. */
function queueOf({ alone, one, two, posts }) {
  const known = median(alone.map(({ cpuMs }) => cpuMs.node + cpuMs.ffmpeg))
  const nodeMs = median(alone.map(({ cpuMs }) => cpuMs.node))
  const shareOf = (runs) => spread(runs.map(({ cpuMs }) => (cpuMs.node + cpuMs.redis - nodeMs) / known))
  const warm = posts.filter(({ isCold }) => !isCold)
  return {
    share: { one: shareOf(one), two: shareOf(two) },
    postMs: spread(warm.map(({ postMs }) => postMs)),
    commandMs: spread(warm.map(({ commandMs }) => commandMs)),
    coldPostMs: posts.find(({ isCold }) => isCold).postMs,
  }
}

async function modelOf({ worker }, figures) {
  const plan = (minutes, keyframes) => planner({ worker, minutes, people: plannedPeople(minutes, keyframes) })
  const measured = await plan(figures.minutes, 'minute')
  const hours = { minute: await plan(60, 'minute'), sparse: await plan(60, 'sparse') }
  return modelFleet({ figures, measured, hours })
}
