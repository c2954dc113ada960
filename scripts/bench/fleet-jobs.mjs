/** Jobs and workers of a fleet as processes that are measured: when they ran, what CPU they and their children took. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { running } from './measure.mjs'
import { busyMs, parseStat, read, treeOf } from './proc.mjs'

const LOOK_EVERY_MS = 20
const PATIENCE_MS = 120_000
const now = () => performance.timeOrigin + performance.now()

export const queueOfBench = ({ url }) => ({ OWT_FLEET_QUEUE: url, OWT_FLEET_ALONE_MS: '600000' })

export function foldersOf({ cache }) {
  const folder = join(cache, 'run/fleet')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return {
    logs: join(folder, 'logs'),
    args: ['--work-dir', join(folder, 'work'), '--log-dir', join(folder, 'logs')],
  }
}

/** Starts a job, on the first two cores. */
export function startRun({ worker, ffmpeg, fleetCores }, job, env, { args }) {
  const argv = [join(worker, 'bin/owt-main'), '--quiet', '--force', ...args, job.cfgPath]
  const startedAt = now()
  const child = spawn('taskset', ['-c', '0,1', process.execPath, ...argv], {
    env: { ...process.env, FFMPEG_PATH: ffmpeg, OWT_LIMITS_FLEET_CORES: String(fleetCores), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  running.add(child.pid)
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr = (stderr + chunk).slice(-4000)))
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child.pid)
    return { code, stderr, endedAt: now() }
  })
  return { child, startedAt, ended }
}

/** Runs a job to its end. @param pids of other processes that belong to it */
export async function runJob(bench, job, env, pids = []) {
  const folders = foldersOf(bench)
  const before = {
    busyMs: busyMs(),
    bench: process.cpuUsage(),
    pids: pids.map(wholeCpu),
    s3: treeCpu(bench.s3.pid),
  }
  const { child, startedAt, ended } = startRun(bench, job, env, folders)
  let last = cpuOf(child.pid)
  const timer = setInterval(
    () => (last = read(child.pid, 'stat') === '' ? last : cpuOf(child.pid)),
    LOOK_EVERY_MS,
  )
  const { code, stderr, endedAt } = await ended
  clearInterval(timer)
  if (code !== 0) throw new Error(`${job.jobId} ended with ${code}\n${stderr}`)
  const name = readdirSync(folders.logs).find((one) => one.endsWith('.log'))
  const { user, system } = process.cpuUsage(before.bench)
  const own = last.own + last.children + (user + system) / 1000 + treeCpu(bench.s3.pid) - before.s3
  const others = sum(pids.map((pid, i) => wholeCpu(pid) - before.pids[i]))
  const othersShare =
    Math.max(0, busyMs() - before.busyMs - own - others) / ((endedAt - startedAt) * bench.cores)
  return {
    ...{ startedAt, endedAt, node: last.own, children: last.children, othersShare },
    log: readFileSync(join(folders.logs, name), 'utf8'),
  }
}

/** Starts a worker on one core. */
export async function startWorker({ worker, ffmpeg, redis, s3, cache }, core) {
  const folder = join(cache, `run/worker-${core}`)
  rmSync(folder, { recursive: true, force: true })
  const argv = [join(worker, 'bin/owt-main'), 'work', '--work-dir', folder]
  const child = spawn('taskset', ['-c', String(core), process.execPath, ...argv], {
    env: {
      ...{ ...process.env, FFMPEG_PATH: ffmpeg, ...queueOfBench(redis) },
      ...{
        OWT_LIMITS_CORES: '1',
        OWT_FLEET_TASKS: '1',
        OWT_STORAGE_CREDENTIALS_FOR: JSON.stringify([s3.endpoint]),
      },
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  running.add(child.pid)
  let text = ''
  child.stderr.on('data', (chunk) => (text += chunk))
  const gone = once(child, 'close').then(() => running.delete(child.pid))
  await until('a worker takes tasks', () => text.includes('takes tasks'))
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
  }
  return { pid: child.pid, said: () => text, stop }
}

export async function until(what, found) {
  const giveUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    const it = await found()
    if (it) return it
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`)
    await wait(5)
  }
}

export const cpuOf = (pid) => {
  const { ownMs, childrenMs } = parseStat(read(pid, 'stat') || ') '.padEnd(60, '0 '))
  return { own: ownMs, children: childrenMs }
}
const wholeCpu = (pid) => cpuOf(pid).own + cpuOf(pid).children
export const treeCpu = (pid) => sum(treeOf(pid).map((one) => cpuOf(one).own))
export const minus = (a, b) => ({ own: a.own - b.own, children: a.children - b.children })
export const sum = (values) => values.reduce((a, b) => a + b, 0)
