/** Many jobs in one go: each its own process, none of them stopping the others, all of it told at the end. */
import { chmod, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BatchSummary } from '../../src/batch/summary.ts'
import { ffmpegPath } from '../harness/run-ffmpeg.ts'
import {
  type Changes,
  type Ended,
  JOB_ID,
  type Workplace,
  cfgOf,
  furnish,
  indexOf,
  makeWorkplace,
  until,
} from '../harness/run-worker.ts'

let place: Workplace
let jobs: string
beforeEach(async () => {
  place = await makeWorkplace()
  await furnish(place)
  jobs = join(place.folder, 'jobs')
  return () => place.remove()
})

/** A job of the small room in the folder of jobs. Its index lies in the bucket. */
async function addJob(jobId: string, changes: Changes = {}, file = `${jobId}.json`): Promise<void> {
  await addCfg(jobId, changes, file)
  await place.write(`bucket/${jobId}.json`, { ...indexOf(), JobId: jobId })
}

async function addCfg(jobId: string, changes: Changes = {}, file = `${jobId}.json`): Promise<void> {
  const StorageConfig = { Bucket: '../bucket' }
  const cfg = cfgOf({ Internal: { JobId: jobId }, Data: { RecordingConfig: { StorageConfig }, ...changes } })
  await place.write(`jobs/${file}`, cfg)
}

/** An ffmpeg that does this first. `$job` is the job whose files it was given. */
async function shim(script: string): Promise<Record<string, string>> {
  const text = [
    '#!/bin/sh',
    `cd "${place.folder}"`,
    `job=$(printf '%s' "$*" | sed -n 's|.*${place.workDir}/\\([a-z0-9-]*\\)/.*|\\1|p' | head -n 1)`,
    script,
    `exec "${ffmpegPath()}" "$@"`,
  ]
  const path = await place.write('ffmpeg', text.join('\n'))
  await chmod(path, 0o755)
  return { FFMPEG_PATH: path }
}

const batchFiles = async () =>
  (await readdir(place.logDir)).filter((name) => name.startsWith('batch-')).sort()

async function lastSummary(): Promise<BatchSummary> {
  const name = (await batchFiles()).at(-1) ?? ''
  return JSON.parse(await readFile(join(place.logDir, name), 'utf8')) as BatchSummary
}

const states = ({ jobs }: BatchSummary) =>
  Object.fromEntries(jobs.map(({ jobId, status, exitCode }) => [jobId, `${status} ${exitCode}`]))

const lines = ({ stdout }: Ended) => stdout.split('\n')

/** The most jobs whose logs were being written at one time. */
async function mostAtOnce(jobIds: readonly string[]): Promise<number> {
  const spans = await Promise.all(
    jobIds.map(async (jobId) => {
      const times = (await place.log(jobId)).map(({ time }) => Date.parse(time))
      return { start: times[0] ?? 0, end: times.at(-1) ?? 0 }
    }),
  )
  return Math.max(
    ...spans.map(({ start: at }) => spans.filter(({ start, end }) => start <= at && at < end).length),
  )
}

