/** cfg.json, parsed once for the job, its receivers, its id and its report. Pure. */
import { type Checked, checkValue, without } from './check.ts'
import { jobIdOf } from './job-id.ts'
import { type Parsed, parseText } from './load.ts'
import { type CfgWire, cfgSchema } from './schema.ts'
import type { Path } from '../model/findings.ts'

export interface Cfg {
  /** Its name in messages. */
  readonly file: string
  /** Its JobId, or the file's name if it has no usable one. */
  readonly jobId: string
  readonly parsed: Parsed
  /** Paths of placeholders, whose values mean nothing. */
  readonly standIns: readonly Path[]
  /**
   * The value checked against the schema. Empty if brackets or quotes do not match, since values may then be in the
   * wrong places.
   */
  readonly checked: Checked<CfgWire>
}

/** Never throws: problems are in `parsed.problems` and `checked.problems`. */
export function parseCfg({ text, file }: { text: string; file: string }): Cfg {
  const parsed = parseText({ text, file })
  const standIns = parsed.problems.filter(({ code }) => code === 'placeholder').map(({ path }) => path)
  const value = parsed.isWellFormed ? without(parsed.value, standIns) : {}
  return {
    file,
    jobId: jobIdOf(parsed.value, file),
    parsed,
    standIns,
    checked: checkValue({ schema: cfgSchema, value }),
  }
}
