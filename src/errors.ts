/** The worker's error class, and the exit codes it maps to. */
import { type Message, type MessageCode, say } from './messages/index.ts'

/** Exit codes of the process: the vendor's numbers, and from 129 those that a shell reports for signals. */
export const EXIT = {
  done: 0,
  failed: 1,
  running: 2,
  noSuchJob: 3,
  badVideo: 4,
  badAudio: 5,
  noStream: 6,
  /** Of `task`, as sysexits has it: the next try may succeed. */
  tryAgain: 75,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Whether a process with this exit code was stopped by a signal. */
export function isStop(exitCode: number): boolean {
  const stops: readonly number[] = [EXIT.hungUp, EXIT.interrupted, EXIT.quit, EXIT.terminated]
  return stops.includes(exitCode)
}

export type Fault = 'config' | 'input' | 'destination' | 'internal'

/** A failure with what an operator and a retry need; `message` is localized, `said` holds it as data. */
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

  /** Stable code of the error, for results and callbacks. */
  get code(): MessageCode {
    return this.said.code
  }
}

const SYSTEM_LIMITS = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']

/** Whether the system is out of files, processes or memory, which is not the fault of the file or process that failed. */
export function isSystemLimit(code: string | undefined): code is string {
  return code !== undefined && SYSTEM_LIMITS.includes(code)
}

/** Converts anything thrown to a JobError that an operator can read. */
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
