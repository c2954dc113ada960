/** What a dialect is: how one vendor says what happens to a job. Pure. */
import type { NotifyTarget } from '../model/job.ts'
import type { CallbackEvent, Stage } from './event.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** The job as its receivers know it. Not all of it is known where cfg.json is broken. */
export interface Sender {
  readonly jobId: string
  readonly roomId: string
  readonly appId: string
  readonly requestId: string
  /** The request's own token; an entry of NotifyConfig may have another. */
  readonly token: string
  readonly targets: readonly NotifyTarget[]
}

/** One thing to say: what the vendor calls it, and what is said. */
export interface Notice {
  readonly name: string | number
  readonly data: JsonObject
  /** What it is about, where `data` does not tell that from something else it would say the same of. */
  readonly subject?: string
  /** Said again it is another event, though it says the same. */
  readonly isMoment?: boolean
}

/** What is put on a notice when it is told. Sent again, it is the same. */
interface Stamp {
  readonly id: string
  /** Its place among what one receiver is told in one run, from 0. */
  readonly sequence: number
  /** Unix time in ms. */
  readonly atMs: number
}

/** What a vendor's document says of sending again, over the worker's own settings. */
export interface Retries {
  readonly retrySeconds: readonly number[]
  /** From the connection until the answer begins. */
  readonly answerTimeoutMs: number
  readonly isAcknowledged: (status: number) => boolean
}

export interface Dialect {
  readonly retries?: Retries
  /** What an event is here, in order; nothing where this vendor has no word for it. */
  readonly notices: (
    event: CallbackEvent,
    about: { service: NotifyTarget['service']; stage: Stage },
  ) => readonly Notice[]
  /** The body but for what is secret or runs out: those fields are empty. */
  readonly draft: (notice: Notice, stamp: Stamp, sender: Sender) => JsonObject
  /** The body as it is sent: of a draft, with token, signature and what else is as of now. */
  readonly sign: (draft: JsonObject, by: { token: string; key: string; nowMs: number }) => JsonObject
}
