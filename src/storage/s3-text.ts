/** Reads small objects into memory. */
import { JobError } from '../errors.ts'
import { startHash } from './content-hash.ts'
import { bytesOf, startingOver } from './s3-body.ts'
import { readVerified } from './s3-verify.ts'
import type { Wanted } from './s3-version.ts'

/**
 * Returns the text of a small object; undefined if there is none.
 * @throws JobError `textTooLarge`, `objectChanged`, `contentDiffers`, and the errors of `storageError`
 */
export async function readObjectText(wanted: Wanted, maxBytes: number): Promise<string | undefined> {
  const read = () =>
    startingOver(wanted, async ({ version, body }) => {
      if (version.bytes > maxBytes) throw tooLarge(wanted, maxBytes)
      const chunks: Buffer[] = []
      for await (const chunk of bytesOf(wanted, version, { at: 0, body })) chunks.push(chunk)
      return { version, bytes: Buffer.concat(chunks) }
    })
  try {
    const { bytes } = await readVerified(wanted, read, (got, algorithm) => {
      const hash = startHash(algorithm)
      hash.update(got.bytes)
      return Promise.resolve(hash.hex())
    })
    return new TextDecoder().decode(bytes)
  } catch (error) {
    if (error instanceof JobError && error.code === 'objectMissing') return undefined
    throw error
  }
}

function tooLarge({ session, key }: Wanted, maxBytes: number): JobError {
  return new JobError(
    { code: 'textTooLarge', params: { where: session.where, key, maxBytes } },
    { fault: 'input' },
  )
}
