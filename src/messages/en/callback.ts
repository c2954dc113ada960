/** Messages in the bodies of callbacks, and about callbacks. */
export const callback = {
  callbackRestarted: (_: object) => 'the process of this job was killed; the job goes on',
  callbackBackedUp: (p: { place: string }) => `the job's bucket could not be written; the file is ${p.place}`,
  callbacksLeft: (p: { count: number; file: string }) =>
    `${p.count} callback${p.count === 1 ? ' was' : 's were'} not delivered and ${p.count === 1 ? 'is' : 'are'} kept in ${p.file}; they are sent first by the next run, or by --replay-callbacks`,
  callbacksLost: (p: { count: number }) =>
    `${p.count} callback${p.count === 1 ? ' was' : 's were'} not delivered and ${p.count === 1 ? 'is' : 'are'} not kept; check the receiver`,
  callbackUntrusted: (p: { host: string; code: string; lacks?: 'time' | 'issuer' | undefined }) =>
    `the certificate of ${p.host} is not trusted (${p.code}); check NotifyUrl` +
    (p.lacks === undefined
      ? ''
      : {
          time: ", and this machine's clock",
          issuer: '; if its authority is your own, name the file with its certificate in NODE_EXTRA_CA_CERTS',
        }[p.lacks]),
  callbacksReplayed: (p: { delivered: number; left: number }) =>
    `${p.delivered} callback${p.delivered === 1 ? '' : 's'} delivered, ${p.left} left`,
  callbacksNoReceiver: (p: { count: number }) =>
    `${p.count} callback${p.count === 1 ? ' is' : 's are'} for an entry of NotifyConfig that is closed or gone; open it to have them sent`,
} as const
