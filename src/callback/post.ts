/** One HTTP request to a receiver. */
import http from 'node:http'
import https from 'node:https'
import { type Agents, ProxyRefusal, type Route, isUnreached, openAgents } from '../network/agents.ts'
import type { Env, Proxy } from '../network/proxy.ts'
import { isRefusal } from '../network/reach.ts'
import type { NetworkRules } from '../network/rules.ts'

interface Posting {
  /** http or https. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** From the start of the request until the connection is established, including TLS. */
  readonly connectTimeoutMs: number
  /** From there until the response begins. */
  readonly answerTimeoutMs: number
  readonly signal: AbortSignal
}

/** The status of the response, or an error code. Never a message, which could contain the URL. */
export type Answer = { readonly status: number } | { readonly code: string }

interface Poster {
  /** Sends a request. Redirects are not followed. Never rejects. */
  post(posting: Posting): Promise<Answer>
  close(): void
}

/** Code for a receiver that conf/ does not allow the worker to reach. Permanent. */
export const ADDRESS_REFUSED = 'ADDRESS_REFUSED'

/** The rest of a longer response is not read. */
const MAX_ANSWER_BYTES = 65_536

/**
 * Opens an HTTP client. Not `fetch`, which has no connection timeout setting.
 * @param proxies environment that names proxies; undefined to use none
 */
export function openPoster(proxies: Env | undefined, rules: NetworkRules): Poster {
  const agents = openAgents(proxies, rules)
  return {
    post: (posting) => send(posting, agents),
    close: () => agents.close(),
  }
}

async function send(posting: Posting, agents: Agents): Promise<Answer> {
  const { headers, body, connectTimeoutMs, answerTimeoutMs, signal } = posting
  const url = new URL(posting.url)
  const isSecure = url.protocol === 'https:'
  let route: Route
  try {
    route = agents.routeTo(url)
  } catch (error) {
    return { code: isRefusal(error) ? ADDRESS_REFUSED : 'PROXY_INVALID' }
  }
  const { agent, proxy } = route
  return new Promise((resolve) => {
    const request = (isSecure ? https : http).request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'Content-Length': body.length },
      signal,
    })
    let timer: NodeJS.Timeout
    const settle = (answer: Answer): void => {
      clearTimeout(timer)
      resolve(answer)
    }
    const limit = (ms: number, code: string): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        settle({ code })
        request.destroy()
      }, ms)
    }
    limit(connectTimeoutMs, 'CONNECT_TIMEOUT')
    request.on('socket', (socket) => {
      const stands = (): void => limit(answerTimeoutMs, 'ANSWER_TIMEOUT')
      if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', stands)
      else stands()
    })
    request.on('response', (response) => {
      settle({ status: response.statusCode ?? 0 })
      discard(response, answerTimeoutMs)
    })
    request.on('error', (error: NodeJS.ErrnoException) => settle({ code: codeOf(error, proxy) }))
    request.end(body)
  })
}

/** With a proxy, the proxy is what could not be reached. */
function codeOf(error: NodeJS.ErrnoException, proxy: Proxy | undefined): string {
  if (isRefusal(error)) return ADDRESS_REFUSED
  const { code = 'FAILED' } = error
  if (error instanceof ProxyRefusal) return `${code}_${error.status}`
  return proxy && isUnreached(code) ? `PROXY_${code}` : code
}

/** Drains the response so that its connection can be reused, within limits of size and time. */
function discard(response: http.IncomingMessage, timeoutMs: number): void {
  const end = (): void => void response.destroy()
  const timer = setTimeout(end, timeoutMs)
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) end()
  })
  response.on('error', () => undefined)
  response.on('close', () => clearTimeout(timer))
}
