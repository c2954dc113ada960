/** Many jobs in one go: each its own process, none of them stopping the others, all of it told at the end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lines, states, useBatch } from '../harness/batch.ts'
import { hasProgram } from '../harness/programs.ts'
import { HOME, JOB_ID, indexOf, until } from '../harness/run-worker.ts'

const bench = useBatch()
const { addJob, addCfg, shim, batchFiles, lastSummary } = bench

/** The most jobs whose logs were being written at one time. */
async function mostAtOnce(jobIds: readonly string[]): Promise<number> {
  const spans = await Promise.all(
    jobIds.map(async (jobId) => {
      const times = (await bench.place.log(jobId)).map(({ time }) => Date.parse(time))
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
  await bench.place.write('jobs/index.json', indexOf())
  // The first two go on when both are there: one at a time would never end.
  const meet = (own: string, other: string) =>
    `${own}) touch met-${own}; while [ ! -e met-${other} ]; do sleep 0.1; done;;`
  const met = await shim(`case "$job" in ${meet('good-1', 'good-2')} ${meet('good-2', 'good-1')} esac`)
  const env = { ...met, OWT_LIMITS_CORES: '5', OWT_LIMITS_MEMORY_MB: '4001' }

  const first = await bench.place.run(['batch', '--jobs', '2', bench.jobs], { env })
  expect(first.code).toBe(1)
  expect(first.stderr).toBe(
    `warning: ${bench.jobs}/index.json is skipped: it is not a job, since it has no Action, Internal and Data\n` +
      '5 jobs, 2 at once, each with 2 cores and 2000 MB\n',
  )
  const summary = await lastSummary()
  const failures = { bad: 'failed 4', lost: 'failed 3' }
  expect(states(summary)).toEqual({
    ...failures,
    ...{ 'good-1': 'done 0', 'good-2': 'done 0', 'good-3': 'done 0' },
  })
  expect(summary).toMatchObject({ version: 1, jobsAtOnce: 2, passedOver: [join(bench.jobs, 'index.json')] })
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
  expect(bad).toMatchObject({ cfgPath: join(bench.jobs, 'bad.json'), error: { code: 'configInvalid' } })
  expect(good).toMatchObject({ output: join(bench.place.bucket, 'out/good-1.mp4'), warnings: 0, skipped: 0 })

  const said = lines(first)
  expect(said.slice(0, 5).map((line) => line.slice(0, 3))).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5'])
  expect(said).toContainEqual(expect.stringMatching(/^\d\/5 bad: failed \(4\): .*bad\.json:\d+:\d+ .*17/))
  expect(said).toContainEqual(expect.stringMatching(/^\d\/5 lost: failed \(3\): no index of job lost was/))
  const path = join(bench.place.bucket, 'out/good-3.mp4')
  expect(said).toContainEqual(
    expect.stringMatching(new RegExp(`^\\d/5 good-3: done in .*, [\\d.]+ times real time, ${path}$`)),
  )
  expect(said.at(-2)).toMatch(/^5 jobs in .*: 3 done, 2 failed; .*\/log\/batch-.*\.json$/)

  const all = ['bad', 'good-1', 'good-2', 'good-3', 'lost']
  expect(await mostAtOnce(all)).toBe(2)
  const budgets = (await bench.place.log('good-1')).filter(({ msg }) => msg === 'job read')
  expect(budgets).toMatchObject([{ budget: { cores: 2, memoryMb: 2000 } }])

  const before = await bench.place.bucketFiles()
  await addJob('bad')
  await addJob('lost')
  const second = await bench.place.run(['batch', '--jobs', '2', bench.jobs], { env })
  expect(second.code).toBe(0)
  expect(states(await lastSummary())).toEqual({
    ...{ bad: 'done 0', lost: 'done 0' },
    ...{ 'good-1': 'unchanged 0', 'good-2': 'unchanged 0', 'good-3': 'unchanged 0' },
  })
  expect(lines(second)).toContainEqual(
    expect.stringMatching(new RegExp(`^\\d/5 good-3: unchanged since it was done, ${path}$`)),
  )
  const after = await bench.place.bucketFiles()
  const kept = Object.keys(before).filter((name) => name.startsWith('out/'))
  expect(kept).toHaveLength(3)
  for (const name of kept) expect(after[name]).toBe(before[name])
  expect(await batchFiles()).toHaveLength(2)
  expect(await bench.place.workLeft()).toEqual([])
})

it('two files of one job are named, and run one after the other', async () => {
  const under = (name: string) => ({
    RecordingConfig: { StorageConfig: { Bucket: '../bucket', FileNamePrefix: `out/${name}.mp4` } },
  })
  await addJob(JOB_ID, under('a'), 'a.json')
  await addJob(JOB_ID, under('b'), 'b.json')
  await bench.place.write('list.txt', '# both\njobs/a.json\njobs/b.json\njobs/gone.json\n')
  const ended = await bench.place.run(['batch', '--jobs=3', 'list.txt'])
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.stderr).toContain(
    `warning: ${bench.jobs}/a.json, ${bench.jobs}/b.json all have the JobId ${JOB_ID}: they are run one after the other, and only the last`,
  )
  const { jobs: all } = await lastSummary()
  expect(all.map(({ status, output }) => [status, output])).toEqual([
    ['done', join(bench.place.bucket, 'out/a.mp4')],
    ['done', join(bench.place.bucket, 'out/b.mp4')],
    ['failed', undefined],
  ])
  expect(all[2]?.error).toMatchObject({ code: 'fileMissing' })
})

it('starts nothing where something is wrong with the whole of it', async () => {
  await addJob('job-1')
  const conf = await bench.place.write('conf.json', { limits: { cores: 'many' } })
  const bad = await bench.place.run(['batch', '--conf', conf, bench.jobs])
  expect(bad).toMatchObject({ code: 1, stdout: '' })
  expect(bad.stderr).toMatch(/^error: .*conf\.json:\d+:\d+ limits\.cores: /)
  const none = await bench.place.run(['batch', bench.jobs, 'nowhere'])
  const path = join(bench.place.folder, 'nowhere')
  expect(none).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: ${path}: there is no such file; check the path\n`,
  })
  await bench.place.write('log', 'no folder')
  const noLog = await bench.place.run(['batch', bench.jobs])
  expect(noLog).toMatchObject({ code: 1, stdout: '' })
  expect(noLog.stderr).toMatch(/^error: .*\/log/)
  expect(await bench.place.workLeft()).toEqual([])
})

it.skipIf(!hasProgram('script'))(
  'shows how far each running job is on a terminal, within its width',
  async () => {
    const { place, jobs } = bench
    const names = ['room-a', 'room-b']
    for (const jobId of names) await addJob(jobId)
    // Each makes a fifth of its picture, and the rest when a file named "go" is there.
    const progress = "printf 'frame=5\\nout_time_us=500000\\nprogress=continue\\n' >&2"
    const env = await shim(
      `case "$*" in *video-1.mp4*) while [ ! -e go ]; do ${progress}; sleep 0.1; done;; esac`,
    )
    const drawn = join(place.folder, 'drawn')
    const line = `stty cols 80; '${process.execPath}' '${HOME}/bin/owt-main' batch --jobs 2 --log-dir '${place.logDir}' --work-dir '${place.workDir}' '${jobs}'`
    const terminal = spawn('script', ['-qefc', line, drawn], {
      stdio: 'ignore',
      env: { ...process.env, ...env, OWT_FFMPEG_SANDBOX: 'off', LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    })
    const closed = once(terminal, 'close')
    const both = /0 of 2 ended, running: room-a \([^)]*20 %[^)]*\), room-b \([^)]*20 %[^)]*\)/
    await until('both are shown', async () => both.test(await readFile(drawn, 'utf8').catch(() => '')))
    await place.write('go', '')
    expect(await closed).toEqual([0, null])
    for (const row of (await readFile(drawn, 'utf8')).split(/[\r\n]|\x1b\[2K/)) {
      if (row.includes('ended, running:')) expect(row.length).toBeLessThan(80)
    }
  },
)
