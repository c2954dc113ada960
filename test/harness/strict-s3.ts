/**
 * A front before an S3 server that is as strict as the strictest service the worker meets: signatures and body hashes
 * are checked, parts are exactly 8 MiB, aws-chunked bodies are refused, ETags are no MD5 sums, `If-Match` counts.
 * It remembers what was asked of it and breaks calls on demand.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyOf, forward, settled } from './strict-s3-backend.ts'
import { type Fault, type How, sendBroken } from './strict-s3-faults.ts'
import { type Credentials, type Refusal, signatureFault } from './strict-s3-signature.ts'
import { type Part, refusalOfParts } from './strict-s3-parts.ts'

export { PART_BYTES } from './strict-s3-parts.ts'
export { type Fault, type How } from './strict-s3-faults.ts'

/** One request as it arrived, in order of arrival. */
export interface Seen {
  /** As the service's reference calls it: `GetObject`, `UploadPart`. */
  readonly operation: string
  readonly bucket: string
  readonly key: string
  readonly range: string | undefined
  readonly ifMatch: string | undefined
  readonly bodyBytes: number
}

export interface StrictS3 {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  readonly requests: readonly Seen[]
  count(operation: string): number
  /** Sizes of the parts of every multipart upload that was completed, in order. */
  readonly completed: readonly (readonly number[])[]
  /** Multipart uploads begun and neither completed nor aborted. */
  pendingUploads(): number
  /** Breaks the next calls that fit; of several faults the one given first. */
  break(fault: Fault): void
  /** Forgets requests, faults and completed uploads. */
  forget(): void
  stop(): Promise<void>
}

const CREDENTIALS: Credentials = { accessKeyId: 'TESTKEY', secretAccessKey: 'test/secret+of=nobody' }
const REGION = 'us-east-1'

/** Starts the front in this process, on a free port of loopback, path style only. */
export async function startStrictS3({ backendPort }: { backendPort: number }): Promise<StrictS3> {
  const requests: Seen[] = []
  const completed: number[][] = []
  const faults: { fault: Fault; left: number }[] = []
  const uploads = new Map<string, Map<number, Part>>()
  const backend = { port: backendPort, agent: new Agent({ keepAlive: false }) }

  const faultFor = (seen: Seen): Fault | undefined => {
    const found = faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.operation ?? seen.operation) === seen.operation &&
        (fault.key ?? seen.key) === seen.key,
    )
    if (found !== undefined) found.left -= 1
    return found?.fault
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    const query = new URLSearchParams((request.url ?? '').split('?')[1])
    const seen = seenOf(request, query, body)
    requests.push(seen)
    const refused =
      request.headers['content-encoding']?.includes('aws-chunked') === true
        ? { status: 501, code: 'NotImplemented' }
        : signatureFault(request, body, { credentials: CREDENTIALS, region: REGION })
    if (refused !== undefined) return refuse(response, refused)
    const fault = faultFor(seen)
    const how: How = fault?.how ?? { kind: 'pass' }
    if (how.kind === 'refuse' || how.kind === 'hang' || how.kind === 'drop') {
      await fault?.meanwhile?.()
      if (how.kind === 'refuse') refuse(response, how)
      if (how.kind === 'drop') response.destroy()
      return
    }

    const uploadId = query.get('uploadId') ?? ''
    const parts = uploads.get(uploadId)
    if (uploadId !== '' && parts === undefined) return refuse(response, { status: 404, code: 'NoSuchUpload' })
    if (seen.operation === 'AbortMultipartUpload') {
      // The server behind knows no such call; its parts go with its folder.
      uploads.delete(uploadId)
      response.writeHead(204).end()
      return
    }
    if (seen.operation === 'CompleteMultipartUpload' && parts !== undefined) {
      const wrong = refusalOfParts(body.toString(), parts)
      if (wrong !== undefined) return refuse(response, wrong)
    }

    const given = await forward({ request, body, ...backend })
    const status = given.statusCode ?? 500
    const etag = opaque(given.headers.etag)
    const headers: OutgoingHttpHeaders = { ...given.headers, ...(etag === undefined ? {} : { etag }) }
    delete headers['connection']
    delete headers['transfer-encoding']
    if (seen.ifMatch !== undefined && status < 300 && seen.ifMatch !== etag) {
      given.destroy()
      return refuse(response, { status: 412, code: 'PreconditionFailed' })
    }
    if (status < 300 && (seen.operation === 'GetObject' || seen.operation === 'HeadObject')) {
      const meanwhile = fault?.meanwhile ?? (() => {})
      return sendBroken({
        response,
        status,
        headers,
        body: given,
        how,
        isHead: request.method === 'HEAD',
        meanwhile,
      })
    }

    let text = (await bodyOf(given)).toString()
    if (status < 300) {
      if (seen.operation === 'CreateMultipartUpload') {
        uploads.set(/<UploadId>(.*?)<\/UploadId>/.exec(text)?.[1] ?? '', new Map())
      } else if (seen.operation === 'UploadPart') {
        parts?.set(Number(query.get('partNumber')), { bytes: body.length, etag: etag ?? '' })
      } else if (seen.operation === 'CompleteMultipartUpload' && parts !== undefined) {
        uploads.delete(uploadId)
        const sizes = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part.bytes)
        completed.push(sizes)
        text = text.replace(/<ETag>.*?<\/ETag>/, '<ETag>&quot;whole&quot;</ETag>')
        await settled({
          ...backend,
          path: request.url ?? '',
          bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
        })
      } else if (seen.operation === 'PutObject') {
        await settled({ ...backend, path: request.url ?? '', bytes: body.length })
      }
    }
    await fault?.meanwhile?.()
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A client that went away, or a bug of this front: either way this call has no answer.
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: REGION,
    credentials: CREDENTIALS,
    requests,
    completed,
    count: (operation) => requests.filter((seen) => seen.operation === operation).length,
    pendingUploads: () => uploads.size,
    break: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    forget() {
      requests.length = 0
      completed.length = 0
      faults.length = 0
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function seenOf(request: IncomingMessage, query: URLSearchParams, body: Buffer): Seen {
  const [bucket = '', ...key] =
    (request.url ?? '').split('?')[0]?.slice(1).split('/').map(decodeURIComponent) ?? []
  return {
    operation: operationOf(request.method ?? '', query, key.join('/') !== ''),
    bucket,
    key: key.join('/'),
    range: request.headers.range,
    ifMatch: request.headers['if-match'],
    bodyBytes: body.length,
  }
}

function operationOf(method: string, query: URLSearchParams, hasKey: boolean): string {
  if (!hasKey) return { HEAD: 'HeadBucket', GET: 'ListObjects', PUT: 'CreateBucket' }[method] ?? method
  if (query.has('uploads')) return 'CreateMultipartUpload'
  if (query.has('uploadId')) {
    const named = { PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }
    return named[method as keyof typeof named] ?? method
  }
  const named = { HEAD: 'HeadObject', GET: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' }
  return named[method as keyof typeof named] ?? method
}

/** The same ETag for the same object each time, and nothing that could be taken for an MD5 sum. */
function opaque(etag: string | undefined): string | undefined {
  return etag && `"${createHash('sha256').update(`front ${etag}`).digest('base64url')}"`
}

function refuse(response: ServerResponse, { status, code }: Refusal): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(xml) })
  response.end(xml)
}
