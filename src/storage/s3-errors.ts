/** What a failed request means: the service's codes and the network's, in the worker's own words. */
import { type Fault, JobError } from '../errors.ts'
import type { Message } from '../messages/index.ts'
import { errorCode } from './file-error.ts'

interface Place {
  readonly where: string
  readonly host: string
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
    case 'RequestTimeTooSkewed':
    case 'RequestExpired':
      return setup({ code: 'clockSkewed', params: { where, host } })
    case 'TimeoutError':
      return { said: { code: 'storageTimeout', params: { where, host } }, fault: far, retryable: true }
    default:
  }

  const status = httpStatus(error)
  if (status === 403 || status === 401)
    return setup({ code: 'accessDenied', params: { where, key, code, doing } })
  const errno = errorCode(error)
  if (status === undefined && errno !== undefined) {
    if (isCertificateCode(errno))
      return setup({ code: 'storageUntrusted', params: { where, host, code: errno } })
    const said = { code: 'storageUnreachable', params: { where, host, code: errno } } as const
    return { said, fault: far, retryable: true }
  }
  // The SDK's name for an answer without a body, which is what HEAD has, says less than its status.
  const named =
    status === undefined
      ? { code }
      : code.startsWith('Unknown')
        ? { code: `HTTP ${status}` }
        : { code, status }
  const said = { code: 'storageFailed', params: { where, key, doing, ...named } } as const
  return { said, fault: far, retryable: status === undefined || status >= 500 || status === 429 }
}

/** OpenSSL's names for a certificate that does not hold, as Node passes them on. */
function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)
}
