/** A job as the service keeps it. */

/** The sections of a job's Data, as cfg.json has them. */
export const SECTIONS = [
  'JobConfig',
  'NotifyConfig',
  'TranscodingConfig',
  'MixerConfig',
  'SubscribeConfig',
  'StreamConfig',
  'RecordingConfig',
  'LiveConfig',
] as const

export type Section = (typeof SECTIONS)[number]

export type Sections = Readonly<Partial<Record<Section, unknown>>>

/** `acquired`: reserved, and kept for what is still to come; the last four have ended. */
export type ServedState = 'acquired' | 'queued' | 'running' | 'done' | 'unchanged' | 'failed' | 'stopped'

/** A request that takes effect at a moment of the mix: an entry of the updates file of the run. */
export interface TimedUpdate {
  /** Unix time in s or ms, or below 10^9 seconds of output time. */
  readonly At: number
  readonly Action: string
  readonly Data: Readonly<Record<string, unknown>>
}

export interface ServedJob {
  /** Version of this format. */
  readonly version: 1
  readonly jobId: string
  readonly appId: string
  readonly roomId: string
  readonly mode: 0 | 1
  readonly channelType: 0 | 1
  readonly requestId: string
  readonly state: ServedState
  /** As they were sent. */
  readonly sections: Sections
  /** The index, if it was sent along. */
  readonly index?: unknown
  /** Its key in the bucket, if that was sent along. */
  readonly indexKey?: string
  readonly updates: readonly TimedUpdate[]
  /** Whether to run even if nothing has changed since the job was done. */
  readonly isForced: boolean
  /** What was asked of the running job; it happens when its process has ended. */
  readonly asked?: 'stop' | 'restart'
  /** How often its process died without a result. */
  readonly crashes: number
  /** Unix times in ms. */
  readonly acquiredAtMs: number
  readonly queuedAtMs?: number
  readonly startedAtMs?: number
  readonly endedAtMs?: number
  /** Of the last run. */
  readonly exitCode?: number
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

/** What is kept of a job's Data, as clients are shown it. */
export const dataOf = ({ sections, updates }: ServedJob): Readonly<Record<string, unknown>> => ({
  ...sections,
  ...(updates.length > 0 && { Updates: updates }),
})

/** Where a job belongs: AppIds have jobs of their own, even of one name. */
export interface JobRef {
  /** The AppId that was authenticated; empty where everybody on the machine is let in. */
  readonly owner: string
  readonly jobId: string
}

export const isEnded = (state: ServedState): boolean => !['acquired', 'queued', 'running'].includes(state)
