import { describe, expect, it } from 'vitest'
import {
  type BatchJob,
  type BatchSummary,
  type Ended,
  jobOf,
  notStarted,
  summaryName,
  totalsOf,
} from '../../../src/batch/summary.ts'
import { jobLine, statusLine, summaryTable } from '../../../src/batch/text.ts'
import { textWidth } from '../../../src/text/width.ts'
import { inChinese } from '../../harness/language.ts'

const result = (changes: object = {}) =>
  JSON.stringify({
    jobId: 'job-1',
    status: 'ok',
    exitCode: 0,
    output: { vendor: 'ucloud', bucket: 'b', key: 'out/job-1.mp4' },
    warnings: [],
    skipped: [],
    timesRealTime: 4.1,
    ...changes,
  })

function ended(changes: Partial<Ended>): BatchJob {
  const usual = { exitCode: 0, seconds: 62, stdout: '', stderr: '' }
  return jobOf({ cfgPath: '/jobs/1.json', jobId: 'job-1', ended: { ...usual, ...changes } })
}

const GOOD = ended({ stdout: result() })
const FAILED = ended({
  exitCode: 6,
  stdout: result({
    error: { code: 'noUsableStream', message: 'job-1: no usable stream' },
    output: undefined,
  }),
})

describe('a job', () => {
  it('that is done', () => {
    expect(GOOD).toEqual({
      cfgPath: '/jobs/1.json',
      jobId: 'job-1',
      status: 'done',
      exitCode: 0,
      seconds: 62,
      timesRealTime: 4.1,
      output: 'ucloud://b/out/job-1.mp4',
      warnings: 0,
      skipped: 0,
    })
    const local = ended({
      stdout: result({ output: { path: '/b/o.mp4' }, warnings: [{}, {}], skipped: [{}] }),
    })
    expect(local).toMatchObject({ output: '/b/o.mp4', warnings: 2, skipped: 1 })
  })

  it('that was done before', () => {
    expect(ended({ stdout: result({ isUnchanged: true, timesRealTime: null }) })).toMatchObject({
      status: 'unchanged',
      output: 'ucloud://b/out/job-1.mp4',
    })
  })

  it('that fails says why: in its result, else on stderr, else by how it ended', () => {
    expect(FAILED).toMatchObject({ status: 'failed', exitCode: 6, error: { code: 'noUsableStream' } })
    expect(FAILED).not.toHaveProperty('output')
    expect(ended({ exitCode: 1, stderr: 'Warning: x\nerror: cfg a\ncfg b\n' }).error).toEqual({
      code: 'failed',
      message: 'cfg a\ncfg b',
    })
    expect(ended({ exitCode: 137, signal: 'SIGKILL', stdout: '{"jobId": "jo' })).toMatchObject({
      status: 'failed',
      exitCode: 137,
      error: {
        code: 'batchJobLost',
        message: expect.stringContaining('without a result (SIGKILL); see its log') as unknown,
      },
    })
    expect(ended({ exitCode: 7 }).error?.message).toContain('(exit code 7)')
    expect(ended({ exitCode: 1, notStarted: 'EAGAIN' }).error).toMatchObject({
      code: 'batchJobNotStarted',
      message: expect.stringContaining('(EAGAIN)') as unknown,
    })
  })

  it.each([130, 143])('that was stopped (%i)', (exitCode) => {
    expect(ended({ exitCode })).toMatchObject({ status: 'stopped', exitCode })
    expect(ended({ exitCode }).error).toBeUndefined()
  })
})

