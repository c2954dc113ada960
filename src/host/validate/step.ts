/** One step of a validation. */
import type { Conf } from '../../config/conf.ts'
import { type Finding, findingsOfError } from '../../config/validation.ts'
import type { JobError } from '../../errors.ts'
import type { ExitCode } from '../../errors.ts'
import type { Result } from '../../report/result.ts'

/** The findings of one step and the exit code that a run would end with; 0 if it would continue. */
export interface Step {
  readonly findings: readonly Finding[]
  readonly exitCode: ExitCode
}

export interface Text {
  readonly file: string
  readonly text: string
}

export interface Noted {
  readonly steps: Step[]
  readonly texts: Text[]
  index?: string
  updates?: Result['updates']
}

export interface ValidateRequest {
  /** Path of cfg.json as shown in messages. */
  readonly cfgPath: string
  /** Content of cfg.json; read from the path if absent. */
  readonly cfgText?: string | undefined
  readonly index: string | undefined
  /** Path of the timed updates; located by the documented rules if undefined. */
  readonly updates: string | undefined
  readonly conf: Conf
  readonly settingsError: JobError | undefined
  readonly strict: boolean
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
}

export const failed = (error: JobError, file: string): Step => ({
  findings: findingsOfError(error, file),
  exitCode: error.exitCode,
})
