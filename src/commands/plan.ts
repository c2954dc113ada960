/** `plan`: what a run would do, down to the ffmpeg commands; nothing is encoded. */
import type { Settings } from '../deployment.ts'
import type { ExitCode } from '../errors.ts'
import { withJob } from '../open-job.ts'
import type { Invocation } from '../options.ts'
import { planCommands, planText } from '../report/plan-text.ts'
import { look } from './look.ts'
import { type Outcome, resultOf } from './outcome.ts'

/** @returns the exit code */
export async function plan(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  return look(invocation, settings, {
    see: (request, around, progress) =>
      withJob(request, around, progress, async (open) => {
        const { recordings } = await open.gather()
        const { encoder, warnings } = await open.chooseEncoder()
        open.leftOut.warn(warnings)
        open.leftOut.warn(open.decide(recordings, { encoder, sturdy: false }).warnings)
        // The recordings that are here now need not be fetched by the run.
        return false
      }),
    print: (outcome) => print(invocation, outcome),
  })
}

function print({ json }: Invocation, outcome: Outcome): void {
  const { error, progress } = outcome
  const { plan, ffmpeg } = progress
  const result = resultOf(outcome)
  if (json) {
    const commands = plan && ffmpeg && { commands: planCommands(plan, ffmpeg.path) }
    process.stdout.write(JSON.stringify({ ...result, ...commands }, null, 2) + '\n')
  } else if (plan && ffmpeg && !error) {
    process.stdout.write(planText(result, plan, ffmpeg.path))
  }
}
