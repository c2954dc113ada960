/** Interprets error codes of invalid certificates. */

/** Whether a code is one of OpenSSL's certificate errors, as Node passes them on. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)
}

/** Why a certificate is invalid: its period of validity, or no known issuer; undefined for other codes. */
export function certificateLacks(code: string): 'time' | 'issuer' | undefined {
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return 'time'
  return /SELF_SIGNED|UNABLE_TO/.test(code) ? 'issuer' : undefined
}
