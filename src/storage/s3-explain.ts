/** Explains failed requests: maps the service's and the network's error codes to job errors. */
import { type Fault, JobError } from '../errors.ts'
import type { Message } from '../messages/index.ts'
import { EXPIRED, SKEWED, httpStatus, isNamed, serviceCode } from './s3-errors.ts'
import { type Place, networkFault, proxyRefusal, wantsTls } from './s3-network-fault.ts'

interface About {
  readonly doing: 'read' | 'write'
  readonly key: string
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
