/** Delivers messages to their receivers: one ordered queue each, with retries until acknowledged. */
import { createHmac } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Conf } from '../config/conf-schema.ts'
import type { Log } from '../events/channels.ts'
import { say } from '../messages/index.ts'
import type { NotifyTarget } from '../model/job.ts'
import { certificateLacks, isCertificateCode } from '../network/certificates.ts'
import { DIALECTS } from './dialects/index.ts'
import type { Message } from './outbox.ts'
import { ADDRESS_REFUSED, type Answer, openPoster } from './post.ts'

/** Headers of every callback, in any dialect. */
export const HEADERS = {
  id: 'X-Owt-Event-Id',
  sequence: 'X-Owt-Event-Sequence',
  /** When the event happened, Unix time in ms. */
  time: 'X-Owt-Event-Time',
  /** `sha256=` and the body's HMAC-SHA256 in hex; absent without a key. */
  signature: 'X-Owt-Signature',
} as const

/** Waits; resolves early if the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/** How callbacks are sent, and which addresses they may reach. */
export type CallbackSettings = Conf['callback'] & { readonly network: Conf['network'] }

export interface Delivery {
  /** Appends a message to its receiver's queue. */
  send(message: Message, target: NotifyTarget): void
  /** Waits until every queue is empty. */
  settled(): Promise<void>
  /** Gives up on undelivered messages; `settled` then resolves at once. */
  stop(): void
}

export const sleepFor: Sleep = async (ms, signal) => {
  await pause(ms, undefined, { signal }).catch(() => undefined)
}

/**
 * @param options.now Unix time in ms
 * @param options.beforeAttempt called before each attempt, which is not made if it stops the delivery
 * @param options.onDelivered called for each acknowledged message
 */
export function openDelivery(options: {
  settings: CallbackSettings
  log: Pick<Log, 'debug' | 'info' | 'warn'> | undefined
  now: () => number
  sleep: Sleep
  beforeAttempt: () => void
  onDelivered: (message: Message) => void
}): Delivery {
  const { settings, log, now, sleep, beforeAttempt, onDelivered } = options
  const { connectTimeoutMs } = settings
  const poster = openPoster(settings.proxy ? process.env : undefined, settings.network)
  const stopping = new AbortController()
  const { signal } = stopping
  // Each receiver's request or pause adds a listener, and Node warns of a leak above ten.
  setMaxListeners(0, signal)
  const queues = new Map<string, Promise<void>>()

  const deliver = async (message: Message, target: NotifyTarget): Promise<void> => {
    if (signal.aborted) return
    const about = { event: message.event, id: message.id, host: new URL(target.url).host }
    const { retrySeconds, answerTimeoutMs, isAcknowledged } = {
      ...settings,
      isAcknowledged: isSuccess,
      ...DIALECTS[target.dialect].retries,
    }
    // Signed once: all attempts are identical byte for byte.
    const { headers, body } = signedMessage(message, target, now())
    for (const [tries, seconds] of [0, ...retrySeconds].entries()) {
      if (seconds > 0) await sleep(seconds * 1000, signal)
      beforeAttempt()
      if (signal.aborted) return
      const answer = await poster.post({
        url: target.url,
        headers,
        body,
        connectTimeoutMs,
        answerTimeoutMs,
        signal,
      })
      if ('status' in answer && isAcknowledged(answer.status)) {
        onDelivered(message)
        log?.[tries === 0 ? 'debug' : 'info']({ ...about, tries: tries + 1 }, 'callback delivered')
        return
      }
      if (!signal.aborted) {
        const facts = { ...about, tries: tries + 1, ...answer, ...adviceFor(answer, about.host) }
        log?.warn(facts, 'callback not acknowledged')
      }
      if ('code' in answer && answer.code === ADDRESS_REFUSED) return
    }
  }

  return {
    send(message, target) {
      const before = queues.get(target.url) ?? Promise.resolve()
      queues.set(
        target.url,
        before.then(() => deliver(message, target)),
      )
    },
    async settled() {
      await Promise.all(queues.values())
      poster.close()
    },
    stop: () => stopping.abort(),
  }
}

/** Advice for a receiver whose certificate is not trusted. */
function adviceFor(answer: Answer, host: string): { advice?: string } {
  if (!('code' in answer) || !isCertificateCode(answer.code)) return {}
  const lacks = certificateLacks(answer.code)
  const params = { host, code: answer.code, lacks }
  return { advice: say({ code: 'callbackUntrusted', params }) }
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299

/** A message as it is sent. */
export function signedMessage(
  message: Message,
  target: NotifyTarget,
  nowMs: number,
): { headers: Record<string, string>; body: Buffer } {
  const { token, key, dialect } = target
  const body = Buffer.from(JSON.stringify(DIALECTS[dialect].sign(message.body, { token, key, nowMs })))
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'owt-main',
      [HEADERS.id]: message.id,
      [HEADERS.sequence]: String(message.sequence),
      [HEADERS.time]: String(message.atMs),
      ...(key !== '' && {
        [HEADERS.signature]: `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
      }),
    },
  }
}
