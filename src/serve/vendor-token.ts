/**
 * The vendor's Token: `base64(JSON {user_id, room_id, app_id}) . hex(HMAC-SHA1(AppKey, user_id + app_id + ts + rand +
 * room_id)) ts rand`, with ten decimal digits of Unix seconds and eight random digits. Pure.
 */
import { createHmac } from 'node:crypto'

const TAIL = /^([0-9a-f]{40})(\d{10})([0-9A-Za-z]{8})$/i
const MOST_CHARACTERS = 4000

export interface VendorToken {
  readonly appId: string
  /** Unix time in s at which it was made. */
  readonly madeAtS: number
  /** Hex. */
  readonly signature: string
  /** The text that is signed. */
  readonly signed: string
  /** Whether its header holds the AppKey, as the vendor's sample for Node does: whoever sees it can make others. */
  readonly holdsKey: boolean
}

/** @returns undefined if the text is not such a Token */
export function parseVendorToken(text: string): VendorToken | undefined {
  const at = text.lastIndexOf('.')
  if (at < 0 || text.length > MOST_CHARACTERS) return undefined
  const [, signature = '', ts = '', rand = ''] = TAIL.exec(text.slice(at + 1)) ?? []
  const header = headerOf(text.slice(0, at))
  if (!header || signature === '') return undefined
  const { user_id: user, room_id: room, app_id: app } = header
  if (typeof app !== 'string') return undefined
  const part = (one: unknown): string =>
    typeof one === 'string' || typeof one === 'number' ? String(one) : ''
  return {
    appId: app,
    madeAtS: Number(ts),
    signature: signature.toLowerCase(),
    signed: `${part(user)}${app}${ts}${rand}${part(room)}`,
    holdsKey: Object.keys(header).some((name) => name.toLowerCase().replaceAll(/[^a-z]/g, '') === 'appkey'),
  }
}

export const vendorSignature = (key: string, signed: string): string =>
  createHmac('sha1', key).update(signed).digest('hex')

function headerOf(base64: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
    return typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
