import { describe, expect, it } from 'vitest'
import { jobState, phaseOf } from '../../../src/status/state.ts'
import type { JobRecord } from '../../../src/status/read.ts'
import { jobLines, jobsTable } from '../../../src/status/text.ts'
import type { PhaseState } from '../../../src/progress/track.ts'
import { textWidth } from '../../../src/text/width.ts'

const AT = '2026-11-22T10:00:00.000Z'
const CLOCK = { nowMs: Date.parse(AT) + 62_000, zone: 'Asia/Shanghai' }
const OWNER = {
  jobId: 'job-1',
  cfgPath: '/jobs/cfg.json',
  host: 'here',
  pid: 12,
  processStart: '345',
  startedAt: AT,
}
const PHASE: PhaseState = {
  phase: 'encode',
  elapsedMs: 20_040,
  share: 0.354321,
  speed: { timesRealTime: 4.1234 },
  leftMs: 130_049,
  doing: { code: 'doingRender', params: { chunks: [3], of: 12, sound: false } },
}
const STATE = jobState(OWNER, PHASE, AT)
const RUNNING: JobRecord = { jobId: 'job-1', status: 'running', at: AT, state: STATE, log: '/logs/job-1.log' }
const FAILED: JobRecord = {
  ...{ jobId: 'job-2', status: 'failed', at: AT, exitCode: 4, seconds: 1.5, timesRealTime: null },
  ...{
    error: { code: 'configInvalid', message: 'cfg.json:3:5 Data: found 1\nand more' },
    warnings: 2,
    skipped: 1,
  },
  log: '/logs/job-2.log',
}

describe('a state', () => {
  it('is rounded, and read as what it was written from', () => {
    expect(STATE).toEqual({
      version: 1,
      ...OWNER,
      updatedAt: AT,
      phase: 'encode',
      seconds: 20,
      share: 0.3543,
      speed: { timesRealTime: 4.12 },
      secondsLeft: 130,
      doing: PHASE.doing,
    })
    expect(phaseOf(STATE)).toMatchObject({
      phase: 'encode',
      elapsedMs: 20_000,
      share: 0.3543,
      leftMs: 130_000,
    })
  })

  it('of nothing has nulls, as has a phase of which little is known', () => {
    const nulls = { phase: null, seconds: null, share: null, speed: null, secondsLeft: null, doing: null }
    expect(jobState(OWNER, undefined, AT)).toMatchObject(nulls)
    expect(phaseOf(jobState(OWNER, undefined, AT))).toBeUndefined()
    const unknown = { share: undefined, speed: undefined, leftMs: undefined, doing: undefined }
    const checking = jobState(OWNER, { phase: 'check', elapsedMs: 1000, ...unknown }, AT)
    expect(checking).toMatchObject({ ...nulls, phase: 'check', seconds: 1 })
    expect(phaseOf(checking)).toEqual({ phase: 'check', elapsedMs: 1000, ...unknown })
  })
})

describe('one job', () => {
  it('that runs, with its processes', () => {
    const ffmpegs = [{ pid: 13, output: 'video-3.mp4.part', bytes: 212_000_000 }]
    expect(jobLines(RUNNING, CLOCK, { pid: 12, bytes: 92_000_000, ffmpegs })).toEqual([
      'job-1: running for 1 min 02 s',
      '  encoding: 35 %, 4.1 times real time, 2 min 10 s left, chunk 3 of 12',
      '  worker 12, 92.0 MB',
      '  ffmpeg 13, video-3.mp4.part, 212.0 MB',
      '  log /logs/job-1.log',
    ])
  })

  it('that has died: where it was, and what to do', () => {
    const [head, ...lines] = jobLines({ ...RUNNING, status: 'died' }, CLOCK, undefined)
    expect(head).toMatch(/^job-1: died 2026-11-22 18:00:00 Asia\/Shanghai$/)
    expect(lines[0]).toBe('  encoding: 35 %, 4.1 times real time, 2 min 10 s left, chunk 3 of 12')
    expect(lines[1]).toMatch(/its process ended without a result/)
  })

  it('that has failed, with every problem', () => {
    expect(jobLines(FAILED, CLOCK, undefined).slice(1)).toEqual([
      '  took 1.50 s, exit code 4, 1 skipped, 2 warnings',
      '  cfg.json:3:5 Data: found 1',
      '  and more',
      '  log /logs/job-2.log',
    ])
  })
})

describe('a table', () => {
  it('has a row per job', () => {
    const lines = jobsTable({ records: [RUNNING, FAILED], older: 3, ...CLOCK, columns: 200 })
    expect(lines).toEqual([
      'job    state    since (Asia/Shanghai)        time  x real time  exit  what',
      'job-1  running  2026-11-22 18:00:00    1 min 02 s          4.1        encoding: 35 %, 4.1 times real time, 2 min 10 s left, chunk 3 of 12',
      'job-2  failed   2026-11-22 18:00:00        1.50 s                  4  cfg.json:3:5 Data: found 1',
      '3 older ones; --json has them all',
    ])
  })

  it('keeps in 80 columns what matters: job, state, share, time left, and what went wrong', () => {
    const jobId = 'urtc-a-rather-long-name-of-a-job-20261122-0001'
    const records = [{ ...RUNNING, jobId, state: { ...STATE, jobId } }, FAILED]
    const lines = jobsTable({ records, older: 0, ...CLOCK, columns: 80 })
    expect(lines).toEqual([
      'job                         state          time  what',
      'urtc-a-rather-long-name...  running  1 min 02 s  encoding 35 %, 2 min 10 s left',
      'job-2                       failed       1.50 s  cfg.json:3:5 Data: found 1',
    ])
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80)
  })

  it('is cut to the terminal, and moves no cursor', () => {
    const odd: JobRecord = { ...FAILED, jobId: 'a\x1b[2Jb', error: { code: 'x', message: '\x07bell' } }
    const lines = jobsTable({ records: [odd, RUNNING], older: 0, ...CLOCK, columns: 60 })
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(60)
    expect(lines.join('')).not.toMatch(/\p{Cc}/u)
  })

  it('of none says so', () => {
    expect(jobsTable({ records: [], older: 0, ...CLOCK, columns: 60 })).toEqual([
      'no job runs or has run here',
    ])
  })
})
