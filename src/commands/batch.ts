/** `batch`: runs many jobs, some concurrently, each in its own process so that none affects the others. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runChild } from '../batch/child.ts'
import { findSameOutputs } from '../batch/same-output.ts'
import { type CfgFile, selectFiles } from '../batch/select.ts'
import { inTurns, jobsByDefault, shareOf } from '../batch/share.ts'
import { watchJobs } from '../batch/status.ts'
import {
  type BatchJob,
  type BatchSummary,
  jobOf,
  notStarted,
  refused,
  summaryName,
  totalsOf,
} from '../batch/summary.ts'
import { jobLine, summaryTable } from '../batch/text.ts'
import { type Settings, placesOf } from '../cli/settings.ts'
import { dieWithParent } from '../ffmpeg/die-with-parent.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import { folderMode, modeOf } from '../files/file-mode.ts'
import { readRegularTextSync } from '../files/read-file.ts'
import { replaceTextNow } from '../files/write-file.ts'
import { PACKAGE } from '../host/package.ts'
import { machineBudget } from '../job/machine.ts'
import { type Message, say, currentLanguage } from '../messages/index.ts'
import { warningLine } from '../messages/line.ts'
import type { Invocation } from '../cli/invocation.ts'
import { onStateAsked, stopOnSignals } from '../cli/signals.ts'
import { watchTerminal } from '../cli/terminal.ts'
import { type JobPlace, jobFile } from '../records/job-files.ts'
import type { JobState } from '../status/state.ts'
import { harmlessJson } from '../text/harmless.ts'

/**
 * @returns the exit code: 0 if every job is done
 * @throws JobError before any job is started: invalid settings or paths, or an unusable log folder
 */
export async function batch(invocation: Invocation, { conf, error, warnings }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { paths = [], quiet } = invocation
  const startedAt = new Date()
  const { logFolder } = placesOf(invocation, conf)
  const mode = modeOf(conf.logs.fileMode)
  const { files, passedOver } = await selectFiles(paths, process.cwd())
  const same = await findSameOutputs(files, conf)
  const turns = inTurns(files.filter((file) => !same.has(file)))
  const budget = await machineBudget(conf.limits)
  const jobsAtOnce = Math.max(1, Math.min(invocation.jobs ?? jobsByDefault(budget), turns.length))
  const share = shareOf(budget, jobsAtOnce)

  const terminal = watchTerminal()
  const stopping = stopOnSignals(terminal)
  const { signal } = stopping
  const jobs = new Map<CfgFile, BatchJob>(files.map((file) => [file, notStarted(file)]))
  const file = join(logFolder, summaryName(startedAt.toISOString()))
  const summary = (endedAt: Date | null): BatchSummary => {
    const all = [...jobs.values()]
    const by = stopping.by()
    return {
      version: 1,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt && endedAt.toISOString(),
      stoppedBy: by,
      jobsAtOnce,
      jobs: all,
      passedOver,
      totals: totalsOf(all, ((endedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000),
    }
  }
  // Written now, so that an unwritable folder is found before hours of work.
  writeSummary(file, summary(null), mode)

  const status = watchJobs({
    out: process.stderr,
    quiet,
    of: files.length,
    now: () => performance.now(),
    shareOf: (jobId) => shareOfJob({ logFolder, jobId }),
    isBackground: terminal.isBackground,
  })
  const stopAnswering = onStateAsked(() => status.tell())
  for (const warning of [...warnings, ...beforehand({ turns, passedOver })]) status.note(warningLine(warning))
  const params = { jobs: files.length, atOnce: jobsAtOnce, ...share }
  status.note(say({ code: 'batchStarts', params }))

  const tell = (job: BatchJob, ended: number) => {
    const line = jobLine(job, { ended, of: files.length })
    if (invocation.json) status.note(line)
    else status.say(line, process.stdout)
  }
  for (const [cfg, params] of same) {
    const job = refused(cfg, { code: 'batchSameOutput', params })
    jobs.set(cfg, job)
    tell(job, status.started(cfg.jobId)())
  }

  const args = passedOn(invocation)
  // If the batch is killed, each worker is told to stop and ends cleanly.
  const program = [...(await dieWithParent('SIGTERM')), process.execPath, join(PACKAGE, 'bin/owt-main')]
  const runOne = async (cfg: CfgFile): Promise<void> => {
    const { path: cfgPath, jobId } = cfg
    const isOver = status.started(jobId)
    const stoppedBy = () => stopping.by() ?? 'SIGTERM'
    const ended = await runChild({ cfgPath, args, program, share, signal, stoppedBy })
    const job = jobOf({ cfgPath, jobId, ended })
    jobs.set(cfg, job)
    tell(job, isOver())
    try {
      writeSummary(file, summary(null), mode)
    } catch {
      // The final write reports the error; the remaining jobs are still run.
    }
  }
  const waiting = [...turns]
  const workThrough = async (): Promise<void> => {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      for (const cfg of turn) if (!signal.aborted) await runOne(cfg)
    }
  }
  await Promise.all(Array.from({ length: jobsAtOnce }, workThrough))
  status.close()
  stopAnswering()

  const final = summary(new Date())
  if (invocation.json) process.stdout.write(`${harmlessJson(final, 2)}\n`)
  else process.stdout.write(`\n${summaryTable(final, file)}\n`)
  stopping.stop()
  writeSummary(file, final, mode)
  const { totals } = final
  if (totals.done + totals.unchanged === totals.jobs) return EXIT.done
  return stopping.stoppedBy()?.exitCode ?? EXIT.failed
}

/** Progress of a running job, from its state file. */
function shareOfJob(place: JobPlace): number | undefined {
  try {
    const state = JSON.parse(readRegularTextSync(jobFile(place, 'state'))) as Partial<JobState> | null
    return typeof state?.share === 'number' ? state.share : undefined
  } catch {
    return undefined
  }
}

/** Warnings about input that may be unintended. */
function beforehand(options: {
  turns: readonly (readonly CfgFile[])[]
  passedOver: readonly string[]
}): Message[] {
  const same = options.turns.filter((turn) => turn.length > 1)
  return [
    ...options.passedOver.map((path): Message => ({ code: 'batchPassedOver', params: { path } })),
    ...same.map((turn): Message => {
      const paths = turn.map(({ path }) => path)
      return { code: 'batchSameJob', params: { jobId: turn[0]?.jobId ?? '', paths } }
    }),
  ]
}

/** Options of the batch that are passed on to each job. */
function passedOn(invocation: Invocation): string[] {
  const { conf, workDir, logDir, speed, strict, force, keepWork, report } = invocation
  return [
    `--lang=${currentLanguage()}`,
    ...(conf === undefined ? [] : [`--conf=${resolve(conf)}`]),
    ...(workDir === undefined ? [] : [`--work-dir=${resolve(workDir)}`]),
    ...(logDir === undefined ? [] : [`--log-dir=${resolve(logDir)}`]),
    ...(speed === undefined ? [] : [`--speed=${speed}`]),
    ...(strict ? ['--strict'] : []),
    ...(force ? ['--force'] : []),
    ...(keepWork ? ['--keep-work'] : []),
    ...(report ? ['--report'] : []),
  ]
}

/** Atomic for readers. Synchronous, so that two jobs that end together do not write at the same time. */
function writeSummary(path: string, summary: BatchSummary, mode: number): void {
  mkdirSync(resolve(path, '..'), { recursive: true, mode: folderMode(mode) })
  replaceTextNow(path, `${harmlessJson(summary, 2)}\n`, mode)
}
