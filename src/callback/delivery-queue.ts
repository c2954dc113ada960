/** Combines outbox and delivery; used by a run and by `replay`. */
import { jobFile } from '../records/job-files.ts'
import type { Log } from '../events/channels.ts'
import type { NotifyTarget } from '../model/job.ts'
import { type CallbackSettings, type Sleep, openDelivery, sleepFor } from './deliver.ts'
import type { Sender } from './dialect.ts'
import type { Hidden } from './from-job.ts'
import { type Message, type Outbox, openOutbox } from './outbox.ts'

export interface CallbackOptions {
  readonly sender: Sender
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
  /** Targets with the names under which the outbox knows them. */
  readonly targets: ReadonlyMap<string, NotifyTarget>
  readonly send: (message: Message) => void
  readonly finish: (options?: FinishOptions) => Promise<Summary>
}

/** Opens the outbox and sends what earlier runs left undelivered. */
export function openDeliveryQueue(options: CallbackOptions & { newRun: string | undefined }): DeliveryQueue {
  const { sender, folder, settings, log, newRun } = options
  const { now = Date.now, sleep = sleepFor } = options
  const { jobId } = sender
  const path = folder === undefined ? undefined : jobFile({ logFolder: folder, jobId }, 'undelivered')
  const targets = namedTargets(sender)
  const onTrouble = (code: string) => log?.warn({ code, path }, 'callbacks cannot be kept')
  const outbox = openOutbox({ path, newRun, onTrouble })
  let delivered = 0
  const delivery = openDelivery({
    settings,
    log,
    now,
    sleep,
    onDelivered({ id }) {
      delivered += 1
      outbox.delivered(id)
    },
  })
  let withoutReceiver = 0
  const send = (message: Message): void => {
    const target = targets.get(message.target)
    if (target) delivery.send(message, target)
    else withoutReceiver += 1
  }
  for (const message of outbox.left) send(message)

  return {
    outbox,
    targets,
    send,
    async finish({ withinMs = settings.finishSeconds * 1000, signal } = {}) {
      const settled = delivery.settled()
      const wait = new AbortController()
      signal?.addEventListener('abort', () => wait.abort(), { once: true })
      if (signal?.aborted) wait.abort()
      await Promise.race([settled, sleep(withinMs, wait.signal)])
      wait.abort()
      delivery.stop()
      await settled
      const isKept = outbox.close()
      const undelivered = outbox.count()
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
