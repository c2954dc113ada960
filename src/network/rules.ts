/** Decides by `network.allow` and `network.deny` which addresses the worker may connect to. Pure. */
import { BlockList, isIP } from 'node:net'

/** Each entry is a keyword, a network, an address, a host name, or `*.host` for all names below it. */
export interface NetworkRules {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/** Keywords for networks. Unspecified addresses lead to this machine. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10'],
  multicast: ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'],
}

const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i

/** Whether a text is a valid entry. Something like a part of an address is not: it would match nothing. */
export function isRule(text: string): boolean {
  return networksOf(text).length > 0 || (HOST.test(text) && !/^[\d.]*$/.test(text))
}

export function isRestricted({ allow, deny }: NetworkRules): boolean {
  return allow.length + deny.length > 0
}

/** Whether a host is refused, by its name or as an address. @param host as in a URL, with any brackets */
export function isRefusedHost(host: string, rules: NetworkRules): boolean {
  const name = bare(host)
  return isIP(name)
    ? !isReachable(name, name, rules)
    : !isNamed(name, rules.allow) && isNamed(name, rules.deny)
}

/**
 * Whether a host name may be reached at an address. An address in `allow` may, one in `deny` may not, whatever the
 * name; otherwise the name decides, and with only `allow` set everything else is refused.
 */
export function isReachable(host: string, address: string, { allow, deny }: NetworkRules): boolean {
  const meant = meanings(address)
  // Allowed only if all interpretations are, denied if any is: the network may use any of them.
  if (meant.every((one) => isWithin(one, allow))) return true
  if (meant.some((one) => isWithin(one, deny))) return false
  return allow.length === 0 || deny.length > 0 || isNamed(bare(host), allow)
}

/** Whether a list contains a name. */
export function isNamed(host: string, list: readonly string[]): boolean {
  const name = bare(host)
  return list.some((entry) => {
    const rule = bare(entry)
    return rule.startsWith('*.') ? name.endsWith(rule.slice(1)) : name === rule
  })
}

/** Lower case, without the brackets of an address or a trailing dot. */
const bare = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

/** The networks of an entry; empty for a name. */
function networksOf(entry: string): { base: string; prefix: number; family: 'ipv4' | 'ipv6' }[] {
  const ranges = Object.hasOwn(WORDS, entry) ? WORDS[entry] : undefined
  if (ranges) return ranges.flatMap(networksOf)
  const [base = '', bits, ...more] = bare(entry).split('/')
  const version = isIP(base)
  const most = version === 6 ? 128 : 32
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity
  if (version === 0 || base.includes('%') || prefix > most || more.length > 0) return []
  return [{ base, prefix, family: version === 6 ? 'ipv6' : 'ipv4' }]
}

function isWithin(address: string, list: readonly string[]): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  return list.flatMap(networksOf).some((network) => {
    if (network.family !== family) return false
    const block = new BlockList()
    block.addSubnet(network.base, network.prefix, family)
    return block.check(address, family)
  })
}

/** An address and any IPv4 address embedded in it; for an IPv4-mapped one only the latter. */
function meanings(address: string): string[] {
  const [plain = ''] = bare(address).split('%')
  if (isIP(plain) !== 6) return [plain]
  const groups = groupsOf(plain)
  const at = (i: number): number => groups[i] ?? 0
  const v4 = (high: number, low: number): string =>
    [high >> 8, high & 255, low >> 8, low & 255].map(String).join('.')
  const last = v4(at(6), at(7))
  const isZero = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0)
  // Mapped: the system then uses IPv4.
  if (isZero(0, 5) && at(5) === 0xffff) return [last]
  // Compatible, translated, NAT64 and ISATAP.
  const isTail =
    (isZero(0, 6) && (at(6) > 0 || at(7) > 1)) ||
    (isZero(0, 4) && at(4) === 0xffff && at(5) === 0) ||
    (at(0) === 0x64 && at(1) === 0xff9b) ||
    ((at(4) & 0xfdff) === 0 && at(5) === 0x5efe)
  if (isTail) return [plain, last]
  // 6to4, and Teredo, which inverts the address.
  if (at(0) === 0x2002) return [plain, v4(at(1), at(2))]
  if (at(0) === 0x2001 && at(1) === 0) return [plain, v4(at(6) ^ 0xffff, at(7) ^ 0xffff)]
  return [plain]
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // Normalizes the address: no dotted part, compressed zeros.
  const [head = '', tail] = bare(new URL(`http://[${address}]`).hostname).split('::')
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return [...before, ...zeros, ...after]
}
