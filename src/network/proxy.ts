/** Selects the proxy for a request from the environment variables that curl and most other programs use. Pure. */
import { BlockList, isIP } from 'node:net'
import { JobError } from '../errors.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface Proxy {
  /** Without user and password. */
  readonly url: URL
  /** Value of `Proxy-Authorization`, if the variable contains a user. */
  readonly authorization?: string
  /** Host and port, for messages. */
  readonly host: string
  /** The variable that names the proxy. */
  readonly variable: string
}

const VARIABLES = {
  'http:': ['http_proxy', 'HTTP_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY'],
} as const

/**
 * The proxy for a URL; undefined for a direct connection.
 * @throws JobError `proxyInvalid` if the variable is not the URL of an HTTP proxy
 */
export function proxyFor(url: URL, env: Env): Proxy | undefined {
  const variable = VARIABLES[url.protocol as keyof typeof VARIABLES]?.find((name) => env[name]?.trim())
  if (variable === undefined || isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '')) return undefined
  const text = env[variable]?.trim() ?? ''
  const written = text.includes('://') ? text : `http://${text}`
  const proxy = URL.canParse(written) ? new URL(written) : undefined
  if (!proxy || !/^https?:$/.test(proxy.protocol) || proxy.hostname === '')
    throw new JobError({ code: 'proxyInvalid', params: { variable } }, { fault: 'config' })
  const user = `${decoded(proxy.username)}:${decoded(proxy.password)}`
  const { host } = proxy
  return {
    url: new URL(`${proxy.protocol}//${host}`),
    host,
    variable,
    ...(user !== ':' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
  }
}

/** A password with a `%` that encodes nothing is taken literally. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Whether a list exempts a host. Entries are `*`; host names, which include the names below them, with or without a
 * leading dot or `*.`; addresses; and networks such as `10.0.0.0/8`. A port restricts an entry to that port.
 */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry === '*' || isMatch(entry, host, port))
}

function isMatch(entry: string, host: string, port: number): boolean {
  // IPv6 addresses contain colons, so they need brackets before a port.
  const parts = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? /^([^:]*):(\d+)$/.exec(entry)
  const [, name = entry, onPort] = parts ?? []
  if (onPort !== undefined && Number(onPort) !== port) return false
  if (isIP(host)) return isWithin(host, name)
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '')
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
}

/** Whether an address equals another or is in a network. */
function isWithin(address: string, range: string): boolean {
  const [base = '', bits] = range.split('/')
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4'
  const most = family === 'ipv6' ? 128 : 32
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity
  if (!isIP(base) || prefix > most) return false
  const network = new BlockList()
  network.addSubnet(base, prefix, family)
  return network.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
