/** Connections that are kept, made through the proxy of the environment where there is one for a URL. */
import http from 'node:http'
import https from 'node:https'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { type Env, type Proxy, proxyFor } from './proxy.ts'

/** A proxy's own answer in the place of the host's. */
export class ProxyRefusal extends Error {
  readonly code = 'PROXY_REFUSED'
  /** Of the answer. */
  readonly status: number

  constructor(status: number) {
    super(`the proxy answered ${status}`)
    this.status = status
  }
}

export interface Route {
  readonly agent: http.Agent
  /** What it leads through. */
  readonly proxy?: Proxy
}

export interface Agents {
  /** @throws JobError `proxyInvalid` */
  routeTo(url: URL): Route
  close(): void
}

/** As many connections to one host as the SDK's own agents make. */
const OPTIONS = { keepAlive: true, maxSockets: 50 } as const

/** @param env where the proxies are named; undefined where none is to be used */
export function openAgents(env: Env | undefined): Agents {
  const agents = new Map<string, http.Agent>()
  const kept = (key: string, make: () => http.Agent): http.Agent => {
    const agent = agents.get(key) ?? make()
    agents.set(key, agent)
    return agent
  }
  return {
    routeTo(url) {
      const proxy = env && proxyFor(url, env)
      const isSecure = url.protocol === 'https:'
      const agent = kept(`${url.protocol} ${proxy?.url.href ?? ''}`, () =>
        proxy ? proxyAgent(proxy, isSecure) : new (isSecure ? https : http).Agent(OPTIONS),
      )
      return { agent, ...(proxy && { proxy }) }
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/** To an https host by a tunnel, whose refusal must not be taken for the host's answer. */
function proxyAgent(proxy: Proxy, isSecure: boolean): http.Agent {
  const { url, authorization } = proxy
  // Not as a part of the URL: the agents print that when they are asked to say what they do.
  const headers = authorization === undefined ? {} : { 'Proxy-Authorization': authorization }
  if (!isSecure) return new HttpProxyAgent(url, { ...OPTIONS, headers })
  const agent = new HttpsProxyAgent(url, { ...OPTIONS, headers })
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: http.ClientRequest) => {
    if (statusCode !== 200) request.destroy(new ProxyRefusal(statusCode))
  })
  return agent
}

/** Whether a connection was never made; where there is a proxy, it is the one that was not reached. */
export function isUnreached(code: string): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code)
}
