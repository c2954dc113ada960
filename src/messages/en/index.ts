import { batch } from './batch.ts'
import { callback } from './callback.ts'
import { change } from './change.ts'
import { config } from './config.ts'
import { fleet } from './fleet.ts'
import { fleetState } from './fleet-state.ts'
import { folder } from './folder.ts'
import { job } from './job.ts'
import { options } from './options.ts'
import { output } from './output.ts'
import { page } from './page.ts'
import { progress } from './progress.ts'
import { plan } from './plan.ts'
import { preview } from './preview.ts'
import { serve } from './serve.ts'
import { status } from './status.ts'
import { storage } from './storage.ts'
import { words } from './words.ts'

/** English. One file per topic; a code says what happened, its text what, where and what to do. */
export const en = {
  ...config,
  ...storage,
  ...job,
  ...folder,
  ...fleet,
  ...fleetState,
  ...callback,
  ...change,
  ...batch,
  ...options,
  ...output,
  ...page,
  ...progress,
  ...serve,
  ...status,
  ...words,
  ...plan,
  ...preview,
}
