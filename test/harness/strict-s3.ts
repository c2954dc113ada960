/**
 * A front before an S3 server that is as strict as the strictest service the worker meets: signatures and body hashes
 * are checked, parts are exactly 8 MiB, aws-chunked bodies are refused, ETags are no MD5 sums, `If-Match` counts.
 * It remembers what was asked of it, breaks calls on demand, and can have other manners.
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
import { setTimeout as pause } from 'node:timers/promises'
import { bodyOf, cutList, etagAt, forward, settled } from './strict-s3-backend.ts'
import { damaged, type Fault, type How, sendBroken } from './strict-s3-faults.ts'
import { type Credentials, type Refusal, signatureFault } from './strict-s3-signature.ts'
import { etagOfParts, type Part, refusalOfParts } from './strict-s3-parts.ts'

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
  readonly ifNoneMatch: string | undefined
  readonly contentMd5: string | undefined
  readonly bodyBytes: number
}

/** How the service is, apart from single calls that are broken. */
export interface Manners {
  /** What ETags are: nothing like an MD5 sum, one as AWS has it, or something that only looks like one. */
  readonly etags: 'opaque' | 'md5' | 'like md5'
  /** How far its clock is ahead of this machine's. */
  readonly clockAheadMs: number
  /** Its answers say what time it is. */
  readonly tellsTime: boolean
  /** An `If-Match` that does not match is refused, as not every service does. */
  readonly heedsIfMatch: boolean
  /** What it does with a condition on a write. */
  readonly conditionalWrites: 'heeded' | 'ignored' | 'refused'
  /** The session token that has not expired; undefined: none is asked for. */
  readonly sessionToken: string | undefined
}

const FIRST_MANNERS: Manners = {
  etags: 'opaque',
  clockAheadMs: 0,
  tellsTime: true,
  heedsIfMatch: true,
  conditionalWrites: 'heeded',
  sessionToken: undefined,
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
  /** Changes its manners. */
  be(manners: Partial<Manners>): void
  /** Ends every fault, and forgets the requests there were. */
  mend(): void
  /** Forgets everything, and has its first manners again. */
  forget(): void
  stop(): Promise<void>
}

const CREDENTIALS: Credentials = { accessKeyId: 'TESTKEY', secretAccessKey: 'test/secret+of=nobody' }
const REGION = 'us-east-1'
const expected = { credentials: CREDENTIALS, region: REGION }

