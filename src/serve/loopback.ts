/** Whether an address or a Host header is this machine. Pure. */
import { isReachable } from '../network/rules.ts'
import { isIP } from 'node:net'

export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '')
  if (name === 'localhost') return true
  // Unspecified addresses stand for all addresses of the machine.
  return (
    isIP(name) !== 0 &&
    !/^(?:0\.0\.0\.0|::)$/.test(name) &&
    !isReachable(name, name, { allow: [], deny: ['loopback'] })
  )
}

/** A name of another host that leads here is how a page in a browser gets around its same-origin policy. */
export function isLocalHost(header: string | undefined): boolean {
  return header !== undefined && isLoopback(header.replace(/:\d+$/, ''))
}
