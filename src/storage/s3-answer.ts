/**
 * What a service answers besides the bytes of objects: errors, and short texts about what was done. The SDK reads it to
 * its end, wherever that is; here it has a bound in bytes and in time.
 */
import { Readable } from 'node:stream'
import type { S3 } from '@aws-sdk/client-s3'

/** Longer than any error, and than a page of parts. */
const MAX_ANSWER_BYTES = 1 << 20

/** While parts are put together a service sends blanks, for minutes: times the time of a request. */
const PATIENCE = 10

/** @param requestTimeoutMs how long an error may take from its first byte to its last */
export function boundAnswers(s3: S3, { requestTimeoutMs }: { requestTimeoutMs: number }): void {
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      const response = result.response as { statusCode: number; body?: unknown }
      const { statusCode, body } = response
      const isError = statusCode >= 300
      // The bytes of an object are bounded where they are read.
      if (!(body instanceof Readable) || (context['commandName'] === 'GetObjectCommand' && !isError))
        return result
      const most = { bytes: MAX_ANSWER_BYTES, ms: isError ? requestTimeoutMs : PATIENCE * requestTimeoutMs }
      const bytes = await readBounded(body, most)
      if (!bytes && !isError) {
        const $metadata = { httpStatusCode: statusCode }
        throw Object.assign(new Error('the answer is too long'), { name: 'AnswerTooLong', $metadata })
      }
      // An error is known by its status, too.
      response.body = Readable.from(bytes && bytes.length > 0 ? [bytes] : [], { objectMode: false })
      return result
    },
    // Next to the connection: what reads answers stands before it.
    { step: 'deserialize', priority: 'low', name: 'boundAnswers' },
  )
}

/**
 * The whole of a body; undefined where it is longer, or takes longer, than it may.
 * @throws the connection's own error where that breaks
 */
export async function readBounded(
  body: Readable,
  most: { readonly bytes: number; readonly ms: number },
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let total = 0
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    body.destroy()
  }, most.ms)
  try {
    for await (const chunk of body) {
      total += (chunk as Buffer).length
      // Leaving the loop closes the connection.
      if (total > most.bytes) return undefined
      chunks.push(chunk as Buffer)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (isLate) return undefined
    throw error
  } finally {
    clearTimeout(timer)
  }
}
