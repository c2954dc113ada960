/** The details of an error of the AWS SDK: the service's code, the status, the headers of the response. */
import type { Headers } from './content-hash.ts'

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

export const EXPIRED = [
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'SecurityTokenExpired',
  'InvalidToken',
]
export const SKEWED = ['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']

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

/** The SDK's placeholder codes for a missing (as with HEAD) or unreadable body say less than the status. */
export function isNamed(code: string): boolean {
  return !code.startsWith('Unknown') && !['Error', 'SyntaxError'].includes(code)
}
