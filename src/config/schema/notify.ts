/** An entry of `Data.NotifyConfig`: a receiver of callbacks. */
import { z } from 'zod'
import { OURS, REQUIRED } from './meaning.ts'

const text = z.string().optional()

export const notifySchema = z.strictObject({
  Status: z
    .enum(['open', 'close'])
    .optional()
    .meta({ description: 'Whether this receiver is told.', default: 'open', vendor: REQUIRED }),
  ServiceType: z.enum(['job.mixer', 'job.oss', 'job.record', 'job.living']).meta({
    description:
      'What is told: `job.mixer` the mixing, `job.oss` the upload, `job.record` the mixing by the names of single-stream recording. `job.living` is live push, of which there is none: a warning.',
    vendor: '`job.living` is in the document on live push only',
  }),
  EventType: text.describe('Not used: every event of the service is told.'),
  NotifyUrl: text.meta({
    description:
      'Where callbacks go, `http://` or `https://`. A user and password in it are sent as basic authentication. Without a usable one nothing is told, with a warning.',
    defaultText: 'nothing is told',
    vendor: REQUIRED,
  }),
  Token: text.meta({
    description: 'Echoed in `ucloud` callbacks. Never logged.',
    defaultText: 'the `Token` of the request',
  }),
  Dialect: z
    .enum(['ucloud', 'anyrtc', 'volcengine', 'tencent'])
    .optional()
    .meta({ description: 'Whose events and fields are used.', default: 'ucloud', vendor: OURS }),
  Key: text.meta({
    description: 'Signs every callback, and the bodies of `volcengine` and `tencent`. Never logged.',
    defaultText: 'no signature; an empty key in `volcengine` and `tencent`',
    vendor: OURS,
  }),
})
