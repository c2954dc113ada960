/** Signature V4 in the Authorization header, checked as a service does it, from what has arrived alone. */
import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface Refusal {
  readonly status: number
  readonly code: string
}

const SKEW_MS = 15 * 60_000

/** Why a request is to be refused, undefined when everything about its signature and its body's hash is right. */
export function signatureFault(
  request: IncomingMessage,
  body: Buffer,
  expected: {
    readonly credentials: Credentials
    readonly region: string
    /** What the service takes for now. */
    readonly nowMs: number
    /** The only session token that is good; undefined: none is asked for. */
    readonly sessionToken: string | undefined
  },
): Refusal | undefined {
  const { headers } = request
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  if (given === null) return { status: 403, code: 'AccessDenied' }
  const [, accessKeyId = '', date = '', region = '', signedHeaders = '', signature = ''] = given
  if (accessKeyId !== expected.credentials.accessKeyId) return { status: 403, code: 'InvalidAccessKeyId' }
  const { sessionToken } = expected
  if (sessionToken !== undefined && headers['x-amz-security-token'] !== sessionToken)
    return { status: 400, code: 'ExpiredToken' }
  if (region !== expected.region) return { status: 400, code: 'AuthorizationHeaderMalformed' }

  const stamp = String(headers['x-amz-date'])
  const sentMs = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(sentMs) || !stamp.startsWith(date)) return { status: 403, code: 'AccessDenied' }
  if (Math.abs(sentMs - expected.nowMs) > SKEW_MS) return { status: 403, code: 'RequestTimeTooSkewed' }

  const names = signedHeaders.split(';')
  const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  if (!mustBeSigned.every((name) => names.includes(name))) return { status: 403, code: 'AccessDenied' }

  const bodyHash = String(headers['x-amz-content-sha256'])
  // The worker sends nothing unsigned, so neither an unsigned nor an aws-chunked body is taken.
  if (bodyHash.startsWith('STREAMING-') || bodyHash === 'UNSIGNED-PAYLOAD') {
    return { status: 501, code: 'NotImplemented' }
  }
  if (bodyHash !== sha256(body)) return { status: 400, code: 'XAmzContentSHA256Mismatch' }

  const scope = `${date}/${region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical(request, names, bodyHash))].join('\n')
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${expected.credentials.secretAccessKey}`,
  )
  const right = createHmac('sha256', key).update(toSign).digest('hex')
  return right === signature ? undefined : { status: 403, code: 'SignatureDoesNotMatch' }
}

function canonical(request: IncomingMessage, names: readonly string[], bodyHash: string): string {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const headerLines = names.map(
    (name) => `${name}:${[request.headers[name] ?? ''].flat().join(',').trim().replace(/ +/g, ' ')}\n`,
  )
  return [
    request.method,
    path.split('/').map(reEncode).join('/'),
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.split('=')
        return `${reEncode(name)}=${reEncode(value.join('='))}`
      })
      .sort()
      .join('&'),
    headerLines.join(''),
    names.join(';'),
    bodyHash,
  ].join('\n')
}

/** As RFC 3986 has it, whatever the sender has left unencoded. */
function reEncode(text: string): string {
  return encodeURIComponent(decodeURIComponent(text)).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}
