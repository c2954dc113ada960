/** Reads timed updates: requests of the vendor's API, each with the time at which it applies. */
import { EXIT, type ExitCode } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/problems.ts'
import type { Path } from '../model/findings.ts'
import { type Loose, checkValue, valueAt, without } from '../config/check.ts'
import {
  type Notice,
  type PlacedNotice,
  type Problem,
  found,
  nameText,
  placeNotices,
  placeProblems,
} from '../config/findings.ts'
import type { Parsed } from '../config/load.ts'
import { joinMisspelt } from '../config/misspelt.ts'
import { nearest } from '../config/nearest.ts'
import { type UpdateWire, updatesSchema } from '../config/schema/updates.ts'
import { timeMsOf } from '../config/unix-time.ts'

/** Where timed updates are: a whole file, or a value in one. */
export interface UpdatesSource {
  readonly parsed: Parsed
  /** Path of the array in the file. */
  readonly path: Path
}

/** The sections of a request that an update may have. */
export type Section = keyof UpdateWire['Data']

/** A request to apply at a time. */
export interface Update {
  /** Path of the entry in its file. */
  readonly path: Path
  readonly action: string
  /** Output time, or a Unix time, in ms. */
  readonly at: { readonly kind: 'output' | 'unix'; readonly ms: number }
  readonly data: Loose<UpdateWire['Data']>
  /** Fields that are given as null: they are taken away. */
  readonly cleared: Readonly<Record<'MixerConfig' | 'SubscribeConfig', readonly string[]>>
}

/** What each action may change, by its documentation. */
const SECTIONS: Readonly<Record<string, readonly Section[]>> = {
  'job.mixer.update': ['MixerConfig'],
  'job.subscribe.update': ['SubscribeConfig'],
  'job.stream.update': ['StreamConfig', 'Stream'],
  'job.transcoding.update': ['TranscodingConfig'],
  'job.notify.update': ['NotifyConfig'],
  'job.update': [
    'MixerConfig',
    'SubscribeConfig',
    'StreamConfig',
    'Stream',
    'TranscodingConfig',
    'NotifyConfig',
  ],
}

/** Other requests, which a log of all requests contains. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['job.acquire', 'job.start', 'job.stop', 'job.query', 'job.record.start', 'job.record.stop'],
  ...['job.live.start', 'job.live.stop', 'job.worker.list', 'job.restart', 'job.check.server'],
])

/** From this number of seconds up, a time is a Unix time: output time never is. */
const UNIX_FROM = 1e9

/** All findings about timed updates, and the updates if there are no problems. */
export interface ExaminedUpdates {
  /** In the order of the file. */
  readonly updates: readonly Update[]
  readonly problems: readonly Problem[]
  readonly notices: readonly Notice[]
}

/** Examines timed updates. Never throws. Paths of findings begin at the top of the source's file. */
export function examineUpdates({ parsed, path }: UpdatesSource): ExaminedUpdates {
  const ofText = path.length === 0 ? parsed : { problems: [], notices: [] }
  const placeholders = parsed.problems.filter(({ code }) => code === 'placeholder')
  const nothing = { updates: [], notices: ofText.notices }
  if (!parsed.isWellFormed) return { ...nothing, problems: ofText.problems }
  const value = valueAt(
    without(
      parsed.value,
      placeholders.map((one) => one.path),
    ),
    path,
  )
  if (!Array.isArray(value)) {
    const problem: Problem = { code: 'updatesShape', params: { found: found(value, path) }, path }
    return { ...nothing, problems: [...ofText.problems, problem] }
  }
  const entries = value as readonly unknown[]
  const isOther = (entry: unknown): boolean => OTHERS.has(actionOf(entry))
  // Requests that are not updates may have any shape.
  const checked = checkValue({
    schema: updatesSchema,
    value: entries.map((entry) => (isOther(entry) ? STAND_IN : entry)),
  })
  const under = <T extends { readonly path: Path }>(one: T): T => ({ ...one, path: [...path, ...one.path] })
  const reported = [...ofText.problems, ...placeholders]
  const isKnown = (one: Problem) => reported.some((first) => startsWith(one.path, first.path))
  const problems = [...ofText.problems, ...checked.problems.map(under).filter((one) => !isKnown(one))]
  const notices = [...ofText.notices, ...checked.notices.map(under)]
  const updates = checked.wire.flatMap((wire, i) => {
    const here = [...path, i]
    if (isOther(entries[i])) {
      const params = { action: actionOf(entries[i]) }
      notices.push({ code: 'updateNotUsed', params, path: [...here, 'Action'] })
      return []
    }
    const update = wire && updateOf({ wire, raw: entries[i], path: here, problems, notices })
    return update ? [update] : []
  })
  return { updates, ...joinMisspelt({ problems, notices }) }
}

