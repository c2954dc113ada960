/** `plan`: shows what a run would do, including the ffmpeg commands, without encoding. */
import type { Invocation } from '../cli/invocation.ts'
import type { Settings } from '../cli/settings.ts'
import type { ExitCode } from '../errors.ts'
import { drawPlan } from '../host/draw-plan.ts'
import { localeOf } from '../messages/language.ts'
import type { PlanView } from '../report/plan-view.ts'
import { type TextOptions, planText } from '../report/plan-text.ts'
import { planData } from '../report/plan-data.ts'
import type { Result } from '../report/result.ts'
import { harmlessJson } from '../text/harmless.ts'
import { inspectJob } from './inspect-job.ts'

const COLUMNS = 100

/** @returns the exit code */
export function plan(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  return inspectJob(invocation, settings, {
    see: drawPlan,
    print: (result, drawn) => print(invocation, result, drawn),
  })
}

function print({ json, commands }: Invocation, result: Result, drawn: PlanView | undefined): void {
  if (json) {
    process.stdout.write(`${harmlessJson({ ...result, ...(drawn && planData(result, drawn)) }, 2)}\n`)
  } else if (drawn) {
    process.stdout.write(
      planText(result, drawn, { ...textOptionsOf(process.stdout, process.env), isWhole: commands }),
    )
  }
}

function textOptionsOf(
  out: { columns?: number; rows?: number },
  env: NodeJS.ProcessEnv,
): Omit<TextOptions, 'isWhole'> {
  return {
    columns: out.columns ?? COLUMNS,
    rows: out.rows,
    isUnicode: /utf-?8/i.test(localeOf(env, 'LC_CTYPE')),
  }
}
