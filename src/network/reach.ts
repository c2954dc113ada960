/** Checks resolved addresses against the network rules at the moment of connecting. */
import dns from 'node:dns'
import type { LookupFunction } from 'node:net'
import { JobError } from '../errors.ts'
import { type NetworkRules, isNamed, isReachable } from './rules.ts'

export function addressRefused(host: string): JobError {
  return new JobError({ code: 'addressRefused', params: { host } }, { fault: 'config' })
}

export function isRefusal(error: unknown): boolean {
  return error instanceof JobError && error.code === 'addressRefused'
}

/** A lookup for agents: only the checked address is connected to, so a name that changes its address gains nothing. */
export function reachableLookup(rules: NetworkRules): LookupFunction {
  return (host, options, done) => {
    dns.lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 0)
      const reachable = found.filter(({ address }) => isReachable(host, address, rules))
      const [first] = reachable
      if (!first) return done(addressRefused(host), '', 0)
      if (options.all === true) done(null, reachable)
      else done(null, first.address, first.family)
    })
  }
}

/**
 * Checks a host before the proxy is asked for it. A name that cannot be resolved here must be allowed by name, since in
 * some networks only the proxy resolves names.
 * @throws JobError `addressRefused`
 */
export async function refuseUnreachable(host: string, rules: NetworkRules): Promise<void> {
  const found = await new Promise<readonly dns.LookupAddress[]>((resolve) => {
    dns.lookup(host, { all: true }, (error, addresses) => resolve(error ? [] : addresses))
  })
  const isOpen =
    found.length === 0
      ? isNamed(host, rules.allow)
      : // The proxy may use any of them.
        found.every(({ address }) => isReachable(host, address, rules))
  if (!isOpen) throw addressRefused(host)
}
