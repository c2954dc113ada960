import { JobError, type Fault, asJobError, isSystemLimit } from '../errors.ts'

/** The system's error code (`ENOENT`, `ECONNREFUSED`); undefined if an error has none. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

const DISK_FULL = ['ENOSPC', 'EDQUOT']

/** Converts an error from reading or writing a local file to a JobError; JobErrors are returned unchanged. */
export function fileError(path: string, error: unknown, fault: Fault = 'internal'): unknown {
  const code = errorCode(error)
  if (error instanceof JobError || code === undefined) return error
  if (isSystemLimit(code)) return asJobError(error)
  const params = { path, code }
  return DISK_FULL.includes(code)
    ? new JobError({ code: 'diskFull', params }, { fault, retryable: true, cause: error })
    : new JobError({ code: 'fileFailed', params }, { fault, cause: error })
}
