/** The one error class of the worker, and the exit codes it maps to. */
import { type Message, type MessageCode, say } from './messages/index.ts'

/** The process's exit codes, as the vendor numbers them; from 129 the shell's for a stopped process. */
export const EXIT = {
  done: 0,
  failed: 1,
  running: 2,
  noSuchJob: 3,
  badVideo: 4,
  badAudio: 5,
  noStream: 6,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Whether a process that ended with this was told to stop. */
export function isStop(exitCode: number): boolean {
  const stops: readonly number[] = [EXIT.hungUp, EXIT.interrupted, EXIT.quit, EXIT.terminated]
  return stops.includes(exitCode)
}

export type Fault = 'config' | 'input' | 'destination' | 'internal'

/** A failure with everything an operator and a retry need; `message` is in the language spoken, `said` holds it as data. */
export class JobError extends Error {
  override readonly name = 'JobError'
  readonly said: Message
  readonly exitCode: ExitCode
  readonly fault: Fault
  readonly retryable: boolean

  constructor(
    said: Message,
    options: { exitCode?: ExitCode; fault?: Fault; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(say(said), { cause: options.cause })
    this.said = said
    this.exitCode = options.exitCode ?? EXIT.failed
    this.fault = options.fault ?? 'internal'
    this.retryable = options.retryable ?? false
  }

  /** Stable name of what went wrong, for results and callbacks. */
  get code(): MessageCode {
    return this.said.code
  }
}

const SYSTEM_LIMITS = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']

/** Whether the system gives no more files or processes: no fault of the one that could not be had. */
export function isSystemLimit(code: string | undefined): code is string {
  return code !== undefined && SYSTEM_LIMITS.includes(code)
}

/** Whatever was thrown, as something an operator can read. */
export function asJobError(thrown: unknown): JobError {
  if (thrown instanceof JobError) return thrown
  const { path, code } = thrown as Partial<NodeJS.ErrnoException>
  if (isSystemLimit(code)) {
    return new JobError({ code: 'systemLimit', params: { code } }, { retryable: true, cause: thrown })
  }
  if (path !== undefined && code !== undefined) {
    const isFull = code === 'ENOSPC' || code === 'EDQUOT'
    return new JobError(
      { code: isFull ? 'diskFull' : 'fileFailed', params: { path, code } },
      { cause: thrown },
    )
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new JobError({ code: 'internal', params: { detail } }, { cause: thrown })
}