/** Starts the front in this process, on a free port of loopback, path style only. */
export async function startStrictS3({ backendPort }: { backendPort: number }): Promise<StrictS3> {
  const requests: Seen[] = []
  const completed: number[][] = []
  const faults: { fault: Fault; left: number }[] = []
  const uploads = new Map<string, Map<number, Part>>()
  /** ETags of objects that were made of parts, by path; the server behind knows no such. */
  const etagsOfParts = new Map<string, string>()
  const backend = { port: backendPort, agent: new Agent({ keepAlive: false }) }
  let manners = FIRST_MANNERS

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

  /** Whether what is under a key is what a write says that it replaces. */
  const isAsSaid = async (seen: Seen, { url = '' }: IncomingMessage): Promise<boolean> => {
    const path = url.split('?')[0] ?? ''
    const there = await etagAt({ ...backend, path })
    if (seen.ifNoneMatch !== undefined) return there === undefined
    return seen.ifMatch === etagAs(manners.etags, etagsOfParts.get(path) ?? there)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = await bodyOf(request)
    const nowMs = Date.now() + manners.clockAheadMs
    response.sendDate = false
    if (manners.tellsTime) response.setHeader('date', new Date(nowMs).toUTCString())
    const query = new URLSearchParams((request.url ?? '').split('?')[1])
    const seen = seenOf(request, query, body)
    requests.push(seen)
    const refused =
      request.headers['content-encoding']?.includes('aws-chunked') === true
        ? { status: 501, code: 'NotImplemented' }
        : (signatureFault(request, body, { ...expected, nowMs, sessionToken: manners.sessionToken }) ??
          (seen.contentMd5 === undefined || seen.contentMd5 === md5Of(body)
            ? undefined
            : { status: 400, code: 'BadDigest' }))
    if (refused !== undefined) return refuse(response, refused)
    const fault = faultFor(seen)
    const how: How = fault?.how ?? { kind: 'pass' }
    if (how.kind === 'refuse' || how.kind === 'hang' || how.kind === 'drop') {
      await fault?.meanwhile?.()
      if (how.kind === 'refuse') refuse(response, how)
      if (how.kind === 'drop') response.destroy()
      return
    }
    if (how.kind === 'late') await pause(how.ms)
    if (how.kind === 'damage' && request.method === 'PUT') body = damaged(body, how.atByte)

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

    const isWrite = seen.operation === 'PutObject' || seen.operation === 'CompleteMultipartUpload'
    if (isWrite && (seen.ifMatch ?? seen.ifNoneMatch) !== undefined) {
      if (manners.conditionalWrites === 'refused')
        return refuse(response, { status: 501, code: 'NotImplemented' })
      if (manners.conditionalWrites === 'heeded' && !(await isAsSaid(seen, request)))
        return refuse(response, { status: 412, code: 'PreconditionFailed' })
    }

    // The server behind answers 500 where a list is cut: it makes a token by a cipher that Node no longer has.
    const most = seen.operation === 'ListObjects' ? Number(query.get('max-keys') ?? 1000) : undefined
    if (most !== undefined) request.url = request.url?.replace(/&?max-keys=\d+/, '')
    const given = await forward({ request, body, ...backend })
    const status = given.statusCode ?? 500
    const path = request.url?.split('?')[0] ?? ''
    const isWhole = seen.operation === 'GetObject' || seen.operation === 'HeadObject'
    const plain = (isWhole && etagsOfParts.get(path)) || given.headers.etag
    const etag = etagAs(manners.etags, plain)
    const headers: OutgoingHttpHeaders = { ...given.headers, ...(etag === undefined ? {} : { etag }) }
    delete headers['connection']
    delete headers['date']
    delete headers['transfer-encoding']
    if (
      !isWrite &&
      manners.heedsIfMatch &&
      seen.ifMatch !== undefined &&
      status < 300 &&
      seen.ifMatch !== etag
    ) {
      given.destroy()
      return refuse(response, { status: 412, code: 'PreconditionFailed' })
    }
    if (status < 300 && isWhole) {
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
    if (most !== undefined) text = cutList(text, most)
    if (status < 300) {
      if (seen.operation === 'CreateMultipartUpload') {
        uploads.set(/<UploadId>(.*?)<\/UploadId>/.exec(text)?.[1] ?? '', new Map())
      } else if (seen.operation === 'UploadPart') {
        parts?.set(Number(query.get('partNumber')), { bytes: body.length, etag: etag ?? '' })
      } else if (seen.operation === 'CompleteMultipartUpload' && parts !== undefined) {
        uploads.delete(uploadId)
        if (manners.etags === 'md5') etagsOfParts.set(path, etagOfParts(parts))
        const sizes = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part.bytes)
        completed.push(sizes)
        text = text.replace(/<ETag>.*?<\/ETag>/, '<ETag>&quot;whole&quot;</ETag>')
        await settled({
          ...backend,
          path: request.url ?? '',
          bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
        })
      } else if (seen.operation === 'PutObject') {
        etagsOfParts.delete(path)
        await settled({ ...backend, path: request.url ?? '', bytes: body.length })
      }
    }
    await fault?.meanwhile?.()
    if (how.kind === 'lose') return void response.destroy()
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A client that went away, or a bug of this front: either way this call has no answer.
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  // A connection that is closed for its silence may be used again at that very moment.
  server.keepAliveTimeout = 0
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
    be: (changes) => void (manners = { ...manners, ...changes }),
    break: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    mend() {
      requests.length = 0
      faults.length = 0
    },
    forget() {
      requests.length = 0
      faults.length = 0
      completed.length = 0
      uploads.clear()
      manners = FIRST_MANNERS
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
    ifNoneMatch: request.headers['if-none-match'],
    contentMd5: request.headers['content-md5'] as string | undefined,
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

/** The same ETag for the same object each time. */
function etagAs(kind: Manners['etags'], etag: string | undefined): string | undefined {
  if (etag === undefined || kind === 'md5') return etag
  const hash = createHash(kind === 'opaque' ? 'sha256' : 'md5').update(`front ${etag}`)
  return `"${hash.digest(kind === 'opaque' ? 'base64url' : 'hex')}"`
}

function md5Of(body: Buffer): string {
  return createHash('md5').update(body).digest('base64')
}

function refuse(response: ServerResponse, how: Refusal & Partial<Extract<How, { kind: 'refuse' }>>): void {
  const { status, code, headers } = how
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
  const body = how.body ?? xml
  const type = how.body === undefined ? 'application/xml' : 'text/html'
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}
