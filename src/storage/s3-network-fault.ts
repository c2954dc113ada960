/** Explains requests that the network, TLS or a proxy has failed. */
import { errorCode } from '../files/file-error.ts'
import type { Message } from '../messages/index.ts'
import { ProxyRefusal, isUnreached } from '../network/agents.ts'
import { certificateLacks, isCertificateCode } from '../network/certificates.ts'
import { httpStatus, isNamed, serviceCode } from './s3-errors.ts'

export interface Place {
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

/** Explains a network error; undefined if it is not one. */
export function networkFault(
  place: Place,
  error: unknown,
): { said: Message; retryable: boolean } | undefined {
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
      said: { code: 'storageUntrusted', params: { ...params, lacks } },
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
export function wantsTls(error: unknown): boolean {
  const { rawPacket } = error as { rawPacket?: Uint8Array }
  if (rawPacket) return rawPacket[0] === TLS_ALERT
  // A response that is not XML is kept as text; HTML is close enough to XML to be parsed.
  const { $responseBodyText = '', head } = error as { $responseBodyText?: string; head?: unknown }
  const said = $responseBodyText + (JSON.stringify(head) ?? '')
  return httpStatus(error) === 400 && /to (?:an )?HTTPS (?:server|port)/.test(said)
}

const TLS_ALERT = 0x15

/** A proxy that refuses a request answers in place of the service, in its own format. */
export function proxyRefusal(
  place: Place,
  error: unknown,
): { said: Message; retryable: boolean } | undefined {
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
