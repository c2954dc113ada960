/** Plans a job and puts its tasks into the bucket, for machines that each carry out one. */
import type { JobContext } from '../job/host.ts'
import { distributedJob, openSteps } from '../job/make-film.ts'
import type { JobRequest } from '../job/job-request.ts'
import { withJob } from '../job/open-job.ts'
import { tasksOf } from '../job/render.ts'
import { publishTasks } from './publish.ts'

/** A plan in the bucket. */
export interface SplitJob {
  /** For `owt-main task`: a path or an `s3:` address. */
  readonly plan: string
  /** The names of the tasks, in the order of their numbers. */
  readonly tasks: readonly string[]
}

/** @throws JobError as a run would */
export async function splitJob(request: JobRequest, context: JobContext): Promise<SplitJob | undefined> {
  let split: SplitJob | undefined
  await withJob(request, context, async (open) => {
    const { omissions } = open
    const { conf } = request
    const { recordings } = await open.gather()
    const { encoder, warnings } = await open.chooseEncoder()
    omissions.warn(warnings)
    const { plan, warnings: planned } = await open.decide(recordings, { encoder, tolerant: false })
    omissions.warn(planned)
    const of = await distributedJob(open, conf, context)
    const steps = openSteps(of)
    const tasks = tasksOf(plan).map((command) => ({ command, key: steps.keyFor(command) }))
    const { address } = await publishTasks({ of, tasks, signal: context.signal })
    split = { plan: address, tasks: tasks.map(({ command }) => command.name) }
    // Not done: the run that collects the outputs goes on with the recordings.
    return false
  })
  return split
}
