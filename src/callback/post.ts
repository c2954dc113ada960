/** One HTTP request to a receiver. */
import http from 'node:http'
import https from 'node:https'

interface Posting {
  /** http or https. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** From the start of the request until the connection stands, TLS and all. */
  readonly connectTimeoutMs: number
  /** From there until the answer begins. */
  readonly answerTimeoutMs: number
  readonly signal: AbortSignal
}

/** The status of the answer, or what came instead of one: never a text, which could repeat the URL. */
export type Answer = { readonly status: number } | { readonly code: string }

interface Poster {
  /** Sends a request. Redirects are not followed. Never rejects. */
  post(posting: Posting): Promise<Answer>
  close(): void
}

/** More of an answer is not read. */
const MAX_ANSWER_BYTES = 65_536

/** Not `fetch`: its wait for a connection cannot be set. */
export function openPoster(): Poster {
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  }
  return {
    post: (posting) => send(posting, agents),
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function send(posting: Posting, agents: { 'http:': http.Agent; 'https:': https.Agent }): Promise<Answer> {
  const { headers, body, connectTimeoutMs, answerTimeoutMs, signal } = posting
  const url = new URL(posting.url)
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve) => {
    const request = (isSecure ? https : http).request(url, {
      method: 'POST',
      agent: agents[isSecure ? 'https:' : 'http:'],
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
    request.on('error', (error: NodeJS.ErrnoException) => settle({ code: error.code ?? 'FAILED' }))
    request.end(body)
  })
}

/** Reads the rest of an answer, so that its connection can be used again; but no more than is reasonable. */
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
