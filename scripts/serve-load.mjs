/**
 * Load of the service: jobs posted at once by many connections, while it is killed with -9; each has to be done once.
 *   node scripts/serve-load.mjs [--jobs 200] [--connections 20] [--kills 3] [--places 2] [--requests 0]
 * --requests N then posts N times job.acquire, job.query and job.stop, and prints the memory of the service in between.
 * Needs a build. Prints figures as JSON; exits with 1 if a job was lost or done twice.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const HOME = join(import.meta.dirname, '..')
const asked = parseArgs({
  options: Object.fromEntries(
    Object.entries({ jobs: '200', connections: '20', kills: '3', places: '2', requests: '0' }).map(
      ([name, preset]) => [name, { type: 'string', default: preset }],
    ),
  ),
}).values
const [jobs, connections, kills, places, requests] = [
  'jobs',
  'connections',
  'kills',
  'places',
  'requests',
].map((name) => Number(asked[name]))

const folder = mkdtempSync(join(tmpdir(), 'owt-load-'))
const bucket = join(folder, 'bucket')
mkdirSync(bucket)
cpSync(join(HOME, 'mixer/bucket/urtc'), join(bucket, 'urtc'), { recursive: true })
const demo = JSON.parse(readFileSync(join(HOME, 'mixer/bucket/job-demo-20261122-0001.json'), 'utf8'))
const conf = join(folder, 'conf.json')
const serve = {
  folder: join(folder, 'serve'),
  localRoot: folder,
  jobs: places,
  maxJobs: 100_000,
  requestsPerSecond: 100_000,
}
writeFileSync(conf, JSON.stringify({ serve, logs: { level: 'warn' } }))

let service
let url
async function start(port) {
  service = spawn(
    process.execPath,
    [join(HOME, 'bin/owt-main'), 'serve', `--port=${port}`, `--conf=${conf}`],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  url = await new Promise((resolve, reject) => {
    let said = ''
    service.once('exit', () => reject(new Error(`the service has ended: ${said}`)))
    service.stderr.on('data', (bytes) => {
      said += bytes
      const [, found] = /listening on (\S+),/.exec(said) ?? []
      if (found) resolve(found)
    })
  })
}

/** Until it is answered: the service may be down at the moment. */
async function post(body) {
  for (;;) {
    try {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
      return await response.json()
    } catch {
      await pause(50)
    }
  }
}

/** A second of the room, small. */
function jobOf(n) {
  const JobId = `load-${n}`
  const [first] = demo.Files
  return {
    Action: 'job.start',
    Internal: { JobId, AppId: 'load', RoomId: 'room', Mode: 1 },
    Data: {
      TranscodingConfig: { Video: { Codec: 'h264', Width: 160, Height: 90, Fps: 5, BitRate: 50 } },
      JobConfig: { KeyStream: first.StreamId, IdleTime: 0 },
      RecordingConfig: {
        StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'out/$Jobid.mp4' },
      },
      Index: { ...demo, JobId, Files: demo.Files.slice(-1) },
    },
  }
}

const rssMb = () =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))[1]) / 1024)
const statesOf = (n) => {
  try {
    const text = readFileSync(join(serve.folder, '~open/jobs', `load-${n}`, 'events.jsonl'), 'utf8')
    return [...text.matchAll(/"kind":"state","state":"(\w+)"/g)].map(([, state]) => state)
  } catch {
    return []
  }
}

async function load() {
  const all = Array.from({ length: jobs }, (_, n) => n)
  const waiting = [...all]
  const posting = Promise.all(
    Array.from({ length: connections }, async () => {
      const codes = []
      for (let n = waiting.shift(); n !== undefined; n = waiting.shift())
        codes.push((await post(jobOf(n))).RetCode)
      return codes
    }),
  )
  const port = new URL(url).port
  for (let kill = 1; kill <= kills; kill += 1) {
    const due = (jobs * kill) / (kills + 1)
    while (all.filter((n) => statesOf(n).includes('done')).length < due) await pause(200)
    const gone = new Promise((resolve) => service.once('exit', resolve))
    service.kill('SIGKILL')
    await gone
    await start(port)
  }
  const codes = (await posting).flat()
  const ended = ['done', 'failed', 'stopped', 'unchanged']
  while (!all.every((n) => ended.includes(statesOf(n).at(-1)))) await pause(200)
  const states = all.map(statesOf)
  const done = states.map((one) => one.filter((state) => state === 'done').length)
  return {
    jobs,
    connections,
    kills,
    // A request whose answer the kill swallowed is sent again, and answered 2.
    answered: codes.reduce((sum, code) => ({ ...sum, [code]: (sum[code] ?? 0) + 1 }), {}),
    doneOnce: done.filter((count) => count === 1).length,
    lost: done.filter((count) => count === 0).length,
    twice: done.filter((count) => count > 1).length,
    runs: states.flat().filter((state) => state === 'running').length,
    files: readdirSync(join(bucket, 'out')).filter((name) => name.endsWith('.mp4')).length,
    rssMb: rssMb(),
  }
}

async function manyRequests() {
  const memory = [rssMb()]
  for (let n = 0; n < requests; n += 1) {
    const Internal = { AppId: 'load', RoomId: 'room', Mode: 1, JobId: `request-${n}` }
    for (const Action of ['job.acquire', 'job.query', 'job.stop']) {
      const { RetCode, Message } = await post({ Action, Internal })
      if (RetCode !== 0) throw new Error(Message)
    }
    if ((n + 1) % Math.ceil(requests / 5) === 0) memory.push(rssMb())
  }
  return { requests: requests * 3, rssMb: memory }
}

try {
  await start(0)
  const figures = { ...(jobs > 0 && (await load())), ...(requests > 0 && (await manyRequests())) }
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  if (figures.lost || figures.twice) process.exitCode = 1
} finally {
  service.kill('SIGTERM')
  await new Promise((resolve) => service.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}
