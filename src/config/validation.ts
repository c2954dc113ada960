/** Findings of validation as plain data: for people with an excerpt each, for machines as JSON. */
import type { JobError } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/problems.ts'
import { say } from '../messages/index.ts'
import type { PlacedNotice } from './findings.ts'
import type { Allowed, Found, Position } from '../model/findings.ts'

/** `error` stops a run, `warning` does not, `note` says what was not checked. */
export type Severity = 'error' | 'warning' | 'note'

/** A finding. The names are those of `validate --json`. */
export interface Finding {
  readonly severity: Severity
  /** Stable: the code in the message catalogue. */
  readonly code: string
  readonly message: string
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
  /** `Data.MixerConfig.LayoutConfig[0][1].Area`; empty for the whole file. */
  readonly path: string
  /** The value found: JSON text, or a kind (`object`, `nothing`, `hidden` …). */
  readonly found?: string
  readonly allowed?: Allowed | undefined
  /** The field or value that was most likely meant. */
  readonly meant?: string | number | boolean | undefined
}

/** Optional params of a finding's message. */
type Params = Partial<{
  found: Found | string
  allowed: Allowed
  nearest: string
  meant: string
  used: string | number | boolean
}>

const READ_AS = new Set(['usedAs', 'snapped'])

/** Converts a placed problem or notice to a finding. */
export function findingOf(severity: Severity, placed: PlacedProblem | PlacedNotice): Finding {
  const { code, place } = placed
  const { found, allowed, nearest, meant, used } = placed.params as Params
  const likely = nearest ?? meant ?? (READ_AS.has(code) ? used : undefined)
  return {
    severity,
    code,
    message: say(placed),
    file: place.file,
    line: place.line,
    column: place.column,
    path: place.path,
    ...(found !== undefined && { found: foundText(found) }),
    allowed,
    meant: likely,
  }
}

/** Converts a failure to findings: each of its problems, or its message about the file. */
export function findingsOfError(error: JobError, file: string): Finding[] {
  const { problems } = error.said.params as { problems?: readonly PlacedProblem[] }
  if (problems) return problems.map((problem) => findingOf('error', problem))
  return [{ severity: 'error', code: error.code, message: error.message, file, path: '' }]
}

function foundText(found: Found | string): string {
  if (typeof found === 'string') return found
  return 'value' in found ? found.value : found.kind
}

/** Positions whose values are hidden because of their kind, not their name: excerpts must not show them. */
export function hiddenPlaces(findings: readonly Finding[]): Position[] {
  const kinds = new Set(['text', 'hidden', 'word'])
  return findings.flatMap(({ found, line, column }) =>
    found !== undefined && kinds.has(found) && line !== undefined && column !== undefined
      ? [{ line, column }]
      : [],
  )
}
