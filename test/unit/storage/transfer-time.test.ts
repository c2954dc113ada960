import { describe, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { type Pace, transferMs, withinTime } from '../../../src/storage/transfer-time.ts'
import { patient } from '../../harness/strict-s3-bench.ts'

const pace: Pace = {
  ...{ attempts: 3, connectTimeoutMs: 1, requestTimeoutMs: 10, maxBackoffMs: 5, minBytesPerSecond: 1000 },
}

describe('a transfer may take', () => {
  it('what its bytes take at the least rate, and its attempts', () => {
    expect(transferMs(pace, 0)).toBe(78)
    expect(transferMs(pace, 2000)).toBe(2078)
    const hours = transferMs(defaultConf().storage, 100 * 2 ** 20) / 3_600_000
    expect(hours).toBeGreaterThan(1)
    expect(hours).toBeLessThan(3)
  })

  it('as long as it likes where no rate is set', () => {
    expect(transferMs({ ...pace, minBytesPerSecond: 0 }, 1)).toBe(Infinity)
  })
})

describe('an upload is ended', () => {
  const session = { where: 'bucket "b"', settings: { ...patient, ...pace } }
  /** Goes on until it is ended. */
  const endless = (signal: AbortSignal | undefined) =>
    new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })

  it('when it has taken longer than it may', async () => {
    const transfer = { session, key: 'out.mp4', options: undefined }
    await expect(withinTime(transfer, 10, ({ signal }) => endless(signal))).rejects.toMatchObject({
      code: 'transferTooLong',
      fault: 'destination',
      retryable: true,
    })
  })

  it("by the caller's own signal, with its reason", async () => {
    const stop = new AbortController()
    const unhurried = { ...session, settings: { ...session.settings, minBytesPerSecond: 0 } }
    const transfer = { session: unhurried, key: 'out.mp4', options: { signal: stop.signal } }
    const going = withinTime(transfer, 10, ({ signal }) => endless(signal))
    const reason = new Error('stopped')
    stop.abort(reason)
    await expect(going).rejects.toBe(reason)
    await expect(withinTime(transfer, 10, () => Promise.resolve(1))).rejects.toBe(reason)
  })
})