it('runs the good ones, names the bad ones, and goes on when it is run again', async () => {
  for (const jobId of ['good-1', 'good-2', 'good-3']) await addJob(jobId)
  await addJob('bad', { MixerConfig: { MixedVideoLayout: 17 } })
  await addCfg('lost')
  await place.write('jobs/index.json', indexOf())
  // The first two go on when both are there: one at a time would never end.
  const meet = (own: string, other: string) =>
    `${own}) touch met-${own}; while [ ! -e met-${other} ]; do sleep 0.02; done;;`
  const met = await shim(`case "$job" in ${meet('good-1', 'good-2')} ${meet('good-2', 'good-1')} esac`)
  const env = { ...met, OWT_LIMITS_CORES: '5', OWT_LIMITS_MEMORY_MB: '4001' }

  const first = await place.run(['batch', '--jobs', '2', jobs], { env })
  expect(first.code).toBe(1)
  expect(first.stderr).toBe(
    `warning: ${jobs}/index.json is passed over: it is no job, for it has no Action, Internal and Data\n` +
      '5 jobs, 2 at once, each with 2 cores and 2000 MB\n',
  )
  const summary = await lastSummary()
  const failures = { bad: 'failed 4', lost: 'failed 3' }
  expect(states(summary)).toEqual({
    ...failures,
    ...{ 'good-1': 'done 0', 'good-2': 'done 0', 'good-3': 'done 0' },
  })
  expect(summary).toMatchObject({ version: 1, jobsAtOnce: 2, passedOver: [join(jobs, 'index.json')] })
  expect(summary.totals).toMatchObject({
    jobs: 5,
    done: 3,
    unchanged: 0,
    failed: 2,
    stopped: 0,
    notStarted: 0,
  })
  expect(summary.endedAt).not.toBeNull()
  const [bad, good] = summary.jobs
  expect(bad).toMatchObject({ cfgPath: join(jobs, 'bad.json'), error: { code: 'configInvalid' } })
  expect(good).toMatchObject({ output: join(place.bucket, 'out/good-1.mp4'), warnings: 0, skipped: 0 })

  const said = lines(first)
  expect(said.slice(0, 5).map((line) => line.slice(0, 3))).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5'])
  expect(said).toContainEqual(expect.stringMatching(/^\d\/5 bad: failed \(4\): .*bad\.json:\d+:\d+ .*17/))
  expect(said).toContainEqual(expect.stringMatching(/^\d\/5 lost: failed \(3\): no index of job lost was/))
  const path = join(place.bucket, 'out/good-3.mp4')
  expect(said).toContainEqual(
    expect.stringMatching(new RegExp(`^\\d/5 good-3: done in .*, [\\d.]+ times real time, ${path}$`)),
  )
  expect(said.at(-2)).toMatch(/^5 jobs in .*: 3 done, 2 failed; .*\/log\/batch-.*\.json$/)

  const all = ['bad', 'good-1', 'good-2', 'good-3', 'lost']
  expect(await mostAtOnce(all)).toBe(2)
  const budgets = (await place.log('good-1')).filter(({ msg }) => msg === 'job read')
  expect(budgets).toMatchObject([{ budget: { cores: 2, memoryMb: 2000 } }])

  const before = await place.bucketFiles()
  await addJob('bad')
  await addJob('lost')
  const second = await place.run(['batch', '--jobs', '2', jobs], { env })
  expect(second.code).toBe(0)
  expect(states(await lastSummary())).toEqual({
    ...{ bad: 'done 0', lost: 'done 0' },
    ...{ 'good-1': 'unchanged 0', 'good-2': 'unchanged 0', 'good-3': 'unchanged 0' },
  })
  expect(lines(second)).toContainEqual(
    expect.stringMatching(new RegExp(`^\\d/5 good-3: unchanged since it was done, ${path}$`)),
  )
  const after = await place.bucketFiles()
  const kept = Object.keys(before).filter((name) => name.startsWith('out/'))
  expect(kept).toHaveLength(3)
  for (const name of kept) expect(after[name]).toBe(before[name])
  expect(await batchFiles()).toHaveLength(2)
  expect(await place.workLeft()).toEqual([])
})

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('starts no more jobs, stops those that run, and says so', async () => {
    for (const jobId of ['job-1', 'job-2', 'job-3']) await addJob(jobId)
    const env = await shim('case "$job" in job-*) touch "at-$job"; [ -e free ] || exec sleep 600;; esac')
    const { child, ended } = place.start(['batch', '--jobs=2', jobs], { env, ownGroup: true })
    await until('two jobs run', async () => {
      const names = await readdir(place.folder)
      return names.includes('at-job-1') && names.includes('at-job-2')
    })
    // One to the batch alone, as from an operator; the other to all of it, as from a terminal.
    process.kill(signal === 'SIGTERM' ? child.pid : -child.pid, signal)
    const code = signal === 'SIGTERM' ? 143 : 130
    const stopped = await ended
    expect(stopped).toMatchObject({ code })
    const summary = await lastSummary()
    expect(states(summary)).toEqual({
      ...{ 'job-1': `stopped ${code}`, 'job-2': `stopped ${code}`, 'job-3': 'notStarted null' },
    })
    expect(summary).toMatchObject({ stoppedBy: signal, totals: { stopped: 2, notStarted: 1 } })
    expect(lines(stopped).at(-2)).toMatch(/^3 jobs in .*: 2 stopped, 1 not started; /)
    expect(await place.processes()).toEqual([])

    await place.write('free', '')
    const again = await place.run(['batch', '--jobs=2', '--json', '--quiet', jobs], { env })
    expect(again).toMatchObject({ code: 0, stderr: '' })
    const printed = JSON.parse(again.stdout) as BatchSummary
    expect(printed).toEqual(await lastSummary())
    expect(printed.totals).toMatchObject({ jobs: 3, done: 3 })
  })
})

