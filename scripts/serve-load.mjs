/**
 * Load of the service: jobs of a second each, posted at once by many connections, while it is killed with -9; each has to
 * be done once. Then GET /healthz while 500 connections are idle, and others send their bodies slowly or only in part.
 *   npm run serve-load -- [--jobs 200] [--connections 20] [--kills 3] [--places 2] [--idle 500] [--requests 0]
 * --requests N then posts N times job.acquire, job.query and job.stop. For memory: --jobs 2000 --kills 0.
 * Needs a build. Prints figures as JSON, with the memory of the service over time; exits with 1 if a job was lost or done
 * twice, or a health check was not answered.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const HOME = join(import.meta.dirname, '..')
const PRESETS = { jobs: '200', connections: '20', kills: '3', places: '2', idle: '500', requests: '0' }
const asked = parseArgs({
  options: Object.fromEntries(
    Object.entries(PRESETS).map(([name, preset]) => [name, { type: 'string', default: preset }]),
  ),
}).values
const [jobs, connections, kills, places, idle, requests] = Object.keys(PRESETS).map((name) =>
  Number(asked[name]),
)

const folder = mkdtempSync(join(tmpdir(), 'owt-load-'))
const bucket = join(folder, 'bucket')
mkdirSync(join(bucket, 'rec'), { recursive: true })
const made = spawnSync(process.env.FFMPEG_PATH ?? 'ffmpeg', [
  ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=5:duration=1'],
  ...[
    '-f',
    'lavfi',
    '-i',
    'sine=duration=1',
    '-c:v',
    'libvpx',
    '-c:a',
    'libopus',
    join(bucket, 'rec/ada.webm'),
  ],
])
if (made.status !== 0) throw new Error(String(made.stderr))
const conf = join(folder, 'conf.json')
const serve = {
  folder: join(folder, 'serve'),
  localRoot: folder,
  jobs: places,
  maxJobs: 100_000,
  requestsPerSecond: 100_000,
  maxConnections: 10_000,
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

/** A second, small. */
function jobOf(n) {
  const JobId = `load-${n}`
  const StartTime = 1_795_320_226_184
  return {
    Action: 'job.start',
    Internal: { JobId, AppId: 'load', RoomId: 'room', Mode: 1 },
    Data: {
      TranscodingConfig: { Video: { Codec: 'h264', Width: 160, Height: 90, Fps: 5, BitRate: 50 } },
      JobConfig: { KeyStream: 'ada_1', IdleTime: 0 },
      RecordingConfig: {
        StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'out/$Jobid.mp4' },
      },
      Index: {
        ...{ JobId, RoomId: 'room', StartTime, Root: 'rec' },
        Files: [{ StreamId: 'ada_1', Name: 'ada.webm', StartTime }],
      },
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

/** Watches the memory of the service in MB, which may be down at the moment. */
const MOST_SHOWN = 24
function watchMemory() {
  const seen = []
  const timer = setInterval(() => {
    try {
      seen.push(rssMb())
    } catch {
      // Killed.
    }
  }, 500)
  return () => {
    clearInterval(timer)
    const every = Math.max(1, Math.ceil(seen.length / MOST_SHOWN))
    return { most: Math.max(...seen), overTime: seen.filter((_, at) => at % every === 0) }
  }
}

async function load() {
  const memory = watchMemory()
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
    rssMb: memory(),
  }
}

async function manyRequests() {
  const memory = watchMemory()
  for (let n = 0; n < requests; n += 1) {
    const Internal = { AppId: 'load', RoomId: 'room', Mode: 1, JobId: `request-${n}` }
    for (const Action of ['job.acquire', 'job.query', 'job.stop']) {
      const { RetCode, Message } = await post({ Action, Internal })
      if (RetCode !== 0) throw new Error(Message)
    }
  }
  return { posted: requests * 3, rssMb: memory() }
}

/** Health checks while others keep connections open: silent, with half a body, with a body of a byte a second. */
async function slowClients() {
  const { hostname, port } = new URL(url)
  const head = 'POST / HTTP/1.1\r\nHost: load\r\nContent-Length: 1000\r\n\r\n'
  const open = async (text) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    if (text !== undefined) socket.write(text)
    return socket
  }
  const openAll = (count, text) => Promise.all(Array.from({ length: count }, () => open(text)))
  const silent = await openAll(idle)
  const half = await openAll(50, `${head}{"Action"`)
  const slow = await openAll(50, head)
  const dripping = setInterval(() => slow.forEach((socket) => socket.destroyed || socket.write(' ')), 1000)
  const ms = []
  let refused = 0
  for (let check = 0; check < 50; check += 1) {
    const before = performance.now()
    const response = await fetch(new URL('/healthz', url))
    await response.text()
    if (response.status !== 200) refused += 1
    ms.push(Math.round(performance.now() - before))
    await pause(100)
  }
  clearInterval(dripping)
  for (const socket of [...silent, ...half, ...slow]) socket.destroy()
  ms.sort((a, b) => a - b)
  return {
    idle,
    half: half.length,
    slow: slow.length,
    checks: ms.length,
    refused,
    medianMs: ms[25],
    mostMs: ms.at(-1),
  }
}

try {
  await start(0)
  const figures = {
    ...(jobs > 0 && (await load())),
    ...(idle > 0 && { health: await slowClients() }),
    ...(requests > 0 && { requests: await manyRequests() }),
  }
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  if (figures.lost || figures.twice || figures.health?.refused) process.exitCode = 1
} finally {
  service.kill('SIGTERM')
  await new Promise((resolve) => service.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}
