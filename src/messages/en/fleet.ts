/** Messages about tasks on several machines. */
export const fleet = {
  commandSplit: (_: object) => "put a job's tasks into its bucket, to be done by `task` on any machine",
  commandTask: (_: object) => 'do one task of a plan that `split` made, and exit',
  optionCollect: (_: object) => 'take from the bucket what `task` has made, and make only the rest here',
  usageNoTask: (_: object) => 'a plan and the number of one of its tasks are needed',
  splitDone: (p: { plan: string; tasks: number }) =>
    `${p.plan}: ${p.tasks} ${p.tasks === 1 ? 'task' : 'tasks'}`,
  taskDone: (p: { name: string; number: number; of: number; isMade: boolean }) =>
    `task ${p.number} of ${p.of} (${p.name}): ${p.isMade ? 'done' : 'was done before'}`,
  taskPlanMissing: (p: { plan: string }) =>
    `there is no plan ${p.plan}: its job may be over; make a new one with owt-main split`,
  taskPlanUnusable: (p: { plan: string }) =>
    `${p.plan} is not a plan of tasks that this version of the worker understands; make one with owt-main split of the same version`,
  taskMissing: (p: { number: number; of: number }) =>
    `there is no task ${p.number}: the plan has tasks 1 to ${p.of}`,
  taskOtherMakers: (p: { name: string; wanted: string; own: string }) =>
    `the plan was made for ${p.name} "${p.wanted}", but this machine has "${p.own}", so its output might differ; run all machines of a job from the same image`,
}
