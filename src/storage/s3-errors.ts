/** Explains failed requests: maps the service's and the network's error codes to job errors. */
import { type Fault, JobError } from '../errors.ts'
import type { Message } from '../messages/index.ts'
import type { Headers } from './content-hash.ts'
import { ProxyRefusal, isUnreached } from '../network/agents.ts'
import { certificateLacks, isCertificateCode } from '../network/certificates.ts'
import { errorCode } from '../files/file-error.ts'

interface Place {
  readonly where: string
  readonly host: string
  /** Whether requests use HTTPS. */
  readonly isSecure: boolean
  readonly isPathStyle: boolean
  /** Host and port of the proxy for requests. */
  readonly proxy?: string
  /** Whether the service has ever answered; false if absent. */
  readonly learnt?: { readonly hasAnswered: boolean }
}

interface About {
  readonly doing: 'read' | 'write'
  readonly key: string
}

/** The HTTP status of an SDK error; undefined if there was no response. */
export function httpStatus(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
}

/** The service's error code, such as `NoSuchKey`. HEAD responses have no body and so only a generic code. */
export function serviceCode(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error'
}

/** The response headers of an error, with lowercase names; empty if there was no response. */
function errorHeaders(error: unknown): Headers {
  return (error as { $response?: { headers?: Headers } } | undefined)?.$response?.headers ?? {}
}

/** How long the service asks clients to wait; undefined if it does not say. */
export function retryAfterMs(error: unknown): number | undefined {
  const seconds = errorHeaders(error)['retry-after']
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined
}

const EXPIRED = [
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'SecurityTokenExpired',
  'InvalidToken',
]
const SKEWED = ['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']

/** Whether newer credentials may help. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.includes(serviceCode(error))
}

/** Whether a retry would be signed with a corrected time: the SDK follows the service's clock once it knows it. */
export function isClockCorrected(error: unknown): boolean {
  const { clockSkewCorrected } = (error as { $metadata?: { clockSkewCorrected?: boolean } }).$metadata ?? {}
  const isTold = errorHeaders(error)['date'] !== undefined
  return clockSkewCorrected === true || (isTold && SKEWED.includes(serviceCode(error)))
}

/** Whether an error means that the object does not exist. A missing bucket is a different error. */
export function isMissing(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(serviceCode(error))
}

/**
 * Converts the error of a failed request to a JobError; a JobError is returned unchanged. `cause` holds the original
 * message, for logs only.
 */
export function storageError(place: Place, about: About, error: unknown): JobError {
  if (error instanceof JobError) return error
  const { said, fault, retryable } = explain(place, about, error)
  return new JobError(said, { fault, retryable, cause: bare(error) })
}

/** SDK errors contain the whole request, including signature and session token, which must not be logged. */
function bare(error: unknown): Error {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const $metadata = { httpStatusCode: httpStatus(error) }
  return Object.assign(new Error(message), { name: serviceCode(error), stack, $metadata })
}

interface Explanation {
  readonly said: Message
  readonly fault: Fault
  readonly retryable: boolean
}

function explain(place: Place, about: About, error: unknown): Explanation {
  const { where, host } = place
  const { key, doing } = about
  const code = serviceCode(error)
  const setup = (said: Message): Explanation => ({ said, fault: 'config', retryable: false })
  const far: Fault = doing === 'read' ? 'input' : 'destination'

  if (EXPIRED.includes(code)) return setup({ code: 'credentialsExpired', params: { where, host, code } })
  if (SKEWED.includes(code)) return setup({ code: 'clockSkewed', params: { where, host } })
  switch (code) {
    case 'NoSuchKey':
    case 'NotFound':
      return { said: { code: 'objectMissing', params: { where, key } }, fault: far, retryable: false }
    case 'NoSuchBucket':
    case 'InvalidBucketName':
      return setup({ code: 'bucketMissing', params: { where, host } })
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return setup({ code: 'bucketElsewhere', params: { where, host, code } })
    case 'CredentialsProviderError':
      return setup({ code: 'credentialsMissing', params: { where } })
    case 'InvalidAccessKeyId':
      return setup({ code: 'accessKeyUnknown', params: { where, host } })
    case 'SignatureDoesNotMatch':
      return setup({ code: 'secretRefused', params: { where, host } })
    case 'InvalidObjectState':
      return { said: { code: 'objectArchived', params: { where, key } }, fault: far, retryable: false }
    default:
  }
  const status = httpStatus(error)
  if (!place.isSecure && wantsTls(error)) return setup({ code: 'httpsOnly', params: { where, host } })
  if (DISABLED.includes(code)) return setup({ code: 'accountDisabled', params: { where, host, code } })
  if (place.isPathStyle && wantsVirtualHost(error))
    return setup({ code: 'virtualHostOnly', params: { where, host, code } })
  const refusal = proxyRefusal(place, error)
  if (refusal) return { ...refusal, fault: refusal.retryable ? far : 'config' }
  if (status === 403 || status === 401)
    return setup({ code: 'accessDenied', params: { where, key, code, doing } })
  if (status === undefined) {
    const broken = networkFault(place, error)
    if (broken) return { ...broken, fault: broken.retryable ? far : 'config' }
  }
  const named =
    status === undefined ? { code } : isNamed(code) ? { code, status } : { code: `HTTP ${status}` }
  const retryable = status !== undefined && mayPass(status, code)
  const helps = retryable ? { helps: isBusy(status, code) ? ('later' as const) : ('again' as const) } : {}
  return {
    said: { code: 'storageFailed', params: { where, key, doing, ...named, ...helps } },
    fault: far,
    retryable,
  }
}

