/** Verifies that what was read is what the service has. */
import { JobError } from '../errors.ts'
import type { Algorithm } from './content-hash.ts'
import type { Version, Wanted } from './s3-version.ts'

/**
 * Reads until the content matches the hash that the service reports. The reported value may not be a hash of the
 * content, so two identical reads are also accepted.
 * @param read reads the whole object; receives the attempt number, from 1
 * @throws JobError `contentDiffers` if each read differs
 */
export async function readVerified<T extends { readonly version: Version }>(
  wanted: Wanted,
  read: (time: number) => Promise<T>,
  hashOf: (got: T, algorithm: Algorithm) => Promise<string>,
): Promise<T> {
  const { session, key, options } = wanted
  const { hashes } = session.learnt
  const mostTimes = Math.max(2, session.settings.attempts)
  let before: string | undefined
  for (let time = 1; ; time += 1) {
    const got = await read(time)
    const { claim, bytes } = got.version
    if (claim === undefined || hashes.get(claim.algorithm) === 'else') return got
    const { algorithm } = claim
    const hex = await hashOf(got, algorithm)
    if (hex === claim.hex) {
      hashes.set(algorithm, 'right')
      return got
    }
    const facts = { where: session.where, key, algorithm, told: claim.hex, found: hex }
    if (hex === before) {
      session.log?.warn(facts, 'what the service tells is no hash of this object')
      if (hashes.get(algorithm) !== 'right') hashes.set(algorithm, 'else')
      return got
    }
    if (time === mostTimes) {
      throw new JobError(
        { code: 'contentDiffers', params: { where: session.where, key, algorithm } },
        { fault: 'input', retryable: true },
      )
    }
    session.log?.warn(facts, 'fetched again: its hash is not what the service reports')
    before = hex
    options?.onBytes?.(-bytes)
  }
}
