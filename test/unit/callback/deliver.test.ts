import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { type CallbackSettings, openDelivery, sleepFor } from '../../../src/callback/deliver.ts'
import { type CallbackReceiver, startReceiver } from '../../harness/callback-receiver.ts'

let receiver: CallbackReceiver | undefined
afterEach(() => receiver?.close())

it('Node takes no number of receivers for a leak, while they are sent to or waited for', async () => {
  const warned: Error[] = []
  const hear = (warning: Error) => warned.push(warning)
  process.on('warning', hear)
  const count = 12
  const tried = new Set<string>()
  const known = (path: string) => tried.has(path) || !tried.add(path)
  // The first try of each is not acknowledged, and not before all of them have come in.
  receiver = await startReceiver({
    answer: async (_, { path }) => {
      if (known(path)) return 200
      await receiver?.reached(count)
      return 503
    },
  })
  const settings: CallbackSettings = {
    ...{ connectTimeoutMs: 60_000, answerTimeoutMs: 60_000, finishSeconds: 60, retrySeconds: [0.001] },
    ...{ proxy: false, network: { allow: [], deny: [] } },
  }
  const delivered: string[] = []
  const delivery = openDelivery({
    ...{ settings, log: undefined, now: () => 0, sleep: sleepFor },
    beforeAttempt: () => undefined,
    onDelivered: ({ id }) => delivered.push(id),
  })
  for (let i = 0; i < count; i++) {
    const url = `${receiver.url}/${i}`
    const message = { id: String(i), target: url, sequence: 1, atMs: 0, event: 'started', body: {} }
    delivery.send(message, { service: 'job.mixer', dialect: 'ucloud', url, token: '', key: '' })
  }
  await delivery.settled()
  await nextTurn()
  process.off('warning', hear)
  expect(delivered).toHaveLength(count)
  expect(warned).toEqual([])
})
