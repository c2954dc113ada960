/** Lists the keys of a remote bucket. */
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { ask } from './s3-ask.ts'
import type { S3Session } from './s3-session.ts'
import type { TransferOptions } from './storage.ts'

/** Services return at most this many per response; only one response is read. */
const MOST_IN_ONE_ANSWER = 1000

/**
 * Returns the first keys of the folder that contains `near`, and the first keys of the whole bucket.
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

/** Returns all keys below a folder. @throws JobError as `ask` does */
export async function keysBelow(
  session: S3Session,
  folder: string,
  options?: TransferOptions,
): Promise<readonly string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const input = { Bucket: session.bucket, Prefix: folder, ContinuationToken: token }
    const { Contents = [], NextContinuationToken } = await ask<ListObjectsV2CommandOutput>(
      session,
      { doing: 'read', key: folder, signal: options?.signal },
      (s3, send) => s3.listObjectsV2(input, send),
    )
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []))
    token = NextContinuationToken
  } while (token)
  return keys
}