/** Explains a network error; undefined if it is not one. */
function networkFault(place: Place, error: unknown): { said: Message; retryable: boolean } | undefined {
  const { where, host, proxy, isSecure } = place
  const { hasAnswered } = place.learnt ?? { hasAnswered: false }
  const at = { where, host }
  const code = errorCode(error)
  if (proxy !== undefined && code !== undefined && isUnreached(code))
    return { said: { code: 'proxyUnreachable', params: { ...at, proxy, code } }, retryable: true }
  if (code === 'ETIMEDOUT' || (code === undefined && serviceCode(error) === 'TimeoutError'))
    return { said: { code: 'storageTimeout', params: at }, retryable: true }
  if (code === undefined) return undefined
  const params = { ...at, code }
  if (isCertificateCode(code)) {
    const lacks = certificateLacks(code)
    return {
      said: { code: 'storageUntrusted', params: { ...params, ...(lacks && { lacks }) } },
      retryable: false,
    }
  }
  if (isSecure && isNoTls(code, error)) return { said: { code: 'httpOnly', params: at }, retryable: false }
  // Some HTTPS ports close connections that do not use TLS.
  const mayBeHttps = !isSecure && !hasAnswered && !code.startsWith('HPE_')
  // HPE: the response is not HTTP.
  if (/^(ECONNRESET|ECONNABORTED|EPIPE|HPE_)/.test(code))
    return { said: { code: 'connectionBroke', params: { ...params, mayBeHttps } }, retryable: true }
  return { said: { code: 'storageUnreachable', params }, retryable: !code.startsWith('ERR_INVALID') }
}

/** OpenSSL's errors for a response that is not TLS, as sent by a plain HTTP port. */
function isNoTls(code: string, error: unknown): boolean {
  const { message = '' } = error as Error
  return (
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL)$/.test(code) ||
    (code === 'EPROTO' && /wrong version number|packet length too long/i.test(message))
  )
}

/** An HTTPS port answers plain HTTP with a TLS alert or, as Go and nginx do, with an HTTP error. */
function wantsTls(error: unknown): boolean {
  const { rawPacket } = error as { rawPacket?: Uint8Array }
  if (rawPacket) return rawPacket[0] === TLS_ALERT
  // A response that is not XML is kept as text; HTML is close enough to XML to be parsed.
  const { $responseBodyText = '', head } = error as { $responseBodyText?: string; head?: unknown }
  const said = $responseBodyText + (JSON.stringify(head) ?? '')
  return httpStatus(error) === 400 && /to (?:an )?HTTPS (?:server|port)/.test(said)
}

const TLS_ALERT = 0x15

/** A proxy that refuses a request answers in place of the service, in its own format. */
function proxyRefusal(place: Place, error: unknown): { said: Message; retryable: boolean } | undefined {
  const { where, host, proxy } = place
  if (proxy === undefined) return undefined
  const status = error instanceof ProxyRefusal ? error.status : (httpStatus(error) ?? 0)
  const isItsOwn =
    error instanceof ProxyRefusal ||
    status === 407 ||
    ([403, 502, 503, 504].includes(status) && !isNamed(serviceCode(error)))
  if (!isItsOwn) return undefined
  return { said: { code: 'proxyRefused', params: { where, host, proxy, status } }, retryable: status >= 500 }
}

/** Error codes for an account that is closed, suspended or in debt. */
const DISABLED = [
  'AllAccessDisabled',
  'AccountProblem',
  'UserSuspended',
  'UserDisable',
  'UserDisabled',
  'InArrearOrInsufficientBalance',
  'Arrearage',
  'AccountArrears',
  'UnderArrears',
]

/** Error codes of services that require the bucket in the host name. */
const VIRTUAL_HOST_ONLY = [
  'SecondLevelDomainForbidden',
  'VirtualHostDomainRequired',
  'PathStyleDomainForbidden',
  'InvalidPathAccess',
]

function wantsVirtualHost(error: unknown): boolean {
  const isClientError = Math.floor((httpStatus(error) ?? 0) / 100) === 4
  const said = error instanceof Error ? error.message : ''
  return (
    VIRTUAL_HOST_ONLY.includes(serviceCode(error)) ||
    (isClientError && /virtual[- ]?(?:hosted|host|style)/i.test(said))
  )
}

/** The SDK's placeholder codes for a missing (as with HEAD) or unreadable body say less than the status. */
function isNamed(code: string): boolean {
  return !code.startsWith('Unknown') && !['Error', 'SyntaxError'].includes(code)
}

function isBusy(status: number, code: string): boolean {
  return status === 503 || status === 429 || code === 'SlowDown'
}

/** Error codes for a body damaged or truncated in transit, or for a temporary conflict. */
const PASSING = [
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'RequestTimeout',
  'OperationAborted',
]

/** Whether the same request may succeed later. */
function mayPass(status: number, code: string): boolean {
  // These are permanent: the service does not implement the request.
  if (status >= 500) return status !== 501 && status !== 505
  // A successful status with an unreadable response means that the response was damaged in transit.
  return status < 300 || status === 429 || status === 408 || PASSING.includes(code)
}
