/** What the system's names for a certificate that does not hold say of it. */

/** OpenSSL's names, as Node passes them on. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)
}

/** What a certificate lacks: it is not valid today, or nobody known here has signed it; undefined for anything else. */
export function certificateLacks(code: string): 'time' | 'issuer' | undefined {
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return 'time'
  return /SELF_SIGNED|UNABLE_TO/.test(code) ? 'issuer' : undefined
}
