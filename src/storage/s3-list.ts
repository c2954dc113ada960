/** Keys of a bucket on the network. */
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { ask } from './s3-ask.ts'
import type { S3Session } from './s3-session.ts'
import type { TransferOptions } from './storage.ts'

/** A service gives no more at once, and more than that are not looked at. */
const MOST_IN_ONE_ANSWER = 1000

/**
 * The first keys of the folder that `near` lies in, and the first of the whole bucket.
 * @throws JobError as `ask` does
 */
export async function listKeys(
  session: S3Session,
  most: number,
  { near, signal }: TransferOptions & { readonly near: string },
): Promise<readonly string[]> {
  const keys = new Set<string>()
  for (const prefix of new Set([near.slice(0, near.lastIndexOf('/') + 1), ''])) {
    const input = {
      Bucket: session.bucket,
      MaxKeys: Math.min(most, MOST_IN_ONE_ANSWER),
      ...(prefix !== '' && { Prefix: prefix }),
    }
    const { Contents = [] } = await ask<ListObjectsV2CommandOutput>(
      session,
      { doing: 'read', key: prefix, signal },
      (s3, send) => s3.listObjectsV2(input, send),
    )
    for (const { Key } of Contents) if (Key !== undefined) keys.add(Key)
  }
  return [...keys]
}
