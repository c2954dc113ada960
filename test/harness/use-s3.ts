/** A strict S3 service for the tests of a file or block. */
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type S3Server, startS3Server } from './s3-server.ts'
import { standIn } from './stand-in.ts'
import { type StrictS3, startStrictS3 } from './strict-s3.ts'

/**
 * Starts it once, and ends it after the last test. Before each test `front` forgets its faults and requests.
 * @param fill what is put into the buckets before the first test
 */
export function useS3(
  buckets: readonly string[],
  fill?: (server: S3Server) => Promise<void>,
): { server: S3Server; front: StrictS3 } {
  let server: S3Server | undefined
  let front: StrictS3 | undefined
  beforeAll(async () => {
    server = await startS3Server({ buckets })
    front = await startStrictS3({ backendPort: server.port })
    await fill?.(server)
  })
  afterAll(async () => {
    await front?.stop()
    await server?.stop()
  })
  beforeEach(() => front?.forget())
  return { server: standIn(() => server!), front: standIn(() => front!) }
}