it('a batch that is killed takes its workers with it, and they their ffmpegs', async () => {
  for (const jobId of ['job-1', 'job-2']) await addJob(jobId)
  const env = await shim('case "$job" in job-*) touch "at-$job"; exec sleep 600;; esac')
  const { child, ended } = place.start(['batch', '--jobs=2', jobs], { env })
  await until('two jobs run', async () => {
    const names = await readdir(place.folder)
    return names.includes('at-job-1') && names.includes('at-job-2')
  })
  child.kill('SIGKILL')
  await ended
  await until('nothing of it runs', async () => (await place.processes()).length === 0)
  expect(await place.result('job-1')).toMatchObject({ exitCode: 143 })
  expect(await place.result('job-2')).toMatchObject({ exitCode: 143 })
})

it('a job that is killed harms no other', async () => {
  await addJob('job-1')
  await addJob('job-2')
  const env = await shim('case "$job" in job-1) touch pid.$$; exec sleep 600;; esac')
  const { ended } = place.start(['batch', '--jobs=2', join(jobs, '*.json')], { env })
  const pids = async () =>
    (await readdir(place.folder)).flatMap((name) => /^pid\.(\d+)$/.exec(name)?.slice(1).map(Number) ?? [])
  await until('it runs', async () => (await pids()).length > 0)
  const lock = await readFile(join(place.workDir, '.locks/job-1.lock'), 'utf8')
  process.kill((JSON.parse(lock) as { pid: number }).pid, 'SIGKILL')
  const outcome = await ended
  for (const pid of await pids()) process.kill(pid, 'SIGKILL')
  expect(outcome).toMatchObject({ code: 1 })
  const summary = await lastSummary()
  expect(states(summary)).toEqual({ 'job-1': 'failed 137', 'job-2': 'done 0' })
  expect(summary.jobs[0]?.error).toMatchObject({ code: 'batchJobLost' })
})

it('two files of one job are named, and run one after the other', async () => {
  const under = (name: string) => ({
    RecordingConfig: { StorageConfig: { Bucket: '../bucket', FileNamePrefix: `out/${name}.mp4` } },
  })
  await addJob(JOB_ID, under('a'), 'a.json')
  await addJob(JOB_ID, under('b'), 'b.json')
  await place.write('list.txt', '# both\njobs/a.json\njobs/b.json\njobs/gone.json\n')
  const ended = await place.run(['batch', '--jobs=3', 'list.txt'])
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.stderr).toContain(
    `warning: ${jobs}/a.json, ${jobs}/b.json are all of the job ${JOB_ID}: they are run one after the other`,
  )
  const { jobs: all } = await lastSummary()
  expect(all.map(({ status, output }) => [status, output])).toEqual([
    ['done', join(place.bucket, 'out/a.mp4')],
    ['done', join(place.bucket, 'out/b.mp4')],
    ['failed', undefined],
  ])
  expect(all[2]?.error).toMatchObject({ code: 'fileMissing' })
})

it('starts nothing where something is wrong with the whole of it', async () => {
  await addJob('job-1')
  const conf = await place.write('conf.json', { limits: { cores: 'many' } })
  const bad = await place.run(['batch', '--conf', conf, jobs])
  expect(bad).toMatchObject({ code: 1, stdout: '' })
  expect(bad.stderr).toMatch(/^error: .*conf\.json:\d+:\d+ limits\.cores: /)
  const none = await place.run(['batch', jobs, 'nowhere'])
  const path = join(place.folder, 'nowhere')
  expect(none).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: ${path}: there is no such file; check the path\n`,
  })
  await place.write('log', 'no folder')
  const noLog = await place.run(['batch', jobs])
  expect(noLog).toMatchObject({ code: 1, stdout: '' })
  expect(noLog.stderr).toMatch(/^error: .*\/log/)
  expect(await place.workLeft()).toEqual([])
})
