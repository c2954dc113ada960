/** UCloud URTC cloud recording API, section 14. */
import { EXIT } from '../../errors.ts'
import { say } from '../../messages/index.ts'
import type { Dialect, Notice } from '../dialect.ts'
import { type CallbackEvent, namesOf } from '../event.ts'

/** The content of a body's `Data`, by `EventType`. */
export type UcloudData = {
  ucloud_mixer_status_update: { Status: number; Updates?: readonly AppliedUpdate[] }
  ucloud_mixer_stream_update: { StreamUid: string; Status: 'open' | 'close'; TimeStamp: string }
  ucloud_mixer_warning: Warned
  ucloud_mixer_error: Record<never, never>
  ucloud_mixer_file_infos: Files
  ucloud_mixer_session_failover: { Status: 0 | 1 }
  ucloud_record_status_update: { Status: string }
  ucloud_record_warning: Warned
  ucloud_record_error: Record<never, never>
  ucloud_record_file_infos: Files
  ucloud_record_session_failover: { Status: 0 | 1 }
  ucloud_upload_status: { Status: 0 | 1 } & Files
}

/** `WarnMsg` is an addition: the documentation has only a number. */
type Warned = { WarnCode: number; WarnMsg: string }
/** An addition: a timed update. `TimeStamp` is a Unix time in ms, as that of a stream update. */
type AppliedUpdate = { TimeStamp: string; Actions: readonly string[]; Changes: readonly string[] }
/** Section 14.1: present in every body. */
type Failure = { ErrorCode: number; ErrorMsg: string }
type Files = { FileList: readonly string[] }

type UcloudBody = {
  [Name in keyof UcloudData]: {
    Version: '1.0'
    Token: string
    ServiceType: 'job.mixer' | 'job.record' | 'job.oss'
    EventType: Name
    Internal: { JobId: string; RequestId: string }
    Data: UcloudData[Name] & Failure
  }
}[keyof UcloudData]

/** Section 14.4. The documentation gives names without numbers; numbered here in its order. */
const STATES = { idle: 0, running: 1, exiting: 2, interrupt: 3 } as const
const STATE_NAMES = {
  idle: 'SERVICE_STATUS_IDEL',
  running: 'SERVICE_STATUS_RUNNING',
  exiting: 'SERVICE_STATUS_EXITING',
  interrupt: 'SERVICE_STATUS_INTERRUPT',
} as const

/** Section 14.5: 1 is SERVICE_WARN_PROCESS_RESTART; all other warnings share one number. */
const WARN = { restart: 1, other: 2 } as const

/** Timed updates in one body: a log of a whole day's requests would be too much for many receivers. */
const MOST_UPDATES = 100

const NO_FAILURE: Failure = { ErrorCode: 0, ErrorMsg: '' }

const notice = <Name extends keyof UcloudData>(
  name: Name,
  data: UcloudData[Name],
  failure: Failure = NO_FAILURE,
): Notice => ({ name, data: { ...data, ...failure } })

function ofWork(event: CallbackEvent, family: 'mixer' | 'record'): readonly Notice[] {
  const status = (state: keyof typeof STATES, failure?: Failure) =>
    family === 'mixer'
      ? notice('ucloud_mixer_status_update', { Status: STATES[state] }, failure)
      : notice('ucloud_record_status_update', { Status: STATE_NAMES[state] }, failure)
  const error = (failure: Failure) => notice(`ucloud_${family}_error`, {}, failure)
  switch (event.kind) {
    case 'accepted':
      return [status('idle')]
    case 'refused':
      return [{ ...error(failureOf(event)), isMoment: true }]
    case 'restarted': {
      const data = { WarnCode: WARN.restart, WarnMsg: say({ code: 'callbackRestarted', params: {} }) }
      return [
        { ...notice(`ucloud_${family}_warning`, data), isMoment: true },
        { ...notice(`ucloud_${family}_session_failover`, { Status: 0 }), isMoment: true },
      ]
    }
    case 'started':
      return [status('running')]
    case 'planned':
      return family === 'record' ? [] : [...streamNotices(event), ...updateNotices(event)]
    case 'warning':
      return [notice(`ucloud_${family}_warning`, { WarnCode: WARN.other, WarnMsg: event.message })]
    case 'uploaded':
    case 'backedUp':
      return [notice(`ucloud_${family}_file_infos`, { FileList: namesOf(event.file) })]
    case 'ended':
      return [status('exiting')]
    case 'failed':
      return [error(failureOf(event)), status('interrupt', failureOf(event))]
    case 'progress':
    case 'finished':
    case 'uploadStarted':
    case 'uploadFailed':
      return []
  }
}

type PlannedEvent = Extract<CallbackEvent, { kind: 'planned' }>

function streamNotices({ changes }: PlannedEvent): readonly Notice[] {
  return changes
    .filter(({ medium }) => medium === 'any')
    .map(({ streamId, isOpen, atMs }) =>
      notice('ucloud_mixer_stream_update', {
        StreamUid: streamId,
        Status: isOpen ? 'open' : 'close',
        TimeStamp: String(atMs),
      }),
    )
}

/** The documentation has no event for a changed layout: the job is running, and this is how. */
function updateNotices({ startMs, updates = [] }: PlannedEvent): readonly Notice[] {
  const applied = updates.map(({ atMs, actions, changes }) => ({
    TimeStamp: String(Math.round(startMs + atMs)),
    Actions: actions,
    Changes: changes,
  }))
  const parts = Array.from({ length: Math.ceil(applied.length / MOST_UPDATES) }, (_, i) =>
    applied.slice(i * MOST_UPDATES, (i + 1) * MOST_UPDATES),
  )
  return parts.map((Updates) => notice('ucloud_mixer_status_update', { Status: STATES.running, Updates }))
}

function failureOf({ exitCode, message }: { exitCode: number; message: string }): Failure {
  return { ErrorCode: exitCode, ErrorMsg: message }
}

function ofUpload(event: CallbackEvent): readonly Notice[] {
  switch (event.kind) {
    case 'uploaded':
    case 'backedUp':
      return [notice('ucloud_upload_status', { Status: 0, FileList: namesOf(event.file) })]
    case 'uploadFailed': {
      const failure = failureOf({ ...event, exitCode: EXIT.failed })
      return [notice('ucloud_upload_status', { Status: 1, FileList: namesOf(event.file) }, failure)]
    }
    case 'accepted':
    case 'refused':
    case 'restarted':
    case 'started':
    case 'planned':
    case 'warning':
    case 'progress':
    case 'finished':
    case 'uploadStarted':
    case 'ended':
    case 'failed':
      return []
  }
}

export const ucloud: Dialect = {
  notices(event, { service }) {
    if (service === 'job.oss') return ofUpload(event)
    return ofWork(event, service === 'job.mixer' ? 'mixer' : 'record')
  },
  draft({ name, data }, _stamp, { jobId, requestId }) {
    const body: Record<keyof UcloudBody, unknown> = {
      Version: '1.0',
      Token: '',
      ServiceType: serviceOf(String(name)),
      EventType: name,
      Internal: { JobId: jobId, RequestId: requestId },
      Data: data,
    }
    return body
  },
  sign: (draft, { token }) => ({ ...draft, Token: token }),
}

function serviceOf(name: string): UcloudBody['ServiceType'] {
  if (name === 'ucloud_upload_status') return 'job.oss'
  return name.startsWith('ucloud_mixer_') ? 'job.mixer' : 'job.record'
}
