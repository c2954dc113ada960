/** What a batch of jobs has to say. */
export const batch = {
  batchEmpty: (p: { places: string; passedOver: number }) =>
    `no job was found in ${p.places}${p.passedOver > 0 ? `, ${p.passedOver} JSON ${p.passedOver === 1 ? 'file' : 'files'} without Action, Internal and Data passed over` : ''}; name a folder with cfg.json files, a list of their paths, or a pattern such as 'jobs/*/cfg.json'`,
  batchStarts: (p: { jobs: number; atOnce: number; cores: number; memoryMb: number }) =>
    `${p.jobs} ${p.jobs === 1 ? 'job' : 'jobs'}, ${p.atOnce} at once, each with ${p.cores} ${p.cores === 1 ? 'core' : 'cores'} and ${p.memoryMb} MB`,
  batchPassedOver: (p: { path: string }) =>
    `${p.path} is passed over: it is no job, for it has no Action, Internal and Data`,
  batchSameJob: (p: { jobId: string; paths: readonly string[] }) =>
    `${p.paths.join(', ')} are all of the job ${p.jobId}: they are run one after the other, and the last one's log and result stay; give each a JobId of its own`,
  batchJobLost: (p: { how: string }) =>
    `the job's process ended without a result (${p.how}); see its log, and run the batch again: the job goes on where it stopped`,
  batchJobNotStarted: (p: { detail: string }) =>
    `the job's process could not be started (${p.detail}); run the batch again, with fewer --jobs if the machine is full`,
}
