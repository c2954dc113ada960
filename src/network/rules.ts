/** Which addresses the worker may speak to, where `network.allow` and `network.deny` say so. Pure. */
import { BlockList, isIP } from 'node:net'

/** Each entry a word, a network, an address, a host name, or `*.host` for all names below it. */
export interface NetworkRules {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/** Words for networks. Addresses that mean no host in particular lead to this machine. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10'],
  multicast: ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'],
}

const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i

/** Whether a text is an entry of the rules. One that looks like part of an address is none, for it would match nothing. */
export function isRule(text: string): boolean {
  return networksOf(text).length > 0 || (HOST.test(text) && !/^[\d.]*$/.test(text))
}

export function isRestricted({ allow, deny }: NetworkRules): boolean {
  return allow.length + deny.length > 0
}

/** Whether a host is refused by its name, or as the address that it is. @param host as in a URL, brackets and all */
export function isRefusedHost(host: string, rules: NetworkRules): boolean {
  const name = bare(host)
  return isIP(name)
    ? !isReachable(name, name, rules)
    : !isNamed(name, rules.allow) && isNamed(name, rules.deny)
}

/**
 * Whether an address may be spoken to under a name. An address in `allow` may, one in `deny` may not, whatever its name;
 * else the name decides, and where `allow` stands alone nothing else may.
 */
export function isReachable(host: string, address: string, { allow, deny }: NetworkRules): boolean {
  const meant = meanings(address)
  // Allowed by all that it means, denied by any: it is not known what the network takes it for.
  if (meant.every((one) => isWithin(one, allow))) return true
  if (meant.some((one) => isWithin(one, deny))) return false
  return allow.length === 0 || deny.length > 0 || isNamed(bare(host), allow)
}

/** Whether a name stands in a list. */
export function isNamed(host: string, list: readonly string[]): boolean {
  const name = bare(host)
  return list.some((entry) => {
    const rule = bare(entry)
    return rule.startsWith('*.') ? name.endsWith(rule.slice(1)) : name === rule
  })
}

/** In small letters, without the brackets of an address and the dot that may end a name. */
const bare = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

/** The networks an entry stands for; none where it is a name. */
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

/** An address, with the one of version 4 that it carries; for a mapped one only that. */
function meanings(address: string): string[] {
  const [plain = ''] = bare(address).split('%')
  if (isIP(plain) !== 6) return [plain]
  const groups = groupsOf(plain)
  const at = (i: number): number => groups[i] ?? 0
  const v4 = (high: number, low: number): string =>
    [high >> 8, high & 255, low >> 8, low & 255].map(String).join('.')
  const last = v4(at(6), at(7))
  const isZero = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0)
  // Mapped: the system speaks version 4 then.
  if (isZero(0, 5) && at(5) === 0xffff) return [last]
  // Compatible, translated, NAT64 and ISATAP.
  const isTail =
    (isZero(0, 6) && (at(6) > 0 || at(7) > 1)) ||
    (isZero(0, 4) && at(4) === 0xffff && at(5) === 0) ||
    (at(0) === 0x64 && at(1) === 0xff9b) ||
    ((at(4) & 0xfdff) === 0 && at(5) === 0x5efe)
  if (isTail) return [plain, last]
  // 6to4, and Teredo, which inverts it.
  if (at(0) === 0x2002) return [plain, v4(at(1), at(2))]
  if (at(0) === 0x2001 && at(1) === 0) return [plain, v4(at(6) ^ 0xffff, at(7) ^ 0xffff)]
  return [plain]
}

/** The eight numbers of an address of version 6. */
function groupsOf(address: string): number[] {
  // Written without dots and zeros that way.
  const [head = '', tail] = bare(new URL(`http://[${address}]`).hostname).split('::')
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return [...before, ...zeros, ...after]
}
