/** Messages of the service. */
export const serve = {
  serveListens: (p: { url: string; jobs: number }) =>
    `listening on ${p.url}, ${p.jobs} ${p.jobs === 1 ? 'job' : 'jobs'} at once`,
  serveDrains: (p: { seconds: number }) =>
    `ending: no more jobs are taken, running ones have ${p.seconds} s; a second signal interrupts them`,
  serveOpen: (p: { host: string }) =>
    `serve.host is ${p.host}, which other machines can reach, and serve.apps in conf/ is empty; add an AppId, or listen on 127.0.0.1`,
  serveTwice: (p: { folder: string; pid: number }) =>
    `another service (process ${p.pid}) has the folder ${p.folder}; stop it, or set serve.folder in conf/ to another`,
  serveNoAddress: (p: { host: string; port: number; code: string }) =>
    `cannot listen on ${p.host}, port ${p.port} (${p.code}); choose another with --host and --port`,
}
