import type { NotifyTarget } from '../../model/job.ts'
import type { Dialect } from '../dialect.ts'
import { anyrtc } from './anyrtc.ts'
import { tencent } from './tencent.ts'
import { ucloud } from './ucloud.ts'
import { volcengine } from './volcengine.ts'

export const DIALECTS: Readonly<Record<NotifyTarget['dialect'], Dialect>> = {
  ucloud,
  anyrtc,
  volcengine,
  tencent,
}
