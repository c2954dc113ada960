/**
 * Keep-alive connections through the environment's proxy, if it names one for a URL, and only to addresses that the
 * rules allow.
 */
import http from 'node:http'
import https from 'node:https'
import { createRequire } from 'node:module'
import type * as Plain from 'http-proxy-agent'
import type * as Tunnel from 'https-proxy-agent'
import { type Env, type Proxy, proxyFor } from './proxy.ts'
import { addressRefused, reachableLookup, refuseUnreachable } from './reach.ts'
import { type NetworkRules, isRefusedHost, isRestricted } from './rules.ts'

/** The proxy answered instead of the host. */
export class ProxyRefusal extends Error {
  readonly code = 'PROXY_REFUSED'
  /** HTTP status of the answer. */
  readonly status: number

  constructor(status: number) {
    super(`the proxy answered ${status}`)
    this.status = status
  }
}

export interface Route {
  readonly agent: http.Agent
  /** The proxy it goes through. */
  readonly proxy?: Proxy | undefined
}

export interface Agents {
  /** @throws JobError `proxyInvalid`, `addressRefused` */
  routeTo(url: URL): Route
  close(): void
}

/** The number of connections per host of the SDK's own agents. */
const OPTIONS = { keepAlive: true, maxSockets: 50 } as const

/** @param env environment variables that name the proxies; undefined to use none */
export function openAgents(env: Env | undefined, rules: NetworkRules): Agents {
  const fenced = isRestricted(rules) ? rules : undefined
  const direct = { ...OPTIONS, ...(fenced && { lookup: reachableLookup(fenced) }) }
  const agents = new Map<string, http.Agent>()
  const kept = (key: string, make: () => http.Agent): http.Agent => {
    const agent = agents.get(key) ?? make()
    agents.set(key, agent)
    return agent
  }
  return {
    routeTo(url) {
      // An IP address is connected to without a lookup.
      if (fenced && isRefusedHost(url.hostname, fenced)) throw addressRefused(url.hostname)
      const proxy = env && proxyFor(url, env)
      const isSecure = url.protocol === 'https:'
      const agent = kept(`${url.protocol} ${proxy?.url.href ?? ''}`, () =>
        proxy ? proxyAgent(proxy, isSecure, fenced) : new (isSecure ? https : http).Agent(direct),
      )
      return { agent, proxy }
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/** Loads the agents of proxies at their first use: most jobs reach no host through one. */
const load = createRequire(import.meta.url)

/** Reaches https hosts through a tunnel; the proxy's refusal must not be mistaken for the host's answer. */
function proxyAgent(proxy: Proxy, isSecure: boolean, rules: NetworkRules | undefined): http.Agent {
  const { url, authorization } = proxy
  // Not in the URL, which the agents print in debug output.
  const headers = authorization === undefined ? {} : { 'Proxy-Authorization': authorization }
  if (!isSecure) {
    const { HttpProxyAgent } = load('http-proxy-agent') as typeof Plain
    return fence(new HttpProxyAgent(url, { ...OPTIONS, headers }), rules)
  }
  const { HttpsProxyAgent } = load('https-proxy-agent') as typeof Tunnel
  const agent = fence(new HttpsProxyAgent(url, { ...OPTIONS, headers }), rules)
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: http.ClientRequest) => {
    if (statusCode !== 200) request.destroy(new ProxyRefusal(statusCode))
  })
  return agent
}

interface Connecting {
  connect(request: unknown, to: { host?: string }): Promise<unknown>
}

/** Checks each host before the proxy is asked to connect to it. */
function fence<A extends http.Agent>(agent: A, rules: NetworkRules | undefined): A {
  if (!rules) return agent
  const connecting = agent as unknown as Connecting
  const connect = connecting.connect.bind(agent)
  connecting.connect = async (request, to) => {
    await refuseUnreachable(to.host ?? '', rules)
    return connect(request, to)
  }
  return agent
}

/** Whether no connection was made; with a proxy, it is the proxy that was not reached. */
export function isUnreached(code: string): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code)
}
