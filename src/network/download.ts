/** Downloads a small file from a URL. */
import http from 'node:http'
import https from 'node:https'
import type { Agents } from './agents.ts'
import { withDeadline } from './deadline.ts'

/** As many as browsers follow. */
const MOST_REDIRECTS = 20
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

interface Wanted {
  readonly url: string
  readonly agents: Agents
  /** From the first request to the last byte, including redirects. */
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** The file exceeds `maxBytes`. */
export class TooLarge extends Error {}

/**
 * Downloads a file. Not with `fetch`, which supports no proxies before Node 24.
 * @throws Error with the system's `code`, or with the status as message; `TooLarge`; the signal's reason if aborted
 */
export async function download(wanted: Wanted): Promise<Buffer> {
  const { timeoutMs: ms, signal: outer } = wanted
  const reason = () => Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
  return withDeadline({ signal: outer, ms, reason }, async (signal) => {
    try {
      let url = new URL(wanted.url)
      for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
        const answer = await get(url, { ...wanted, signal })
        if (Buffer.isBuffer(answer)) return answer
        url = answer
      }
      throw new Error('too many redirects')
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  })
}

/** @returns the body, or the URL that the answer redirects to */
function get(url: URL, { agents, maxBytes, signal }: Wanted): Promise<Buffer | URL> {
  return new Promise((resolve, reject) => {
    const { agent } = agents.routeTo(url)
    const request = (url.protocol === 'https:' ? https : http).get(url, { agent, signal })
    request.on('error', reject)
    request.on('response', (response) => {
      const { statusCode = 0, headers } = response
      response.on('error', reject)
      const redirected = REDIRECTS.has(statusCode) ? headers.location : undefined
      if (redirected !== undefined || statusCode !== 200) {
        // Its body may be endless.
        response.destroy()
        const next =
          redirected !== undefined && URL.canParse(redirected, url.href) && new URL(redirected, url)
        if (next && /^https?:$/.test(next.protocol)) resolve(next)
        else reject(new Error(`HTTP ${statusCode}`))
        return
      }
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        chunks.push(chunk)
        if (bytes <= maxBytes) return
        reject(new TooLarge())
        request.destroy()
      })
      response.on('end', () => resolve(Buffer.concat(chunks)))
      response.on('close', () => reject(Object.assign(new Error('cut off'), { code: 'ECONNRESET' })))
    })
  })
}
