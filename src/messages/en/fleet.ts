/** Messages about tasks on several machines. */
export const fleet = {
  commandSplit: (_: object) => "put a job's tasks into its bucket, to be done by `task` on any machine",
  commandTask: (_: object) => 'do one task of a plan that `split` made, and exit',
  commandWork: (_: object) => 'take jobs and their tasks from a queue and do them, until stopped',
  optionQueue: (_: object) =>
    'the Redis with the queue that the machines of a fleet share; overrides fleet.queue in conf/',
  optionRemote: (_: object) => 'have a machine that takes jobs from the queue run the job, and follow it',
  optionCollect: (_: object) => 'take from the bucket what `task` has made, and make only the rest here',
  usageNoTask: (_: object) => 'a plan and the number of one of its tasks are needed',
  splitDone: (p: { plan: string; tasks: number }) =>
    `${p.plan}: ${p.tasks} ${p.tasks === 1 ? 'task' : 'tasks'}`,
  taskDone: (p: { name: string; number: number; of: number; isMade: boolean }) =>
    `task ${p.number} of ${p.of} (${p.name}): ${p.isMade ? 'done' : 'was done before'}`,
  workTakes: (p: { machine: string; tasks: number }) => `${p.machine} takes tasks, ${p.tasks} at a time`,
  queueUnset: (_: object) =>
    'no queue is given; give one with --queue redis://..., or set fleet.queue in conf/ (OWT_FLEET_QUEUE)',
  queuedSecret: (p: { path: string }) =>
    `${p.path}: the URL has a user or a query, which must not lie on the queue; put the picture into the bucket and name its key`,
  serveQueueCredentials: (_: object) =>
    'jobs on the queue are run with the credentials of the machines that take them, never with keys from requests; set serve.machineCredentials to true if every AppId may use them',
  queueUnreachable: (p: { address: string; detail: string }) =>
    `the queue at ${p.address} cannot be reached (${p.detail}), so this machine makes everything itself`,
  queueUnserved: (_: object) =>
    'no machine with the same ffmpeg and worker takes tasks from the queue, so this machine makes them itself; start some with owt-main work',
  queueForgets: (_: object) =>
    'the Redis of the queue keeps no data on disk: after a restart of it, tasks start from the beginning; set appendonly yes',
  queueEvicts: (p: { policy: string }) =>
    `the Redis of the queue may drop tasks when its memory is full (maxmemory-policy ${p.policy}); set maxmemory-policy noeviction`,
  taskGivenUp: (p: { detail: string }) =>
    `the machines of the fleet have given up a task: ${p.detail}; see the logs of owt-main work`,
  taskFailedThere: (p: { host: string; detail: string }) => `a task failed on ${p.host}: ${p.detail}`,
  jobElsewhere: (p: { jobId: string }) =>
    `another machine of the fleet is running job ${p.jobId}; wait until it has ended`,
  taskPlanMissing: (p: { plan: string }) =>
    `there is no plan ${p.plan}: its job may be over; make a new one with owt-main split`,
  taskPlanUnusable: (p: { plan: string }) =>
    `${p.plan} is not a plan of tasks that this version of the worker understands; make one with owt-main split of the same version`,
  taskMissing: (p: { number: number; of: number }) =>
    `there is no task ${p.number}: the plan has tasks 1 to ${p.of}`,
  taskOtherMakers: (p: { name: string; wanted: string; own: string }) =>
    `the plan was made for ${p.name} "${p.wanted}", but this machine has "${p.own}", so its output might differ; run all machines of a job from the same image`,
}
