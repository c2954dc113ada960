/** `plan`: what a run would do, down to the ffmpeg commands; nothing is encoded. */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Settings } from '../cli/settings.ts'
import { lookAtDestination } from '../job/destination.ts'
import type { ExitCode } from '../errors.ts'
import { commandLine } from '../ffmpeg/arguments.ts'
import { localeOf } from '../messages/language.ts'
import type { Recording } from '../model/room.ts'
import { type JobRequest, type OpenJob, withJob } from '../job/open-job.ts'
import type { Invocation } from '../cli/options.ts'
import { localCommand } from '../plan/locate.ts'
import { estimate } from '../plan/estimate.ts'
import { type Drawn, type Paper, planData, planText } from '../report/plan-text.ts'
import type { Result } from '../report/result.ts'
import { look } from './dry-run.ts'
import { harmlessJson } from '../text/harmless.ts'

const COLUMNS = 100

/** @returns the exit code */
export async function plan(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  return look(invocation, settings, {
    async see(request, context) {
      let drawn: Drawn | undefined
      await withJob(request, context, async (open) => {
        drawn = await draw(open, request, context.signal)
        // The recordings that are here now need not be fetched by the run.
        return false
      })
      return drawn
    },
    print: (result, drawn) => print(invocation, result, drawn),
  })
}

async function draw(open: OpenJob, { conf }: JobRequest, signal: AbortSignal): Promise<Drawn> {
  const { job, budget, ffmpeg, omissions, storage, work } = open
  await lookAtDestination({ job, conf, storage, signal })
  const { recordings } = await open.gather()
  const { encoder, warnings } = await open.chooseEncoder()
  omissions.warn(warnings)
  const planned = await open.decide(recordings, { encoder, sturdy: false })
  omissions.warn(planned.warnings)
  const { plan, timeline } = planned
  const { speed } = conf.video
  const fetchedBytes = await bytesIn(work.path, recordings)
  const { canvas, layout } = job
  return {
    ...{ plan, timeline, layout },
    local: (command) => localCommand(command, open.at),
    argv: (command) => commandLine(ffmpeg, command),
    estimate: estimate({ plan, timeline, canvas, speed, cores: budget.cores, fetchedBytes }),
  }
}

/** How much of the recordings lies in a folder. */
async function bytesIn(folder: string, recordings: readonly Recording[]): Promise<number> {
  const paths = new Set(recordings.map(({ path }) => path).filter((path) => dirname(path) === folder))
  const sizes = await Promise.all([...paths].map(async (path) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function print({ json }: Invocation, result: Result, drawn: Drawn | undefined): void {
  if (json) {
    process.stdout.write(`${harmlessJson({ ...result, ...(drawn && planData(result, drawn)) }, 2)}\n`)
  } else if (drawn) {
    process.stdout.write(planText(result, drawn, paperOf(process.stdout, process.env)))
  }
}

function paperOf(out: { columns?: number }, env: NodeJS.ProcessEnv): Paper {
  return { columns: out.columns ?? COLUMNS, isUnicode: /utf-?8/i.test(localeOf(env, 'LC_CTYPE')) }
}
