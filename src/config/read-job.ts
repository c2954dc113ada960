/** The only entry point for cfg.json: text -> `Job`, or an error that names every problem in the file. */
import { posix } from 'node:path'
import { EXIT, type ExitCode } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/problems.ts'
import type { Warning } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
import type { Cfg } from './cfg.ts'
import { type Loose, withChoice } from './check.ts'
import type { Conf } from './conf-schema.ts'
import {
  type Notice,
  type PlacedNotice,
  type Problem,
  exitCodeOf,
  invalid,
  placeNotices,
  placeProblems,
  warningsOf,
} from './findings.ts'
import { joinMisspelt } from './misspelt.ts'
import { leavesNobody, unknownStreams } from './named-streams.ts'
import { type Resolved, resolveJob } from './resolve.ts'
import type { Lettering } from './resolve/watermark.ts'
import { type CfgWire, cfgSchema } from './schema.ts'
import type { Path } from '../model/findings.ts'

/**
 * Reads a job.
 * @param input.cfgFolder absolute path of the folder of cfg.json; by default that of `cfg.file`
 * @param input.lettering how watermark text will be drawn; if absent, that text is not checked
 * @throws JobError `configInvalid` with all problems, one line each in file order; exit code 4 if one of them is about
 *   JobId, video or layout, else 5 for audio, else 1
 */
export function readJob(input: {
  cfg: Cfg
  conf: Pick<Conf, 'storage'>
  cfgFolder?: string
  lettering?: Lettering
}): {
  job: Job
  warnings: readonly Warning[]
  /**
   * Checks the streams that cfg.json names against the index.
   * @param updated the job with its timed updates, which may take streams that cfg.json does not
   * @throws JobError `streamsMissing` with all problems, exit code 6
   */
  against: (index: RoomIndex, updated?: Job) => readonly Warning[]
} {
  const { job, problems, notices, exitCode, against } = examineJob(input)
  if (!job || !against) throw invalid('configInvalid', problems, exitCode)
  return {
    job,
    warnings: warningsOf(notices),
    against(index, updated) {
      const named = against(index, updated)
      if (named.problems.length > 0) throw invalid('streamsMissing', named.problems, EXIT.noStream)
      return warningsOf(named.notices)
    },
  }
}

/** All findings about a cfg.json, and the job if there are no problems. */
export interface ExaminedJob {
  readonly job?: Job
  /** Checks the streams that cfg.json names against the index; present if there is a job. */
  readonly against?: (index: RoomIndex, updated?: Job) => Pick<ExaminedJob, 'problems' | 'notices'>
  /** In file order. */
  readonly problems: readonly PlacedProblem[]
  readonly notices: readonly PlacedNotice[]
  /** Exit code of a run; meaningful only if there are problems. */
  readonly exitCode: ExitCode
  /** Known even for a job with problems. */
  readonly target: Pick<Resolved, 'jobId' | 'storage' | 'outputKey'>
}

/** Examines a cfg.json like `readJob`, but does not throw. */
export function examineJob(input: Parameters<typeof readJob>[0]): ExaminedJob {
  const { cfg, conf, cfgFolder = posix.dirname(cfg.file), lettering } = input
  const { parsed, standIns, checked } = cfg
  const failed = (
    problems: readonly Problem[],
    notices: readonly Notice[],
    target: ExaminedJob['target'],
  ): ExaminedJob => {
    const joined = joinMisspelt({ problems, notices })
    return {
      problems: placeProblems(joined.problems, parsed),
      notices: placeNotices(joined.notices, parsed),
      exitCode: exitCodeOf(problems),
      target,
    }
  }

  const loadProblems = parsed.problems.map((problem) => withChoice({ problem, schema: cfgSchema }))
  // If brackets or quotes do not match, values are in the wrong places, and further problems are consequences.
  if (!parsed.isWellFormed) return failed(loadProblems, [], {})

  // The value is undefined if the file is not an object.
  const wire = (checked.wire as Loose<CfgWire> | undefined) ?? {}
  const resolved = resolveJob({ wire, cfgFolder, conf, lettering })
  const ofShape = checked.problems.filter(
    ({ code, path }) =>
      !(code === 'missing' && standIns.some((at) => isWithin(path, at))) &&
      !isUnused(path, { wire, problems: [...loadProblems, ...checked.problems] }),
  )
  const reported = [...loadProblems.filter(({ code }) => code === 'placeholder'), ...ofShape]
  const ofMeaning = resolved.problems.filter((problem) => !reported.some((first) => covers(first, problem)))
  const problems = [...loadProblems, ...ofShape, ...ofMeaning]
  const notices = [...parsed.notices, ...checked.notices, ...resolved.warnings]
  const { job } = resolved
  if (problems.length > 0 || !job) return failed(problems, notices, resolved)
  const against = (index: RoomIndex, updated: Job = job) => ({
    problems: placeProblems(leavesNobody(updated, index), parsed),
    notices: placeNotices(unknownStreams(wire, index), parsed),
  })
  return {
    job,
    against,
    problems: [],
    notices: placeNotices(notices, parsed),
    exitCode: EXIT.done,
    target: resolved,
  }
}

const isWithin = (path: Path, outer: Path): boolean => outer.every((key, at) => path[at] === key)

/** Whether the problem reported first causes the one found by resolving. */
function covers(first: Problem, later: Problem): boolean {
  if (isWithin(first.path, later.path)) return true
  // `Vendor` determines whether a region is required.
  if (later.code === 'regionMissing' && isWithin(first.path, [...later.path.slice(0, -1), 'Vendor']))
    return true
  return first.code !== 'missing' && isWithin(later.path, first.path)
}

/** Whether a path is unused: positions count in manual mode only, templates with MixedVideoLayout 0 only. */
function isUnused(
  path: Path,
  { wire, problems }: { wire: Loose<CfgWire>; problems: readonly Problem[] },
): boolean {
  const { Data } = wire
  const isAbout = (...keys: string[]) => isWithin(path, ['Data', ...keys])
  const isBroken = (...keys: string[]) => problems.some((p) => isWithin(['Data', ...keys], p.path))
  if (isAbout('MixerConfig', 'PositionConfig')) {
    const keys = ['SubscribeConfig', 'VideoStreamType']
    return Data?.SubscribeConfig?.VideoStreamType !== 1 && !isBroken(...keys)
  }
  if (isAbout('MixerConfig', 'LayoutConfig') || isAbout('MixerConfig', 'Layouts')) {
    return (Data?.MixerConfig?.MixedVideoLayout ?? 1) !== 0 && !isBroken('MixerConfig', 'MixedVideoLayout')
  }
  return false
}
