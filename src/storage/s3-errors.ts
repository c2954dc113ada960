/** What a failed request means: the service's codes and the network's, in the worker's own words. */
import { type Fault, JobError } from '../errors.ts'
import type { Message } from '../messages/index.ts'
import type { Headers } from './content-hash.ts'
import { ProxyRefusal, isUnreached } from '../network/agents.ts'
import { certificateLacks, isCertificateCode } from '../network/certificates.ts'
import { errorCode } from '../files/file-error.ts'

interface Place {
  readonly where: string
  readonly host: string
  /** Whether requests are sent by https. */
  readonly isSecure: boolean
  readonly isPathStyle: boolean
  /** Host and port of the proxy that requests go through. */
  readonly proxy?: string
  /** Whether the service has ever answered; it has not, where nothing is said. */
  readonly learnt?: { readonly hasAnswered: boolean }
}

interface About {
  readonly doing: 'read' | 'write'
  readonly key: string
}

/** The HTTP status an SDK error carries, undefined where no answer came. */
export function httpStatus(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
}

/** The service's own name of an error: `NoSuchKey`. Answers to HEAD have no body and so only a general one. */
export function serviceCode(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error'
}

/** Response headers an error came with, names in lower case; none where no answer came. */
function errorHeaders(error: unknown): Headers {
  return (error as { $response?: { headers?: Headers } } | undefined)?.$response?.headers ?? {}
}

/** How long the service asks to be left alone, undefined where it does not. */
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

/** Whether newer credentials would help. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.includes(serviceCode(error))
}

/** Whether the same request would be signed for another time now: the SDK keeps to the service's clock once it is told. */
export function isClockCorrected(error: unknown): boolean {
  const { clockSkewCorrected } = (error as { $metadata?: { clockSkewCorrected?: boolean } }).$metadata ?? {}
  const isTold = errorHeaders(error)['date'] !== undefined
  return clockSkewCorrected === true || (isTold && SKEWED.includes(serviceCode(error)))
}

/** Whether an error says that there is no such object; a missing bucket is something else. */
export function isMissing(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(serviceCode(error))
}

/**
 * The error a failed request is told as; one that already speaks stays as it is. `cause` says what the original said,
 * for logs only.
 */
export function storageError(place: Place, about: About, error: unknown): JobError {
  if (error instanceof JobError) return error
  const { said, fault, retryable } = explain(place, about, error)
  return new JobError(said, { fault, retryable, cause: bare(error) })
}

/** The SDK's errors hold the whole exchange, signature and session token with it, which no log shall be given. */
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

/** What the network has to say; undefined where it says nothing. */
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
  // Some ports for https close a connection on which anything else is said.
  const mayBeHttps = !isSecure && !hasAnswered && !code.startsWith('HPE_')
  // HPE: an answer that is no HTTP.
  if (/^(ECONNRESET|ECONNABORTED|EPIPE|HPE_)/.test(code))
    return { said: { code: 'connectionBroke', params: { ...params, mayBeHttps } }, retryable: true }
  return { said: { code: 'storageUnreachable', params }, retryable: !code.startsWith('ERR_INVALID') }
}

/** OpenSSL's names for an answer that is no TLS, which is what a port says that speaks plain http. */
function isNoTls(code: string, error: unknown): boolean {
  const { message = '' } = error as Error
  return (
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL)$/.test(code) ||
    (code === 'EPROTO' && /wrong version number|packet length too long/i.test(message))
  )
}

/** A port that speaks https answers plain http with an alert of TLS, or, as Go's and nginx do, with words of http. */
function wantsTls(error: unknown): boolean {
  const { rawPacket } = error as { rawPacket?: Uint8Array }
  if (rawPacket) return rawPacket[0] === TLS_ALERT
  // An answer that is no XML comes as text; HTML is XML enough to be taken apart.
  const { $responseBodyText = '', head } = error as { $responseBodyText?: string; head?: unknown }
  const said = $responseBodyText + (JSON.stringify(head) ?? '')
  return httpStatus(error) === 400 && /to (?:an )?HTTPS (?:server|port)/.test(said)
}

const TLS_ALERT = 0x15

/** A proxy that does not let a request through answers in the place of the service, and not as one. */
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

/** What services call an account that is closed, suspended or in debt. */
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

/** What services call it that a bucket is to be named in the host. */
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

/** The SDK's names for an answer whose body is missing, as with HEAD, or not to be read say less than its status. */
function isNamed(code: string): boolean {
  return !code.startsWith('Unknown') && !['Error', 'SyntaxError'].includes(code)
}

function isBusy(status: number, code: string): boolean {
  return status === 503 || status === 429 || code === 'SlowDown'
}

/** What a service calls a body that was damaged or cut on its way, or a moment that was badly chosen. */
const PASSING = [
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'RequestTimeout',
  'OperationAborted',
]

/** Whether the same request may well succeed in a while. */
function mayPass(status: number, code: string): boolean {
  // What the service does not do today it will not do in a minute.
  if (status >= 500) return status !== 501 && status !== 505
  // Success with an answer that cannot be read is an answer that was broken on its way.
  return status < 300 || status === 429 || status === 408 || PASSING.includes(code)
}
