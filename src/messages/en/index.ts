import { batch } from './batch.ts'
import { callback } from './callback.ts'
import { config } from './config.ts'
import { job } from './job.ts'
import { storage } from './storage.ts'

/** English. One file per room that speaks; a name says what happened, its text what, where and what to do. */
export const en = { ...config, ...storage, ...job, ...callback, ...batch }
