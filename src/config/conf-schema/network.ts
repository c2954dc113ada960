/** What the worker may connect to, and how callbacks are delivered. */
import { z } from 'zod'
import { isRule } from '../../network/rules.ts'
import { shaped } from '../allowed.ts'
import { number, whole } from '../schema/numbers.ts'

/** Addresses that the worker may connect to. */
const networkRules = z
  .array(shaped('networkRule', z.string().refine(isRule)))
  .max(1000)
  .default([])

export const networkSchema = z
  .strictObject({
    allow: networkRules.describe(
      'Addresses here win over deny, names do not win over the address they lead to. Where deny is empty and this is not, nothing else is reached. At most 1000.',
    ),
    deny: networkRules.describe('What is not reached. At most 1000.'),
  })
  .prefault({})
  .describe(
    'Which addresses buckets, callbacks and watermark pictures of cfg.json may have. Entries are networks (10.0.0.0/8), addresses, host names, *.host for all names below one, and the words loopback, link-local, private, multicast. Names are resolved and their addresses checked when connecting, those of redirects too; behind a proxy, which resolves them again, before it is asked. The proxy itself may be anywhere.',
  )

export const callbackSchema = z
  .strictObject({
    connectTimeoutMs: whole({ min: 100, max: 600_000, preset: 5000 }).describe(
      'How long connecting to a receiver of callbacks may take. 100 to 600000 ms.',
    ),
    answerTimeoutMs: whole({ min: 100, max: 600_000, preset: 20_000 }).describe(
      'How long a receiver may take to answer. 100 to 600000 ms.',
    ),
    retrySeconds: z
      .array(z.number().min(0).max(3600))
      .max(20)
      .default([1, 3, 10, 60, 60, 60])
      .describe(
        'Waits before a callback is sent again, one for each try after the first, in seconds. Each 0 to 3600, at most 20.',
      ),
    proxy: z
      .boolean()
      .default(true)
      .describe('Whether callbacks go through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.'),
    finishSeconds: number({ min: 0, max: 3600, preset: 180 }).describe(
      'How long a job waits at its end for callbacks that are still to be delivered. 0 to 3600 s.',
    ),
  })
  .prefault({})
