/** Combines outbox and delivery; used by a run and by `replay`. */
import { isDeepStrictEqual } from 'node:util'
import { jobFile } from '../records/job-files.ts'
import type { Log } from '../events/channels.ts'
import type { NotifyTarget } from '../model/job.ts'
import { type CallbackSettings, type Delivery, type Sleep, openDelivery, sleepFor } from './deliver.ts'
import type { Sender } from './dialect.ts'
import type { Hidden } from './from-job.ts'
import { type Message, type Outbox, openOutbox } from './outbox.ts'
import type { Receivers } from './receivers.ts'

export interface CallbackOptions {
  readonly sender: Sender
  /** The receivers, if they may change during the run; those of `sender` if absent. */
  readonly receivers?: Receivers | undefined
  /** Absolute path of the log folder; undelivered messages are not kept if undefined. */
  readonly folder: string | undefined
  readonly settings: CallbackSettings
  /** Folders of this machine that are removed from messages. */
  readonly hidden?: Hidden
  readonly log?: Pick<Log, 'debug' | 'info' | 'warn'> | undefined
  /** Unix time in ms. */
  readonly now?: () => number
  readonly sleep?: Sleep
}

/** The outcome of the callbacks. */
export interface Summary {
  readonly delivered: number
  /** Still to be delivered. */
  readonly undelivered: number
  /** Undelivered messages whose NotifyConfig entry is closed or gone. */
  readonly withoutReceiver: number
  /** Where undelivered messages are kept; absent if they could not be. */
  readonly file?: string
}

export interface FinishOptions {
  /** Longest wait in ms; default: `finishSeconds` of the settings. */
  readonly withinMs?: number
  /** Ends the wait. */
  readonly signal?: AbortSignal
}

export interface DeliveryQueue {
  readonly outbox: Outbox
  /**
   * Targets as of now, with the names under which the outbox knows them. If they have changed, everything undelivered
   * is sent anew, to the current ones.
   */
  readonly targets: () => ReadonlyMap<string, NotifyTarget>
  readonly send: (message: Message) => void
  readonly finish: (options?: FinishOptions) => Promise<Summary>
}

/** Opens the outbox and sends what earlier runs left undelivered. */
export function openDeliveryQueue(options: CallbackOptions & { newRun: string | undefined }): DeliveryQueue {
  const { sender, folder, settings, log, newRun } = options
  const { now = Date.now, sleep = sleepFor } = options
  const { jobId } = sender
  const path = folder === undefined ? undefined : jobFile({ logFolder: folder, jobId }, 'undelivered')
  const { receivers = () => sender.targets } = options
  let known = receivers()
  let named = namedTargets({ ...sender, targets: known })
  const onTrouble = (code: string) => log?.warn({ code, path }, 'callbacks cannot be kept')
  const outbox = openOutbox({ path, newRun, onTrouble })
  let delivered = 0
  const open = (): Delivery =>
    openDelivery({
      settings,
      log,
      now,
      sleep,
      beforeAttempt: () => void targets(),
      onDelivered({ id }) {
        if (outbox.delivered(id)) delivered += 1
      },
    })
  let delivery = open()
  let earlier = Promise.resolve()
  const send = (message: Message): void => {
    const target = named.get(message.target)
    if (target) delivery.send(message, target)
  }
  const targets: DeliveryQueue['targets'] = () => {
    const current = receivers()
    if (isDeepStrictEqual(current, known)) return named
    known = current
    named = namedTargets({ ...sender, targets: known })
    delivery.stop()
    const ending = delivery.settled()
    earlier = earlier.then(() => ending)
    delivery = open()
    for (const message of outbox.left) send(message)
    return named
  }
  for (const message of outbox.left) send(message)
  /** Waits until the queues are empty; they may be replaced meanwhile. */
  const settle = async (): Promise<void> => {
    let last: Delivery | undefined
    while (last !== delivery) {
      last = delivery
      await last.settled()
    }
    await earlier
  }

  return {
    outbox,
    targets,
    send,
    async finish({ withinMs = settings.finishSeconds * 1000, signal } = {}) {
      const settled = settle()
      const wait = new AbortController()
      signal?.addEventListener('abort', () => wait.abort(), { once: true })
      if (signal?.aborted) wait.abort()
      await Promise.race([settled, sleep(withinMs, wait.signal)])
      wait.abort()
      delivery.stop()
      await settled
      const isKept = outbox.close()
      const undelivered = outbox.count()
      const withoutReceiver = outbox.left.filter(({ target }) => !named.has(target)).length
      const summary = {
        delivered,
        undelivered,
        withoutReceiver,
        ...(isKept && path !== undefined && undelivered > 0 && { file: path }),
      }
      log?.info(summary, 'callbacks ended')
      return summary
    },
  }
}

/** Targets by service and dialect rather than URL: undelivered messages go to the entry's current URL. */
function namedTargets({ targets, token }: Sender): Map<string, NotifyTarget> {
  const named = new Map<string, NotifyTarget>()
  for (const target of targets) {
    const name = `${target.service}/${target.dialect}`
    const count = [...named.keys()].filter((other) => other.split('#')[0] === name).length
    named.set(count === 0 ? name : `${name}#${count + 1}`, { ...target, token: target.token || token })
  }
  return named
}
