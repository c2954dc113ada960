/** Messages about downloads and uploads. `where` is the bucket in words, `host` its service; never a secret. */
/** Whether this user may not write there. */
const isDenied = (code: string): boolean => ['EACCES', 'EPERM', 'EROFS'].includes(code)

export const storage = {
  objectMissing: (p: { where: string; key: string }) =>
    `${p.where}: there is no object "${p.key}"; check Root and Name in the index`,
  objectChanged: (p: { where: string; key: string }) =>
    `${p.where}: "${p.key}" was replaced or cut short each time it was fetched; run the job again once its writer is done`,
  objectTooLarge: (p: { where: string; key: string; bytes: number; maxBytes: number }) =>
    `${p.where}: "${p.key}" is said to have ${p.bytes} bytes, more than the ${p.maxBytes} that limits.maxRecordingMb in conf/ allows; check that it is the right file`,
  objectNotAFile: (p: { where: string; key: string }) =>
    `${p.where}: "${p.key}" is a folder or a device, not a file; check Root and Name in the index and FileNamePrefix`,
  keyLeavesBucket: (p: { where: string; key: string }) =>
    `${p.where}: "${p.key}" leads out of the bucket; use a key without a leading slash, "..", or a link that points elsewhere`,
  keyTooLong: (p: { where: string; bytes: number; most: number }) =>
    `${p.where}: the key of the finished file or of one of its sidecar files has ${p.bytes} bytes, more than the ${p.most} that S3 takes; shorten FileNamePrefix`,
  outputClaimed: (p: { where: string; key: string; pid: number; jobId?: string | undefined }) =>
    `${p.where}: ${p.jobId === undefined ? 'another job' : `job ${p.jobId}`} (process ${p.pid}) is writing "${p.key}" at the moment; wait for it, or choose another FileNamePrefix`,
  outputReplaced: (p: { where: string; key: string }) =>
    `${p.where}: something else was put under "${p.key}" while the job ran, and is left as it is; choose another FileNamePrefix, or make sure that nothing else writes that key`,
  textTooLarge: (p: { where: string; key: string; maxBytes: number }) =>
    `${p.where}: "${p.key}" is larger than the ${p.maxBytes} bytes that a text of its kind may have; check that it is the right file`,

  folderMissing: (p: { where: string }) =>
    `${p.where}: there is no such folder; create it, or correct StorageConfig.Bucket`,
  folderOutside: (p: { where: string }) =>
    `${p.where}: the folder is in none of those that storage.localRoots in conf/ allows; correct StorageConfig.Bucket, or add a root there`,
  watermarkAbsolute: (_: object) =>
    'where storage.localRoots in conf/ is set, the path of a picture must be relative, without ".."',
  bucketMissing: (p: { where: string; host: string }) =>
    `${p.where}: ${p.host} knows no such bucket; check StorageConfig.Bucket and Region`,
  bucketElsewhere: (p: { where: string; host: string; code: string }) =>
    `${p.where}: ${p.host} does not hold this bucket (${p.code}); set StorageConfig.Region and Endpoint to the bucket's own`,

  credentialsMissing: (p: { where: string }) =>
    `${p.where}: no credentials were found; give PublicKey and SecretKey in StorageConfig, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
  credentialsWithheld: (p: { where: string; entry: string }) =>
    `${p.where}: StorageConfig has no keys, and the credentials of this machine are sent to the vendors' own services only, by https; give PublicKey and SecretKey, or name "${p.entry}" under storage.credentialsFor in conf/`,
  accessKeyUnknown: (p: { where: string; host: string }) =>
    `${p.where}: ${p.host} does not know this access key; check StorageConfig.PublicKey`,
  secretRefused: (p: { where: string; host: string }) =>
    `${p.where}: ${p.host} refused the signature; check StorageConfig.SecretKey (and PublicKey and Region)`,
  accessDenied: (p: { where: string; key: string; code: string; doing: 'read' | 'write' }) =>
    `${p.where}: these credentials may not ${p.doing} "${p.key}" (${p.code}); give them that right` +
    (p.doing === 'read' ? ', or check that the object exists' : ''),
  credentialsExpired: (p: { where: string; host: string; code: string }) =>
    `${p.where}: ${p.host} says that the credentials have expired (${p.code}); give newer ones in StorageConfig, or renew those in the environment`,
  clockSkewed: (p: { where: string; host: string }) =>
    `${p.where}: ${p.host} refused the request because this machine's clock is wrong; set its time`,

  objectArchived: (p: { where: string; key: string }) =>
    `${p.where}: "${p.key}" lies in archive storage and cannot be read; restore it, or move it to a storage class that is read at once, and run the job again`,
  accountDisabled: (p: { where: string; host: string; code: string }) =>
    `${p.where}: ${p.host} has disabled this account (${p.code}); have its owner settle that with the provider, an unpaid bill is the usual reason`,
  virtualHostOnly: (p: { where: string; host: string; code: string }) =>
    `${p.where}: ${p.host} takes requests only by the bucket's own host name (${p.code}); set StorageConfig.PathStyle to false`,
  httpOnly: (p: { where: string; host: string }) =>
    `${p.where}: ${p.host} does not speak https on that port; write StorageConfig.Endpoint with http://, or with the port for https`,
  addressRefused: (p: { host: string }) =>
    `network.allow and network.deny in conf/ do not let the worker reach ${p.host}; correct cfg.json, or allow it there`,
  httpsOnly: (p: { where: string; host: string }) =>
    `${p.where}: ${p.host} speaks https on that port; write StorageConfig.Endpoint with https://`,
  proxyInvalid: (p: { variable: string }) =>
    `${p.variable} in the environment is not an HTTP proxy; write it as http://host:port or https://host:port, or set proxy to false in conf/`,
  proxyUnreachable: (p: { where: string; host: string; proxy: string; code: string }) =>
    `${p.where}: the proxy ${p.proxy} cannot be reached (${p.code}); check HTTPS_PROXY and HTTP_PROXY, or name ${p.host} in NO_PROXY`,
  proxyRefused: (p: { where: string; host: string; proxy: string; status: number }) =>
    `${p.where}: the proxy ${p.proxy} does not let the request to ${p.host} through (HTTP ${p.status}); ` +
    (p.status === 407
      ? 'give HTTPS_PROXY and HTTP_PROXY the user and password it asks for'
      : `allow ${p.host} there, or name it in NO_PROXY`),
  storageUnreachable: (p: { where: string; host: string; code: string }) =>
    `${p.where}: ${p.host} cannot be reached (${p.code}); check the network and StorageConfig.Endpoint, Region and PathStyle`,
  storageUntrusted: (p: {
    where: string
    host: string
    code: string
    lacks?: 'time' | 'issuer' | undefined
  }) =>
    `${p.where}: the certificate of ${p.host} is not trusted (${p.code}); check StorageConfig.Endpoint and PathStyle` +
    (p.lacks === undefined
      ? ''
      : {
          time: ", and this machine's clock",
          issuer: '; if its authority is your own, name the file with its certificate in NODE_EXTRA_CA_CERTS',
        }[p.lacks]),
  connectionBroke: (p: { where: string; host: string; code: string; mayBeHttps: boolean }) =>
    `${p.where}: the connection to ${p.host} broke again and again (${p.code}); check the network, and run the job again later` +
    (p.mayBeHttps
      ? '; it has never answered, so the port may accept https only: if so, write StorageConfig.Endpoint with https://'
      : ''),
  storageTimeout: (p: { where: string; host: string }) =>
    `${p.where}: ${p.host} did not answer in time; run the job again later, or raise the storage timeouts in conf/`,
  storageFailed: (p: {
    where: string
    key: string
    code: string
    status?: number | undefined
    doing: 'read' | 'write'
    helps?: 'later' | 'again' | undefined
  }) =>
    `${p.where}: ${p.doing === 'read' ? 'reading' : 'writing'} "${p.key}" failed with ${p.code}` +
    (p.status === undefined ? '' : ` (HTTP ${p.status})`) +
    {
      later:
        '; the service is overloaded or throttles this account: run the job again later, or lower limits.fetches in conf/',
      again: `; the fault is the service's own: run the job again later`,
      none: `; look that code up in the storage service's documentation`,
    }[p.helps ?? 'none'],

  fetchInterrupted: (p: { where: string; key: string; atBytes: number; bytes: number }) =>
    `${p.where}: the connection broke again and again at byte ${p.atBytes} of ${p.bytes} of "${p.key}"; run the job again later`,
  fetchTooSlow: (p: { where: string; key: string; bytesPerSecond: number }) =>
    `${p.where}: "${p.key}" came at less than ${p.bytesPerSecond} bytes a second again and again; check the network, or lower storage.minBytesPerSecond in conf/`,
  transferTooLong: (p: {
    where: string
    key: string
    doing: 'read' | 'write'
    minutes: number
    bytesPerSecond: number
  }) =>
    `${p.where}: ${p.doing === 'read' ? 'fetching' : 'uploading'} "${p.key}" took more than the ${p.minutes} min that its size calls for at ${p.bytesPerSecond} bytes a second, retries included; check the network and the service, or lower storage.minBytesPerSecond in conf/`,
  fetchNoRoom: (p: {
    where: string
    key: string
    folder: string
    mb: number
    freeMb: number
    leaveFreeMb: number
  }) =>
    `${p.where}: "${p.key}" needs ${p.mb} MB in ${p.folder}, where ${p.freeMb} MB are free and ${p.leaveFreeMb} MB have to stay free (storage.leaveFreeMb in conf/); make room, set work.folder, or leave out recordings of that size with limits.maxRecordingMb`,
  contentDiffers: (p: { where: string; key: string; algorithm: string }) =>
    `${p.where}: "${p.key}" arrived damaged each time it was fetched (its ${p.algorithm} is not what the service reports); check the network and this machine's memory, and run the job again`,
  uploadTooLarge: (p: { where: string; key: string; bytes: number; maxBytes: number }) =>
    `${p.where}: "${p.key}" has ${p.bytes} bytes, more than the ${p.maxBytes} an upload can hold; lower the bitrate or split the job`,
  uploadDiffers: (p: { where: string; key: string; sentBytes: number; foundBytes: number | undefined }) =>
    `${p.where}: "${p.key}" was uploaded with ${p.sentBytes} bytes but ` +
    (p.foundBytes === undefined ? 'cannot be found' : `has ${p.foundBytes}`) +
    ' there; run the job again, with no other writer on that key',
  uploadDamaged: (p: { where: string; key: string; algorithm: string }) =>
    `${p.where}: "${p.key}" differs there from what was uploaded (its ${p.algorithm} differs); do not use that object, and run the job again`,
  bothUploadsFailed: (p: { first: string; second: string }) =>
    `the upload failed, and so did the one to the backup bucket: ${p.first}; and: ${p.second}`,
  diskFull: (p: { path: string; code: string }) =>
    `${p.path}: the disk is full (${p.code}); free some space there and run the job again`,
  fileFailed: (p: { path: string; code: string }) =>
    `${p.path}: reading or writing failed with ${p.code}; check that it exists, its permissions and the free space${isDenied(p.code) ? '; if it is a folder of the worker, --work-dir or --log-dir names another' : ''}`,
}
