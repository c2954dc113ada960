/** A batch that is stopped or killed, and one of its jobs that is. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BatchSummary } from '../../src/batch/summary.ts'
import { lines, states, useBatch } from '../harness/batch.ts'
import { until } from '../harness/run-worker.ts'

const bench = useBatch()
const { addJob, shim, lastSummary } = bench

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('starts no more jobs, stops those that run, and says so', async () => {
    for (const jobId of ['job-1', 'job-2', 'job-3']) await addJob(jobId)
    const env = await shim('case "$job" in job-*) touch "at-$job"; [ -e free ] || exec sleep 600;; esac')
    const { child, ended } = bench.place.start(['batch', '--jobs=2', bench.jobs], { env, ownGroup: true })
    await until('two jobs run', async () => {
      const names = await readdir(bench.place.folder)
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
    expect(await bench.place.processes()).toEqual([])

    await bench.place.write('free', '')
    const again = await bench.place.run(['batch', '--jobs=2', '--json', '--quiet', bench.jobs], { env })
    expect(again).toMatchObject({ code: 0, stderr: '' })
    const printed = JSON.parse(again.stdout) as BatchSummary
    expect(printed).toEqual(await lastSummary())
    expect(printed.totals).toMatchObject({ jobs: 3, done: 3 })
  })
})

it('a batch that is killed takes its workers with it, and they their ffmpegs', async () => {
  for (const jobId of ['job-1', 'job-2']) await addJob(jobId)
  const env = await shim('case "$job" in job-*) touch "at-$job"; exec sleep 600;; esac')
  const { child, ended } = bench.place.start(['batch', '--jobs=2', bench.jobs], { env })
  await until('two jobs run', async () => {
    const names = await readdir(bench.place.folder)
    return names.includes('at-job-1') && names.includes('at-job-2')
  })
  child.kill('SIGKILL')
  await ended
  await until('nothing of it runs', async () => (await bench.place.processes()).length === 0)
  expect(await bench.place.result('job-1')).toMatchObject({ exitCode: 143 })
  expect(await bench.place.result('job-2')).toMatchObject({ exitCode: 143 })
})

it('a job that is killed harms no other', async () => {
  await addJob('job-1')
  await addJob('job-2')
  const env = await shim('case "$job" in job-1) touch pid.$$; exec sleep 600;; esac')
  const { ended } = bench.place.start(['batch', '--jobs=2', join(bench.jobs, '*.json')], { env })
  const pids = async () =>
    (await readdir(bench.place.folder)).flatMap(
      (name) => /^pid\.(\d+)$/.exec(name)?.slice(1).map(Number) ?? [],
    )
  await until('it runs', async () => (await pids()).length > 0)
  const lock = await readFile(join(bench.place.workDir, '.locks/job-1.lock'), 'utf8')
  process.kill((JSON.parse(lock) as { pid: number }).pid, 'SIGKILL')
  const outcome = await ended
  for (const pid of await pids()) endIfRunning(pid)
  expect(outcome).toMatchObject({ code: 1 })
  const summary = await lastSummary()
  expect(states(summary)).toEqual({ 'job-1': 'failed 137', 'job-2': 'done 0' })
  expect(summary.jobs[0]?.error).toMatchObject({ code: 'batchJobLost' })
})

/** Ends a process, which may have ended by itself. */
function endIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' })
  }
}