describe('its line', () => {
  const line = (job: BatchJob) => jobLine(job, { ended: 3, of: 12 })
  it.each<[string, BatchJob]>([
    ['3/12 job-1: done in 1 min 02 s, 4.1 times real time, ucloud://b/out/job-1.mp4', GOOD],
    [
      '3/12 job-1: done in 1 min 02 s, 4.1 times real time, ucloud://b/out/job-1.mp4, 1 skipped, 2 warnings',
      { ...GOOD, warnings: 2, skipped: 1 },
    ],
    [
      '3/12 job-1: unchanged since it was done, ucloud://b/out/job-1.mp4, 1 warning',
      { ...GOOD, status: 'unchanged', warnings: 1 },
    ],
    ['3/12 job-1: failed (6): job-1: no usable stream', FAILED],
    [
      '3/12 job-1: failed (4): a: bad (and 2 more)',
      { ...FAILED, exitCode: 4, error: { code: 'x', message: 'a: bad\nb: bad\nc: bad' } },
    ],
    ['3/12 job-1: stopped; what is done is kept', ended({ exitCode: 143 })],
    ['3/12 job-1: not started', notStarted({ path: '/a', jobId: 'job-1' })],
  ])('%s', (text, job) => {
    expect(line(job)).toBe(text)
  })
})

describe('the table', () => {
  const jobs = [
    GOOD,
    { ...GOOD, jobId: 'a-much-longer-name', status: 'unchanged', warnings: 12 } as const,
    FAILED,
    notStarted({ path: '/a', jobId: 'job-4' }),
  ]
  const summary: BatchSummary = {
    version: 1,
    startedAt: '2026-11-22T10:05:03.120Z',
    endedAt: '2026-11-22T10:07:03.120Z',
    jobsAtOnce: 2,
    jobs,
    passedOver: [],
    totals: totalsOf(jobs, 120),
  }

  it('has a row per job, and what they come to', () => {
    expect(summary.totals).toEqual({
      ...{ jobs: 4, done: 1, unchanged: 1, failed: 1, stopped: 0, notStarted: 1, seconds: 120 },
    })
    expect(summaryTable(summary, '/logs/b.json')).toMatchInlineSnapshot(`
    "job                 state        exit        time  x real time  warnings  skipped  file or error
    job-1               done            0  1 min 02 s          4.1         0        0  ucloud://b/out/job-1.mp4
    a-much-longer-name  unchanged       0  1 min 02 s          4.1        12        0  ucloud://b/out/job-1.mp4
    job-1               failed          6  1 min 02 s          4.1         0        0  job-1: no usable stream
    job-4               not started                                        0        0

    4 jobs in 2 min 00 s: 1 done, 1 unchanged, 1 failed, 1 not started; /logs/b.json"
  `)
  })

  it('lines up in Chinese too', () => {
    const table = inChinese(() => summaryTable(summary, '/logs/b.json'))
    expect(table).toMatchInlineSnapshot(`
      "任务                状态    退出码        用时  实时倍速  警告  跳过  文件或错误
      job-1               完成         0  1 分 02 秒       4.1     0     0  ucloud://b/out/job-1.mp4
      a-much-longer-name  无变化       0  1 分 02 秒       4.1    12     0  ucloud://b/out/job-1.mp4
      job-1               失败         6  1 分 02 秒       4.1     0     0  job-1: no usable stream
      job-4               未启动                                   0     0

      共 4 个任务，用时 2 分 00 秒：完成 1，无变化 1，失败 1，未启动 1；/logs/b.json"
    `)
    // The last column begins in the same cell in each row that has one.
    const [head = '', ...rows] = table.split('\n').slice(0, 4)
    const begins = textWidth(head.slice(0, head.indexOf('文件')))
    for (const row of rows) expect(textWidth(row.slice(0, row.search(/ucloud:|job-1: no/)))).toBe(begins)
  })
})

it('a name for the file that sorts by time and that every disk takes', () => {
  expect(summaryName('2026-11-22T10:05:03.120Z')).toBe('batch-2026-11-22T10-05-03.120Z.json')
})

it('who is running, in one line of the terminal', () => {
  const running = [
    { jobId: 'job-4', ms: 12_000 },
    { jobId: 'job-5', ms: 3200 },
  ]
  const line = (columns: number) => statusLine({ ended: 3, of: 12, running, columns })
  expect(line(80)).toBe('3 of 12 ended, running: job-4 (12.0 s), job-5 (3.20 s)')
  expect(line(29)).toBe('3 of 12 ended, running: jo...')
})