const STAND_IN = { At: 0, Action: 'job.query', Data: {} }

const startsWith = (path: Path, start: Path): boolean => start.every((key, at) => path[at] === key)

function actionOf(entry: unknown): string {
  const action = valueAt(entry, ['Action'])
  return typeof action === 'string' ? action : ''
}

function updateOf(input: {
  wire: Loose<UpdateWire>
  raw: unknown
  path: Path
  problems: Problem[]
  notices: Notice[]
}): Update | undefined {
  const { wire, raw, path, problems, notices } = input
  const { At, Action: action, Data: data } = wire
  // What is missing has been reported.
  if (action === undefined) return undefined
  const sections = Object.hasOwn(SECTIONS, action) ? SECTIONS[action] : undefined
  if (!sections) {
    const here = [...path, 'Action']
    const meant = nearest(action, Object.keys(SECTIONS))
    const params = {
      found: found(action, here),
      allowed: Object.keys(SECTIONS),
      meant,
    }
    problems.push({ code: 'updateUnknown', params, path: here })
    return undefined
  }
  const given = (Object.keys(data ?? {}) as Section[]).filter((name) => data?.[name] !== undefined)
  const used = given.filter((name) => sections.includes(name))
  for (const section of given) {
    if (used.includes(section) || !ALL_SECTIONS.has(section)) continue
    notices.push({
      code: 'updateSectionUnused',
      params: { action, section },
      path: [...path, 'Data', section],
    })
  }
  const isBroken = problems.some((problem) => startsWith(problem.path, path))
  if (used.length === 0 && !isBroken)
    problems.push({ code: 'updateEmpty', params: { action, sections }, path: [...path, 'Data'] })
  const at = timeOf(At)
  if (!at) {
    const isReported = problems.some((problem) => startsWith(problem.path, [...path, 'At']))
    const here = [...path, 'At']
    const allowed = { kind: 'shape', shape: 'updateTime' } as const
    if (!isReported)
      problems.push({ code: 'notAllowed', params: { found: found(At, here), allowed }, path: here })
    return undefined
  }
  return {
    path,
    action: nameText(action),
    at,
    data: Object.fromEntries(used.map((name) => [name, data?.[name]])),
    cleared: {
      MixerConfig: clearedIn(raw, 'MixerConfig'),
      SubscribeConfig: clearedIn(raw, 'SubscribeConfig'),
    },
  }
}

const ALL_SECTIONS: ReadonlySet<string> = new Set(SECTIONS['job.update'])

/** Below 1e9 output time in seconds, otherwise a Unix time by the rule of the index. */
function timeOf(at: number | string | undefined): Update['at'] | undefined {
  const number = Number(at)
  if (at === undefined || !Number.isFinite(number)) return undefined
  if (number < UNIX_FROM) return { kind: 'output', ms: number * 1000 }
  const ms = timeMsOf(number)
  return ms === undefined ? undefined : { kind: 'unix', ms }
}

function clearedIn(entry: unknown, section: string): readonly string[] {
  const value = valueAt(entry, ['Data', section])
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, one]) => (one === null ? [key] : []))
}

/** The exit code for problems of timed updates: 5 if all are about audio, otherwise 4. */
export function exitCodeOfUpdates(problems: readonly { readonly path: Path }[]): ExitCode {
  const isAudio = ({ path }: { readonly path: Path }) =>
    path.some((key) => key === 'SubscribeAudio' || key === 'UnsubscribeAudio' || key === 'Audio')
  return problems.every(isAudio) ? EXIT.badAudio : EXIT.badVideo
}

/** Adds the places of findings in the source's file. */
export function placed(
  source: UpdatesSource,
  { problems, notices }: Pick<ExaminedUpdates, 'problems' | 'notices'>,
): { problems: readonly PlacedProblem[]; notices: readonly PlacedNotice[] } {
  return {
    problems: placeProblems(problems, source.parsed),
    notices: placeNotices(notices, source.parsed),
  }
}
