/** Waits for a job's callbacks at its end and shows the progress. */
import type { Warning } from '../messages/index.ts'
import type { Progress } from '../events/channels.ts'
import type { FinishOptions, Notifier, Summary } from './notifier.ts'

const SHOW_EVERY_MS = 500

/**
 * Waits for callbacks and shows the progress.
 * @returns a message if some could not be delivered
 */
export async function finishShown(
  notifier: Notifier,
  options: FinishOptions,
  progress: Progress,
): Promise<Warning | undefined> {
  const { undelivered: count, file } = await waitShown(notifier, options, progress)
  if (count === 0) return undefined
  return file === undefined
    ? { code: 'callbacksLost', params: { count } }
    : { code: 'callbacksLeft', params: { count, file } }
}

async function waitShown(notifier: Notifier, options: FinishOptions, progress: Progress): Promise<Summary> {
  const all = notifier.waiting()
  if (all === 0) return notifier.finish(options)
  const show = () => {
    const count = notifier.waiting()
    progress.update('callback', all - count, all, { doing: { code: 'doingCallbacks', params: { count } } })
  }
  show()
  const timer = setInterval(show, SHOW_EVERY_MS)
  try {
    return await notifier.finish(options)
  } finally {
    clearInterval(timer)
    progress.end('callback')
  }
}
