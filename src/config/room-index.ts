/** Parses the text of an index to a `RoomIndex`. Broken entries are skipped with a reason and stop nothing. Pure. */
import { EXIT } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/problems.ts'
import type { Warning } from '../messages/index.ts'
import type { RoomIndex } from '../model/room.ts'
import { withChoice } from './check.ts'
import {
  type Notice,
  type PlacedNotice,
  type Problem,
  invalid,
  nameText,
  placeNotices,
  placeProblems,
  warningsOf,
} from './findings.ts'
import { type Parsed, parseText } from './load.ts'
import { joinMisspelt } from './misspelt.ts'
import { namedFiles } from './named-files.ts'
import { folderSegments } from './root.ts'
import { indexSchema } from './schema.ts'
import { timeMsOf } from './unix-time.ts'
import type { Path } from '../model/findings.ts'
import { topOf, textOf, unknownNames } from './room-index/top.ts'
import { withoutTwins, readEntry } from './room-index/entry.ts'
import { withoutOutliers, roomStart, contradictions } from './room-index/times.ts'

/** An entry has about fourteen tokens; several times that leaves room for unknown fields. */
const TOKENS_OF_ENTRY = 100
/** A small limit of recordings must not reject an index before its entries are counted. */
const LEAST_ENTRIES = 2000

/**
 * Reads an index.
 * @param input.file the index's name in messages
 * @param input.jobId the job the index should belong to
 * @throws JobError `indexInvalid`, exit code 3, if the text is not an index: not JSON, no list of files, or a Root that
 *   leaves the bucket
 */
export function readIndex(input: Parameters<typeof examineIndex>[0]): {
  index: RoomIndex
  updates: ExaminedIndex['updates']
  warnings: readonly Warning[]
} {
  const { index, updates, problems, notices } = examineIndex(input)
  if (!index) throw invalid('indexInvalid', problems, EXIT.noSuchJob)
  return { index, updates, warnings: warningsOf(notices) }
}

/** All findings about an index, and the index if it is valid. */
interface ExaminedIndex {
  readonly index?: RoomIndex
  /** Where its timed updates are, if it has any. */
  readonly updates?: { readonly parsed: Parsed; readonly path: Path } | undefined
  /** In file order, like the others. */
  readonly problems: readonly PlacedProblem[]
  readonly notices: readonly PlacedNotice[]
  /** Why entries are skipped. */
  readonly omissions: readonly PlacedNotice[]
}

/**
 * Examines an index like `readIndex`, but does not throw.
 * @param input.mostEntries a text with many times the tokens of this many entries is not parsed
 */
export function examineIndex(input: {
  text: string
  file: string
  jobId?: string
  mostEntries?: number
}): ExaminedIndex {
  const { mostEntries = LEAST_ENTRIES } = input
  const parsed = parseText({ ...input, most: TOKENS_OF_ENTRY * Math.max(mostEntries, LEAST_ENTRIES) })
  const notices: Notice[] = [...parsed.notices]
  const stop = (problems: readonly Problem[]): ExaminedIndex => {
    const joined = joinMisspelt({ problems, notices })
    return {
      problems: placeProblems(joined.problems, parsed),
      notices: placeNotices(joined.notices, parsed),
      omissions: [],
    }
  }
  if (parsed.problems.length > 0) {
    return stop(parsed.problems.map((problem) => withChoice({ problem, schema: indexSchema })))
  }

  const top = topOf(parsed.value)
  if ('wrong' in top) {
    for (const notice of unknownNames(parsed.value, [])) notices.push(notice)
    return stop([top.wrong])
  }
  const { raw, files } = top
  const root = folderSegments(textOf(raw['Root']))
  if (!root) return stop([{ code: 'rootLeaves', params: {}, path: ['Root'] }])
  for (const notice of unknownNames(raw, files)) notices.push(notice)
  const jobId = textOf(raw['JobId'])
  if (input.jobId !== undefined && jobId !== '' && jobId !== input.jobId) {
    notices.push({
      code: 'indexJobId',
      params: { found: nameText(jobId), jobId: input.jobId },
      path: ['JobId'],
    })
  }

  const read = withoutTwins(files.map((file, at) => readEntry({ file, at, root, notices })))
  const claimedMs = timeMsOf(raw['StartTime'])
  const kept = withoutOutliers(read, claimedMs)
  const entries = kept.flatMap((one) => ('entry' in one ? [one.entry] : []))
  const skipped = kept.flatMap((one) => ('skipped' in one ? [one.skipped] : []))
  const startMs = roomStart({ raw, claimedMs, entries, notices })
  for (const notice of contradictions({ raw, startMs, read: kept })) notices.push(notice)
  const named = namedFiles(files, root)
  const index = {
    jobId,
    roomId: textOf(raw['RoomId']),
    startMs,
    entries,
    skipped,
    named,
  }
  const omissions = kept.flatMap((one) => ('why' in one ? [one.why] : []))
  const hasUpdates = raw['Updates'] !== undefined && raw['Updates'] !== null
  return {
    index,
    updates: hasUpdates ? { parsed, path: ['Updates'] } : undefined,
    problems: [],
    notices: placeNotices(notices, parsed),
    omissions: placeNotices(omissions, parsed),
  }
}
