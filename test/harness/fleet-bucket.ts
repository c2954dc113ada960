/** The bucket with the short room that the tests of fleets share, and the film that one machine makes of it. */
import { readFile } from 'node:fs/promises'
import { beforeAll, expect } from 'vitest'
import { JOB_ID, inStorage, makeWorkplace } from './run-worker.ts'
import type { S3Server } from './s3-server.ts'
import { CHUNKED, packetsHash, s3CfgOf, shortIndex, shortRecordings } from './short-job.ts'
import type { StrictS3 } from './strict-s3.ts'
import { useS3 } from './use-s3.ts'

export const BUCKET = 'recordings'

/** Fills it before the first test. */
export const useFleetBucket = (): { server: S3Server; front: StrictS3 } =>
  useS3([BUCKET], async (to) => {
    for (const [key, { path }] of await shortRecordings()) await to.put(BUCKET, key, await readFile(path))
    await to.put(BUCKET, `${JOB_ID}.json`, Buffer.from(JSON.stringify(shortIndex())))
  })

/** Has one machine make the film before the first test. @returns the hash of its packets */
export function useUndisturbed({ server, front }: { server: S3Server; front: StrictS3 }): () => string {
  let undisturbed: string | undefined
  beforeAll(async () => {
    const quiet = await makeWorkplace('owt-alone-')
    try {
      const into = inStorage({ FileNamePrefix: 'alone/$Jobid.mp4' })
      const cfg = await quiet.write('cfg.json', s3CfgOf(front, BUCKET, into))
      expect(await quiet.run(['--quiet', cfg], { env: CHUNKED })).toMatchObject({ code: 0, stderr: '' })
      undisturbed = await packetsHash((await server.get(BUCKET, `alone/${JOB_ID}.mp4`)) ?? '', quiet)
    } finally {
      await quiet.remove()
    }
  })
  return () => undisturbed!
}

/** The bucket's credentials as a machine's own. @param endpoint by which the machine reaches the bucket */
export const ownCredentials = ({ credentials, endpoint: usual }: StrictS3, endpoint = usual) => ({
  OWT_STORAGE_CREDENTIALS_FOR: JSON.stringify([endpoint]),
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
})
