/** Decides who a request is from. Pure: keys and time are arguments. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Conf } from '../config/conf-schema.ts'
import { CODES, type Refusal, refusal } from './codes.ts'
import { parseVendorToken, vendorSignature } from './vendor-token.ts'

export type App = Conf['serve']['apps'][number]

/** How far the clocks of a signer and of this machine may be apart. */
const SIGNATURE_AGE_S = 300

/** What a request shows for itself. */
export interface Credentials {
  /** `Authorization: Bearer`, without the word; also takes a vendor's Token. */
  readonly bearer: string | undefined
  /** `X-Owt-Signature`, `X-Owt-Time` and `X-Owt-App-Id`. */
  readonly signature: string | undefined
  readonly time: string | undefined
  readonly signer: string | undefined
  /** Token of the body. */
  readonly token: string | undefined
  /** AppId of the body. */
  readonly appId: string | undefined
  /** What a signature is over: the body of a POST, the path and query of a GET. */
  readonly signedText: string
}

export type Authenticated = { readonly owner: string } | Refusal

/**
 * The first way in that is used decides: a signature, a bearer token, the Token of the body. Without any configured
 * AppId everybody is let in, since the service then listens on loopback only.
 */
export function authenticate(
  given: Credentials,
  of: { apps: readonly App[]; tokenMaxAgeS: number; nowMs: number },
): Authenticated {
  const { apps, tokenMaxAgeS, nowMs } = of
  if (apps.length === 0) return { owner: '' }
  const nowS = nowMs / 1000
  const found =
    given.signature !== undefined
      ? bySignature(given, apps, nowS)
      : given.bearer !== undefined
        ? (byBearer(given.bearer, apps) ?? byToken(given.bearer, { apps, tokenMaxAgeS, nowS }))
        : given.token !== undefined
          ? byToken(given.token, { apps, tokenMaxAgeS, nowS })
          : invalid('no Token, bearer token or signature')
  if ('code' in found) return found
  if (given.appId !== undefined && given.appId !== found.owner)
    return invalid('the Token is of another AppId than Internal.AppId')
  return found
}

/** Whether a bearer token is the one with this SHA-256. An empty hash lets nobody in: no token has it. */
export function isBearer(bearer: string | undefined, sha256: string): boolean {
  return bearer !== undefined && isSame(sha256Of(bearer), sha256.toLowerCase())
}

/** Signs a text as `X-Owt-Signature` expects it. */
export const signatureOf = (key: string, time: string, text: string): string =>
  `sha256=${createHmac('sha256', key).update(`${time}.${text}`).digest('hex')}`

function bySignature(given: Credentials, apps: readonly App[], nowS: number): Authenticated {
  const { signature = '', time = '', signer, appId, signedText } = given
  const app = appOf(apps, signer ?? appId)
  if ('code' in app) return app
  // A signature with an empty key could be made by anybody.
  if (app.key === '' || !isSame(signatureOf(app.key, time, signedText), signature.toLowerCase()))
    return invalid('the signature is not right')
  if (!/^\d{1,13}$/.test(time) || Math.abs(nowS - Number(time)) > SIGNATURE_AGE_S)
    return refusal(CODES.tokenExpired, `X-Owt-Time is more than ${SIGNATURE_AGE_S} s off`)
  return { owner: app.appId }
}

function byBearer(bearer: string, apps: readonly App[]): Authenticated | undefined {
  // All are compared, so that the time taken does not tell how far the search came.
  const matching = apps.filter((app) => isBearer(bearer, app.bearerSha256))
  return matching[0] && { owner: matching[0].appId }
}

function byToken(
  text: string,
  { apps, tokenMaxAgeS, nowS }: { apps: readonly App[]; tokenMaxAgeS: number; nowS: number },
): Authenticated {
  const token = parseVendorToken(text)
  if (!token) return invalid('the Token is not right')
  if (token.holdsKey) return invalid('the Token holds the AppKey; make one without it, and change the AppKey')
  const app = appOf(apps, token.appId)
  if ('code' in app) return app
  if (app.key === '' || !isSame(vendorSignature(app.key, token.signed), token.signature))
    return invalid('the Token is not right')
  const ageS = nowS - token.madeAtS
  if (ageS > tokenMaxAgeS || ageS < -SIGNATURE_AGE_S)
    return refusal(CODES.tokenExpired, 'the Token has expired')
  return { owner: app.appId }
}

function appOf(apps: readonly App[], appId: string | undefined): App | Refusal {
  const app = apps.find((one) => one.appId === appId)
  return app ?? refusal(CODES.appUnusable, 'there is no such AppId')
}

const invalid = (message: string): Refusal => refusal(CODES.tokenInvalid, message)

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Compares in a time that does not depend on the texts. */
function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
