/** A dialect: how one vendor's callbacks describe a job's events. Pure. */
import type { NotifyTarget } from '../model/job.ts'
import type { CallbackEvent, Stage } from './event.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** The job as its receivers know it. Some fields may be unknown if cfg.json is invalid. */
export interface Sender {
  readonly jobId: string
  readonly roomId: string
  readonly appId: string
  readonly requestId: string
  /** The request's own token; an entry of NotifyConfig may have another. */
  readonly token: string
  readonly targets: readonly NotifyTarget[]
}

/** One notification: the vendor's name for it and its data. */
export interface Notice {
  readonly name: string | number
  readonly data: JsonObject
  /** The subject, if `data` does not distinguish it from another notice with the same data. */
  readonly subject?: string
  /** Each occurrence is a new event, even with the same data. */
  readonly isMoment?: boolean
}

/** Added to a notice when it is created, and unchanged when it is resent. */
interface Stamp {
  readonly id: string
  /** Position among the notices to one receiver in one run, from 0. */
  readonly sequence: number
  /** Unix time in ms. */
  readonly atMs: number
}

/** Retry rules from a vendor's documentation, overriding the worker's settings. */
export interface Retries {
  readonly retrySeconds: readonly number[]
  /** From the connection to the start of the response. */
  readonly answerTimeoutMs: number
  readonly isAcknowledged: (status: number) => boolean
}

export interface Dialect {
  readonly retries?: Retries
  /** Converts an event to notices, in order; empty if the vendor has none for it. */
  readonly notices: (
    event: CallbackEvent,
    about: { service: NotifyTarget['service']; stage: Stage },
  ) => readonly Notice[]
  /** The body with the fields that are secret or expire left empty. */
  readonly draft: (notice: Notice, stamp: Stamp, sender: Sender) => JsonObject
  /** The body as sent: the draft with token, signature and other fields filled in at the time of sending. */
  readonly sign: (draft: JsonObject, by: { token: string; key: string; nowMs: number }) => JsonObject
}
