/** Reads the text of a request with the tolerant parser of cfg.json. Pure. */
import { z } from 'zod'
import { namesOf, shaped } from '../config/allowed.ts'
import { checkValue, without } from '../config/check.ts'
import { APP_ID } from '../config/conf-schema/serve.ts'
import { nameText, pathText } from '../config/findings.ts'
import { type Parsed, parseText } from '../config/load.ts'
import { JOB_ID } from '../config/schema.ts'
import { nearest } from '../config/nearest.ts'
import { say } from '../messages/index.ts'
import type { Path } from '../model/findings.ts'
import { CODES, type Refusal, refusal } from './codes.ts'

const MOST_TOKENS = 200_000
/** Enough to correct a request. */
const MOST_SHOWN = 10

export const internalSchema = z.looseObject({
  RequestId: z.string().max(200).optional(),
  JobId: shaped('jobId', z.string().regex(JOB_ID)).optional(),
  AppId: shaped('appId', z.string().regex(APP_ID)).optional(),
  RoomId: z.string().max(200).optional(),
  Mode: z.literal([0, 1]).optional(),
  ChannelType: z.literal([0, 1]).optional(),
  At: z.union([z.number(), z.string()]).optional(),
  Force: z.boolean().optional(),
})

export const envelopeSchema = z.looseObject({
  Version: z.string().max(50).optional(),
  Action: z.string().min(1).max(100),
  Token: z.string().max(4000).optional(),
  Internal: internalSchema.optional(),
  Data: z.looseObject({}).optional(),
})

/** A request. */
export interface ApiRequest {
  readonly version: string
  readonly action: string
  readonly token: string | undefined
  readonly requestId: string
  readonly jobId: string | undefined
  readonly appId: string | undefined
  readonly roomId: string | undefined
  readonly mode: 0 | 1 | undefined
  readonly channelType: 0 | 1 | undefined
  /** When it takes effect; `now` is replaced by the time of arrival, Unix ms. */
  readonly at: number | undefined
  readonly isForced: boolean
  readonly data: Readonly<Record<string, unknown>>
}

/** What can be known of a request that is refused. */
export type Known = Pick<ApiRequest, 'version' | 'action' | 'requestId'>

/**
 * Reads a request. Trailing commas, comments and numbers in quotes are read as meant, and so is one missing brace at
 * the end, as in the documents' sample of job.notify.update. Placeholders such as `0/1` are refused, except for Mode
 * and ChannelType, which change nothing here.
 */
export function readRequest(text: string, nowMs: number): ApiRequest | (Refusal & { known: Known }) {
  const parsed = parseBody(text)
  const placeholders = parsed.problems.filter(({ code }) => code === 'placeholder').map(({ path }) => path)
  const value = parsed.isWellFormed ? without(parsed.value, placeholders) : {}
  const known = knownOf(parsed.value)
  const bad = (message: string) => ({ ...refusal(CODES.badParameters, message), known })
  const problems = parsed.problems.filter((one) => one.code !== 'placeholder' || !isOfNoEffect(one.path))
  if (problems.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value))
    return bad(
      problems.length > 0
        ? problems
            .map((one) => said(one, parsed))
            .slice(0, MOST_SHOWN)
            .join('; ')
        : 'the body has to be a JSON object',
    )
  const checked = checkValue({ schema: envelopeSchema, value })
  if (checked.problems.length > 0)
    return bad(
      checked.problems
        .map((one) => `${pathText(one.path)}: ${say(one)}`)
        .slice(0, MOST_SHOWN)
        .join('; '),
    )
  const { Version, Action, Token, Internal, Data } = checked.wire as z.infer<typeof envelopeSchema>
  const { RequestId, JobId, AppId, RoomId, Mode, ChannelType, At, Force } = Internal ?? {}
  const at = At === undefined ? undefined : atOf(At, nowMs)
  if (at !== undefined && !Number.isFinite(at))
    return bad('Internal.At: give a Unix time in s or ms, seconds of output time, or "now"')
  return {
    version: Version ?? '1.0',
    action: Action,
    token: Token,
    requestId: RequestId ?? '0',
    jobId: JobId,
    appId: AppId,
    roomId: RoomId,
    mode: Mode,
    channelType: ChannelType,
    at,
    isForced: Force ?? false,
    data: Data ?? {},
  }
}

/** Warnings of fields of Data that an action does not take, such as a misspelt section. */
export function unknownFields(data: Readonly<Record<string, unknown>>, schema: z.ZodType): readonly string[] {
  const names = namesOf(schema)
  // Actions without any take everything, to no effect.
  if (names.length === 0) return []
  const unknown = Object.keys(data).filter((name) => !names.includes(name))
  return unknown.slice(0, MOST_SHOWN).map((name) => {
    const params = { key: nameText(name), nearest: nearest(name, names) }
    return `${pathText(['Data', name])}: ${say({ code: 'unknownKey', params })}`
  })
}

function parseBody(text: string): Parsed {
  const parse = (one: string) => parseText({ text: one, file: 'body', most: MOST_TOKENS })
  const parsed = parse(text)
  if (parsed.isWellFormed) return parsed
  const closed = parse(`${text}\n}`)
  return closed.isWellFormed ? closed : parsed
}

/** Nothing depends on these here: every job is mixed. */
const isOfNoEffect = (path: Path): boolean =>
  path.length === 2 && path[0] === 'Internal' && (path[1] === 'Mode' || path[1] === 'ChannelType')

function said(problem: Parsed['problems'][number], { locate }: Parsed): string {
  const { line, column } = problem.position ?? locate(problem.path, problem.atName)
  const where = problem.path.length > 0 ? pathText(problem.path) : `line ${line}, column ${column}`
  return `${where}: ${say(problem)}`
}

function atOf(at: number | string, nowMs: number): number {
  if (typeof at === 'number') return at
  const text = at.trim().toLowerCase()
  if (text === 'now') return nowMs
  return text === '' ? NaN : Number(text)
}

/** As far as it can be read at all. */
function knownOf(value: unknown): Known {
  const { Version, Action, Internal } = (value ?? {}) as Record<string, unknown>
  const id = (Internal as { RequestId?: unknown } | null | undefined)?.RequestId
  const short = (text: unknown, preset: string): string =>
    typeof text === 'string' || typeof text === 'number' ? String(text).slice(0, 200) : preset
  return { version: short(Version, '1.0'), action: short(Action, ''), requestId: short(id, '0') }
}
