/**
 * Responses other than object bytes: errors and short results. The SDK reads them to the end however long they are;
 * here they are limited in size and time.
 */
import { Readable } from 'node:stream'
import type { S3 } from '@aws-sdk/client-s3'

/** Larger than any error or page of parts. */
const MAX_ANSWER_BYTES = 1 << 20

/** While it joins parts, a service may send whitespace for minutes. A factor of the request timeout. */
const PATIENCE = 10

/** @param requestTimeoutMs how long an error response may take from its first byte to its last */
export function boundAnswers(s3: S3, { requestTimeoutMs }: { requestTimeoutMs: number }): void {
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      const response = result.response as { statusCode: number; body?: unknown }
      const { statusCode, body } = response
      const isError = statusCode >= 300
      // Object bytes are limited where they are read.
      if (!(body instanceof Readable) || (context['commandName'] === 'GetObjectCommand' && !isError))
        return result
      const most = { bytes: MAX_ANSWER_BYTES, ms: isError ? requestTimeoutMs : PATIENCE * requestTimeoutMs }
      const bytes = await readBounded(body, most)
      if (!bytes && !isError) {
        const $metadata = { httpStatusCode: statusCode }
        throw Object.assign(new Error('the answer is too long'), { name: 'AnswerTooLong', $metadata })
      }
      // An error can also be identified by its status.
      response.body = Readable.from(bytes && bytes.length > 0 ? [bytes] : [], { objectMode: false })
      return result
    },
    // Closest to the connection, so it runs before the middleware that reads responses.
    { step: 'deserialize', priority: 'low', name: 'boundAnswers' },
  )
}

/**
 * Reads a whole body; returns undefined if it exceeds the size or time limit.
 * @throws the connection's own error if the connection breaks
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
