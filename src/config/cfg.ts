/** cfg.json, parsed once: what the job is read from, and its receivers, its name and its report. Pure. */
import { type Checked, checkValue, without } from './check.ts'
import { jobIdOf } from './job-id.ts'
import { type Parsed, parseText } from './load.ts'
import { type CfgWire, cfgSchema } from './schema.ts'
import type { Path } from '../model/findings.ts'

export interface Cfg {
  /** How it is named in messages. */
  readonly file: string
  /** Its JobId; the name of the file where it has none that can be used. */
  readonly jobId: string
  readonly parsed: Parsed
  /** Where placeholders stood, whose values mean nothing. */
  readonly standIns: readonly Path[]
  /**
   * Its fields against the schema. Nothing where brackets or quotes are out of step: values may stand in the wrong
   * places then.
   */
  readonly checked: Checked<CfgWire>
}

/** Never throws: what is wrong is in `parsed.problems` and `checked.problems`. */
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
